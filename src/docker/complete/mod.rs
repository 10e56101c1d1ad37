//! What may come next on a line: verbs, flags, values. Names of containers and images are asked of a listing.

mod fields;
mod values;

pub use fields::CONTAINER_FIELDS;
use values::value_of;

use super::flag::{Flag, FlagKind, Visibility};
use super::group::{self, GROUPS};
use super::verb::{FlagsEnd, Operand, Verb};
use super::{catalogue, global};

/// Something that may come next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The whole word.
    pub text: String,
    /// The id of its description, when it has one.
    pub about: Option<&'static str>,
}

/// What the word under the cursor may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expected {
    /// One of these.
    Candidates(Vec<Candidate>),
    /// The name of something the engine knows: what stands before it in the word, and what is typed of it.
    Name(Operand, String, String),
    /// The same, or one of some words.
    NameOr(Operand, String, String, Vec<Candidate>),
    /// A path of the host: what stands before it in the word, and what is typed of it.
    Path(String, String),
    /// Anything: nothing to propose.
    Anything,
}

impl Expected {
    /// Nothing but verbs and groups.
    fn verbs_only(self) -> Self {
        match self {
            Self::Candidates(found) if found.iter().all(|candidate| !candidate.text.starts_with('-')) => {
                Self::Candidates(found)
            }
            _ => Self::Anything,
        }
    }
}

/// What may stand where `partial` is, after these words (`docker` left out).
pub fn complete(before: &[String], partial: &str) -> Expected {
    let first = before.iter().position(|word| !word.starts_with('-'));
    let Some(first) = first else {
        if partial.starts_with('-') {
            return flags(global::FLAGS.iter(), partial);
        }
        return verbs_of("", partial);
    };
    // What `help` is asked about is said as it would be called.
    if before[first] == "help" {
        return complete(&before[first + 1..], partial).verbs_only();
    }
    let name = &before[first];
    let (verb, typed) = match group::find(name) {
        Some(found) => match before.get(first + 1) {
            None => return verbs_of(found.name, partial),
            Some(second) => (catalogue::find(&format!("{} {second}", found.name)), &before[first + 2..]),
        },
        None => (catalogue::find(name), &before[first + 1..]),
    };
    verb.map_or(Expected::Anything, |verb| after_verb(verb, typed, partial))
}

fn after_verb(verb: &'static Verb, typed: &[String], partial: &str) -> Expected {
    let mut arguments = 0;
    let mut waiting: Option<&'static Flag> = None;
    let mut flags_are_over = false;
    for word in typed {
        if waiting.take().is_some() {
            continue;
        }
        if !flags_are_over && word == "--" {
            flags_are_over = true;
        } else if !flags_are_over && word.len() > 1 && word.starts_with('-') {
            waiting = flag_left_open(verb, word);
        } else {
            arguments += 1;
            flags_are_over |= verb.flags_end == FlagsEnd::AtFirstArgument;
        }
    }
    if let Some(flag) = waiting {
        return value_of(verb, flag, "", partial);
    }
    if !flags_are_over && partial.starts_with('-') {
        if let Some((long, value)) = partial.strip_prefix("--").and_then(|rest| rest.split_once('=')) {
            return verb
                .flag(long)
                .map_or(Expected::Anything, |flag| value_of(verb, flag, &format!("--{long}="), value));
        }
        return flags(verb.flags(), partial);
    }
    let named = |operand| Expected::Name(operand, String::new(), partial.to_owned());
    match (verb.operand, arguments) {
        (Operand::Nothing, _) => Expected::Anything,
        (Operand::Path, _) => Expected::Path(String::new(), partial.to_owned()),
        (Operand::ImageThenCommand, 0) | (Operand::ContainerThenImage, 1) => named(Operand::Image),
        (Operand::NetworkThenContainer, 0) => named(Operand::Network),
        (Operand::NetworkThenContainer, 1) => named(Operand::Container),
        (Operand::ContainerThenCommand, 0) => named(Operand::RunningContainer),
        (Operand::ContainerThenImage, 0) => named(Operand::Container),
        (
            Operand::ImageThenCommand
            | Operand::ContainerThenCommand
            | Operand::ContainerThenImage
            | Operand::NetworkThenContainer,
            _,
        ) => Expected::Anything,
        (operand, _) => named(operand),
    }
}

/// The flag whose value is the next word, when this word ends with one.
fn flag_left_open(verb: &'static Verb, word: &str) -> Option<&'static Flag> {
    let takes_value = |flag: &&'static Flag| flag.kind != FlagKind::Bool;
    if let Some(long) = word.strip_prefix("--") {
        return (!long.contains('=')).then(|| verb.flag(long)).flatten().filter(takes_value);
    }
    let letters: Vec<char> = word.chars().skip(1).collect();
    let at = letters.iter().position(|letter| verb.flag_by_letter(*letter).as_ref().is_some_and(takes_value))?;
    (at + 1 == letters.len()).then(|| verb.flag_by_letter(letters[at])).flatten()
}

fn flags(table: impl Iterator<Item = &'static Flag>, partial: &str) -> Expected {
    let mut found: Vec<Candidate> = table
        .filter(|flag| flag.visibility == Visibility::Shown)
        .map(|flag| Candidate { text: format!("--{}", flag.long), about: Some(flag.about) })
        .chain([Candidate { text: "--help".to_owned(), about: Some("docker-flag-help") }])
        .filter(|candidate| candidate.text.starts_with(partial))
        .collect();
    found.sort_by(|left, right| left.text.cmp(&right.text));
    found.dedup();
    Expected::Candidates(found)
}

fn verbs_of(group: &str, partial: &str) -> Expected {
    let own = |name: &&'static str| match name.split_once(' ') {
        Some((its, last)) => (its == group).then_some(last),
        None => group.is_empty().then_some(*name),
    };
    let verbs = catalogue::verbs().flat_map(|verb| verb.names.iter().filter_map(own).map(|name| (name, verb.about)));
    let groups = GROUPS
        .iter()
        .filter(|known| group.is_empty() && known.visibility == Visibility::Shown)
        .map(|group| (group.name, group.about));
    let mut found: Vec<Candidate> = verbs
        .chain(groups)
        .filter(|(name, _)| name.starts_with(partial))
        .map(|(name, about)| Candidate { text: name.to_owned(), about: Some(about) })
        .collect();
    found.sort_by(|left, right| left.text.cmp(&right.text));
    Expected::Candidates(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(line: &str) -> Vec<String> {
        let mut words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        let partial = words.pop().unwrap_or_default();
        match complete(&words, &partial) {
            Expected::Candidates(found) => found.into_iter().map(|candidate| candidate.text).collect(),
            Expected::Name(operand, prefix, partial) => vec![format!("{operand:?} {prefix}|{partial}")],
            Expected::NameOr(operand, prefix, partial, words) => {
                let words = words.into_iter().map(|word| word.text);
                [format!("{operand:?} {prefix}|{partial}")].into_iter().chain(words).collect()
            }
            Expected::Path(prefix, partial) => vec![format!("Path {prefix}|{partial}")],
            Expected::Anything => vec!["anything".to_owned()],
        }
    }

    #[test]
    fn verbs_flags_and_arguments_are_proposed() {
        assert_eq!(texts("im"), ["image", "images", "import"]);
        assert_eq!(texts("container st"), ["start", "stats", "stop"]);
        assert_eq!(texts("help im"), ["image", "images", "import"]);
        assert_eq!(texts("help volume r"), ["remove", "rm"]);
        assert_eq!(texts("help run "), ["anything"]);
        assert_eq!(texts("run --inte"), ["--interactive"]);
        assert_eq!(texts("run -it "), ["Image |"]);
        assert_eq!(texts("run alpine --inte"), ["anything"]);
        assert_eq!(texts("stop "), ["RunningContainer |"]);
        assert_eq!(texts("cp web:/et"), ["ContainerPath |web:/et"]);
        assert_eq!(texts("load -i ./a"), ["Path |./a"]);
    }

    #[test]
    fn values_of_flags_are_proposed() {
        assert_eq!(texts("run --pull n"), ["never"]);
        assert_eq!(texts("run --network=n"), ["Network --network=|n", "--network=none"]);
        assert_eq!(texts("run --net container:w"), ["Container container:|w"]);
        assert_eq!(texts("run -it --name "), ["anything"]);
        assert_eq!(texts("run --restart on"), ["on-failure", "on-failure:"]);
        assert_eq!(texts("run --volumes-from w"), ["Container |w"]);
        assert_eq!(texts("run --env-file e"), ["Path |e"]);
        assert_eq!(texts("run -v da"), ["VolumeSource |da"]);
        assert_eq!(texts("run -v /et"), ["Path |/et"]);
        assert_eq!(texts("run -v data:/d:r"), ["data:/d:ro", "data:/d:rw"]);
        assert_eq!(texts("run --mount ty"), ["type="]);
        assert_eq!(texts("run --mount type=bind,source=/et"), ["Path type=bind,source=|/et"]);
        assert_eq!(texts("run --cap-add NET_A"), ["NET_ADMIN"]);
    }

    #[test]
    fn filters_and_templates_are_proposed() {
        assert_eq!(texts("ps --filter st"), ["status="]);
        assert_eq!(texts("ps -f status=r"), ["status=removing", "status=restarting", "status=running"]);
        assert_eq!(texts("ps --filter=ancestor=al"), ["Image --filter=ancestor=|al"]);
        assert_eq!(texts("ps --format {{.Na"), ["{{.Names}}"]);
        assert_eq!(texts("ps --format {{.ID}}:{{.Sta"), ["{{.ID}}:{{.State}}", "{{.ID}}:{{.Status}}"]);
        assert_eq!(texts("images --format j"), ["json"]);
        assert_eq!(texts("events --filter type=im"), ["type=image"]);
        assert_eq!(texts("inspect -f {{.State.S"), ["{{.State.Status}}"]);
    }
}
