//! `--help`: Docker's layout around our own descriptions. Source: docker/cli `cobra.go`, spf13/pflag `flag.go`.

use super::failure::usage;
use crate::docker::flag::{Flag, FlagKind, Visibility};
use crate::docker::group::{self, GROUPS, Group, Heading, Maturity};
use crate::docker::verb::Verb;
use crate::docker::{HelpTopic, catalogue, global};
use crate::i18n::{Arguments, Texts};

/// In the order Docker lists them.
const COMMON: &[&str] =
    &["run", "exec", "ps", "build", "pull", "push", "images", "login", "logout", "search", "version", "info"];

/// Docker's own paragraph is as wide.
const EXPERIMENTAL_COLUMNS: usize = 78;

/// The whole text, for a window so many columns wide.
pub fn text(topic: HelpTopic, texts: &Texts, columns: usize) -> String {
    match topic {
        HelpTopic::Program => program(texts, columns),
        HelpTopic::Group(group) => of_group(group, texts),
        HelpTopic::Verb(said, verb) => of_verb(said, verb, texts, columns),
        HelpTopic::Help => format!("Usage:  docker help [command]\n\n{}\n", texts.text("docker-verb-help")),
    }
}

fn program(texts: &Texts, columns: usize) -> String {
    let mut verbs: Vec<(&str, &str)> = catalogue::verbs()
        .flat_map(|verb| verb.names.iter().map(|name| (*name, verb.about)))
        .filter(|(name, _)| !name.contains(' '))
        .collect();
    verbs.sort_unstable();
    let common: Vec<(&str, &str)> =
        COMMON.iter().filter_map(|name| verbs.iter().find(|(known, _)| known == name).copied()).collect();
    verbs.retain(|(name, _)| !COMMON.contains(name));
    let groups = |heading| -> Vec<(&str, &str)> {
        GROUPS.iter().filter(|group| listed(group, heading)).map(|group| (group.name, group.about)).collect()
    };
    format!(
        "Usage:  docker [OPTIONS] COMMAND\n\n{}\n\nCommon Commands:\n{}\nManagement Commands:\n{}\nSwarm Commands:\n{}\n\
         Commands:\n{}\nGlobal Options:\n{}\nRun 'docker COMMAND --help' for more information on a command.\n\n\
         For more help on how to use Docker, head to https://docs.docker.com/go/guides/\n",
        texts.text("docker-about"),
        commands(&common, texts),
        commands(&groups(Heading::Management), texts),
        commands(&groups(Heading::Swarm), texts),
        commands(&verbs, texts),
        flags(global::FLAGS.iter(), texts, columns),
    )
}

fn listed(group: &Group, heading: Heading) -> bool {
    group.heading == heading && group.visibility == Visibility::Shown
}

fn of_group(group: &Group, texts: &Texts) -> String {
    let first_in_group = |verb: &'static Verb| {
        let names = verb.names.iter().filter_map(|name| name.split_once(' '));
        names.filter(|(its, _)| *its == group.name).map(|(_, name)| (name, verb.about)).next()
    };
    // Cluster volumes are of a swarm.
    let verbs = catalogue::verbs().filter(|verb| verb.name() != "volume update");
    let mut verbs: Vec<(&str, &str)> = verbs.filter_map(first_in_group).collect();
    verbs.sort_unstable();
    format!(
        "Usage:  docker {name} COMMAND\n\n{}\n{}\nCommands:\n{}\nRun 'docker {name} COMMAND --help' for more information \
         on a command.\n",
        texts.text(group.about),
        experimental(group, group.name, texts),
        commands(&verbs, texts),
        name = group.name,
    )
}

fn of_verb(said: &str, verb: &'static Verb, texts: &Texts, columns: usize) -> String {
    let mut text = format!("{}\n\n{}\n", usage(said, verb), texts.text(verb.about));
    if verb.names.len() > 1 {
        let names: Vec<String> = verb.names.iter().map(|name| format!("docker {name}")).collect();
        text.push_str(&format!("\nAliases:\n  {}\n", names.join(", ")));
    }
    if let Some(group) = said.split_once(' ').and_then(|(name, _)| group::find(name)) {
        text.push_str(&experimental(group, said, texts));
    }
    let options = flags(verb.flags(), texts, columns);
    if !options.is_empty() {
        text.push_str(&format!("\nOptions:\n{options}"));
    }
    text
}

/// What Docker may still change says so.
fn experimental(group: &Group, said: &str, texts: &Texts) -> String {
    match group.maturity {
        Maturity::Stable => String::new(),
        Maturity::Experimental => {
            let about = texts.with("docker-experimental", &Arguments::new().text("command", format!("docker {said}")));
            format!("\nEXPERIMENTAL:\n  {}\n", textwrap::wrap(&about, EXPERIMENTAL_COLUMNS).join("\n  "))
        }
    }
}

fn commands(list: &[(&str, &str)], texts: &Texts) -> String {
    list.iter().map(|(name, about)| format!("  {name:<11} {}\n", texts.text(about))).collect()
}

fn flags(table: impl Iterator<Item = &'static Flag>, texts: &Texts, columns: usize) -> String {
    let mut shown: Vec<&Flag> = table.filter(|flag| flag.visibility == Visibility::Shown).collect();
    shown.sort_by_key(|flag| flag.long);
    let left = |flag: &Flag| {
        let letter = flag.short.map_or_else(|| "    ".to_owned(), |letter| format!("-{letter}, "));
        let word = flag.kind.word();
        format!("  {letter}--{}{}{word}", flag.long, if word.is_empty() { "" } else { " " })
    };
    let widest = shown.iter().map(|flag| left(flag).len()).max().unwrap_or(0);
    let line = |flag: &&Flag| {
        let about = format!("{}{}", texts.text(flag.about), default(flag));
        format!("{:widest$}   {}\n", left(flag), wrap(widest + 3, columns.saturating_sub(1), &about))
    };
    shown.iter().map(line).collect()
}

fn default(flag: &Flag) -> String {
    match (flag.default, flag.kind) {
        ("", _) => String::new(),
        (value, FlagKind::Text) => format!(" (default \"{value}\")"),
        (value, _) => format!(" (default {value})"),
    }
}

/// pflag's wrapping: lines of `width` columns, all but the first indented.
fn wrap(indent: usize, width: usize, text: &str) -> String {
    /// Columns below which wrapping makes no sense.
    const NARROWEST: usize = 24;
    /// A short word may stick out rather than stand alone on the last line.
    const SLOP: usize = 5;
    let (mut indent, mut wrapped) = (indent, String::new());
    let mut room = width.saturating_sub(indent);
    if room < NARROWEST {
        indent = 16;
        room = width.saturating_sub(indent);
        wrapped = format!("\n{}", " ".repeat(indent));
    }
    if room < NARROWEST {
        return text.to_owned();
    }
    let mut rest: Vec<char> = text.chars().collect();
    let mut first = true;
    while !rest.is_empty() {
        if !first {
            wrapped.push('\n');
            wrapped.push_str(&" ".repeat(indent));
        }
        first = false;
        let limit = room - SLOP;
        let space = if rest.len() < room { None } else { rest[..limit].iter().rposition(|letter| *letter == ' ') };
        let Some(space) = space.filter(|space| *space > 0) else {
            wrapped.extend(rest.drain(..));
            break;
        };
        wrapped.extend(rest.drain(..space));
        rest.remove(0);
    }
    wrapped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Language;

    #[test]
    fn long_descriptions_wrap_under_themselves() {
        let text = "Run an init inside the container that forwards signals and reaps processes";
        let expected = "Run an init inside the container\n    that forwards signals and reaps\n    processes";
        assert_eq!(wrap(4, 43, text), expected);
    }

    #[test]
    fn every_description_is_written_in_both_languages() {
        let flags = catalogue::verbs().flat_map(|verb| verb.flags().map(|flag| flag.about));
        let verbs = catalogue::verbs().map(|verb| verb.about);
        let groups = GROUPS.iter().map(|group| group.about);
        let global = global::FLAGS.iter().map(|flag| flag.about);
        let ids: Vec<&str> = flags.chain(verbs).chain(groups).chain(global).collect();
        for language in Language::ALL {
            let texts = Texts::new(language);
            for id in &ids {
                assert_ne!(texts.text(id), *id, "{language}");
            }
        }
    }
}
