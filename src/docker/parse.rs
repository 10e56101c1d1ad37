//! A whole line after `docker` becomes a command, a request for help, or a failure in Docker's words.

use super::command::DockerCommand;
use super::failure::{Complaint, EXIT_REFUSED, Failure, Unsupported};
use super::flag::Support;
use super::group::{self, Group};
use super::pflag::{self, HelpFlag, Sorted, Table};
use super::value::parse_bool;
use super::verb::{ArgumentRule, FlagsEnd, Verb};
use super::words::Words;
use super::{catalogue, global};

/// What a line asks.
#[derive(Debug)]
pub enum Parsed {
    /// To do something.
    Command(Box<ParsedCommand>),
    /// For help.
    Help(Help),
    /// `docker -v`.
    ShortVersion,
}

/// A command with the words it came from: checks read the verb and the flags, execution reads the command.
#[derive(Debug, Clone)]
pub struct ParsedCommand {
    /// The sorted words.
    pub words: Words,
    /// What they mean.
    pub command: DockerCommand,
}

/// A request for help.
#[derive(Debug, Clone, Copy)]
pub struct Help {
    /// About what.
    pub topic: HelpTopic,
    /// Why it is shown; standard error when it was not asked for.
    pub cause: HelpCause,
}

/// What help is about.
#[derive(Debug, Clone, Copy)]
pub enum HelpTopic {
    /// `docker` itself.
    Program,
    /// `docker container`.
    Group(&'static Group),
    /// A verb, by the name it was called by.
    Verb(&'static str, &'static Verb),
    /// `docker help` itself.
    Help,
}

/// Why help is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HelpCause {
    /// `--help`, `help`.
    Asked,
    /// `-h`, which Docker says is deprecated.
    AskedByLetter,
    /// A group without a verb.
    NoVerb,
}

/// Reads the words that follow `docker`.
///
/// # Errors
/// What Docker says of words it cannot read, or a refusal by name.
pub fn parse(words: &[String]) -> Result<Parsed, Failure> {
    let sorted = sort_globals(words, FlagsEnd::AtFirstArgument)?;
    if let Some(used) = sorted.uses.iter().find(|used| used.flag.support == Support::NotYet) {
        let spelled = format!("--{}", used.flag.long);
        return Err(Failure::unsupported(Unsupported::Flag("docker".to_owned(), spelled)));
    }
    if let Some(answer) = program_answers(&sorted) {
        return Ok(answer);
    }
    let level = sorted.uses.iter().rev().find(|used| used.flag.long == "log-level");
    if let Some(level) = level.filter(|used| !LOG_LEVELS.contains(&used.value.to_lowercase().as_str())) {
        return Err(Failure::client(format!("Unable to parse logging level: {}", level.value)));
    }
    let Some(first) = sorted.arguments.first() else {
        return Ok(help(HelpTopic::Program, HelpCause::NoVerb));
    };
    after_globals(&words[first.word..], first.word)
}

/// Of logrus, which Docker's client logs with.
const LOG_LEVELS: &[&str] = &["debug", "error", "fatal", "info", "panic", "trace", "warn", "warning"];

fn sort_globals(words: &[String], end: FlagsEnd) -> Result<Sorted, Failure> {
    let table = Table { by_name: &global::by_name, by_letter: &global::by_letter };
    pflag::sort(words, 0, table, end)
        .map_err(|message| Failure::new(Complaint::Flags { message, verb: None }).exiting(EXIT_REFUSED))
}

/// What the flags of the program itself answer.
fn program_answers(sorted: &Sorted) -> Option<Parsed> {
    if let Some(form) = sorted.help {
        return Some(help(HelpTopic::Program, cause(form)));
    }
    let version = sorted.uses.iter().rev().find(|used| used.flag.long == "version")?;
    parse_bool(&version.value).unwrap_or_default().then_some(Parsed::ShortVersion)
}

/// The plugin whose verbs `build` and `builder prune` are too.
const PLUGIN: &str = "buildx";

fn after_globals(words: &[String], offset: usize) -> Result<Parsed, Failure> {
    if words[0] == "help" {
        return help_about(&words[1..]);
    }
    if let Some(found) = group::find(&words[0]) {
        return in_group(found, words, offset);
    }
    if let Some(verb) = catalogue::find(&words[0]) {
        return read_verb(verb, &words[0], &words[1..], offset + 1);
    }
    // A plugin of Docker's, known by a few of its verbs and no group of ours: the others are unknown commands.
    if let (PLUGIN, Some(second)) = (words[0].as_str(), words.get(1)) {
        let whole = format!("{PLUGIN} {second}");
        if let Some(verb) = catalogue::find(&whole) {
            return read_verb(verb, &whole, &words[2..], offset + 2);
        }
    }
    // The program itself then reads every flag of the line.
    match program_answers(&sort_globals(words, FlagsEnd::Never)?) {
        Some(answer) => Ok(answer),
        None => Err(Failure::new(Complaint::UnknownVerb { typed: words[0].clone(), group: None })),
    }
}

fn in_group(found: &'static Group, words: &[String], offset: usize) -> Result<Parsed, Failure> {
    if found.support == Support::NotYet {
        return Err(Failure::unsupported(Unsupported::Verb(format!("docker {}", found.name))));
    }
    let sort = |end| {
        pflag::sort(&words[1..], 1, Table::EMPTY, end)
            .map_err(|message| Failure::new(Complaint::GroupFlags { message, group: found }).exiting(EXIT_REFUSED))
    };
    let sorted = sort(FlagsEnd::AtFirstArgument)?;
    let Some(first) = sorted.arguments.first() else {
        return Ok(help(HelpTopic::Group(found), sorted.help.map_or(HelpCause::NoVerb, cause)));
    };
    let typed = format!("{} {}", found.name, first.text);
    if let Some(verb) = catalogue::find(&typed) {
        return match sorted.help {
            Some(form) => Ok(help(HelpTopic::Verb(verb.said(&typed), verb), cause(form))),
            None => read_verb(verb, &typed, &words[first.word + 1..], offset + first.word + 1),
        };
    }
    match sort(FlagsEnd::Never)?.help {
        Some(form) => Ok(help(HelpTopic::Group(found), cause(form))),
        None => Err(Failure::new(Complaint::UnknownVerb { typed, group: Some(found) })),
    }
}

fn help_about(words: &[String]) -> Result<Parsed, Failure> {
    let sorted = pflag::sort(words, 0, Table::EMPTY, FlagsEnd::Never)
        .map_err(|message| Failure::new(Complaint::HelpFlags(message)).exiting(EXIT_REFUSED))?;
    if let Some(form) = sorted.help {
        return Ok(help(HelpTopic::Help, cause(form)));
    }
    let names: Vec<&str> = sorted.arguments.iter().map(|argument| argument.text.as_str()).collect();
    let of_verb = |typed: &str| catalogue::find(typed).map(|verb| HelpTopic::Verb(verb.said(typed), verb));
    let (topic, rest) = match names.as_slice() {
        [] => (Some(HelpTopic::Program), &[][..]),
        ["help", rest @ ..] => (Some(HelpTopic::Help), rest),
        [first, rest @ ..] => match (group::find(first), rest) {
            (Some(found), []) => (Some(HelpTopic::Group(found)), rest),
            (Some(found), [name, beyond @ ..]) => match of_verb(&format!("{} {name}", found.name)) {
                Some(topic) => (Some(topic), beyond),
                None => (None, rest),
            },
            (None, _) => match of_verb(first) {
                Some(topic) => (Some(topic), rest),
                None => (None, names.as_slice()),
            },
        },
    };
    match topic {
        Some(topic) if rest.is_empty() => Ok(help(topic, HelpCause::Asked)),
        _ => Err(Failure::new(Complaint::UnknownHelpTopic(rest.join(" ")))),
    }
}

fn read_verb(verb: &'static Verb, typed: &str, words: &[String], first_word: usize) -> Result<Parsed, Failure> {
    let said = verb.said(typed);
    let by_name = |long: &str| verb.flag(long);
    let by_letter = |letter| verb.flag_by_letter(letter);
    let table = Table { by_name: &by_name, by_letter: &by_letter };
    let sorted = pflag::sort(words, first_word, table, verb.flags_end).map_err(|message| {
        Failure::new(Complaint::Flags { message, verb: Some((said, verb)) }).exiting(EXIT_REFUSED)
    })?;
    if let Some(form) = sorted.help {
        return Ok(help(HelpTopic::Verb(said, verb), cause(form)));
    }
    if !fits(verb.arguments, sorted.arguments.len()) {
        return Err(Failure::new(Complaint::Arguments { said, verb }));
    }
    let Some(read) = verb.read else {
        return Err(Failure::unsupported(Unsupported::Verb(format!("docker {said}"))));
    };
    if let Some(used) = sorted.uses.iter().find(|used| used.flag.support == Support::NotYet) {
        let spelled = format!("--{}", used.flag.long);
        return Err(Failure::unsupported(Unsupported::Flag(format!("docker {said}"), spelled)));
    }
    for used in &sorted.uses {
        if used.flag.only.is_some_and(|only| parse_bool(&used.value) == Some(!only)) {
            let (command, flag) = (format!("docker {said}"), format!("--{}", used.flag.long));
            return Err(Failure::unsupported(Unsupported::Value(command, flag, used.value.clone())));
        }
        if let Support::Elsewhere(elsewhere) = used.flag.support {
            return Err(Failure::client(format!("\"--{}\" {}", used.flag.long, elsewhere.said())));
        }
    }
    let words = Words { verb, said, uses: sorted.uses, arguments: sorted.arguments };
    let command = read(&words)?;
    Ok(Parsed::Command(Box::new(ParsedCommand { words, command })))
}

fn fits(rule: ArgumentRule, count: usize) -> bool {
    match rule {
        ArgumentRule::None => count == 0,
        ArgumentRule::Any => true,
        ArgumentRule::Exactly(wanted) => count == wanted,
        ArgumentRule::AtLeast(least) => count >= least,
        ArgumentRule::AtMost(most) => count <= most,
        ArgumentRule::Between(least, most) => (least..=most).contains(&count),
    }
}

fn help(topic: HelpTopic, cause: HelpCause) -> Parsed {
    Parsed::Help(Help { topic, cause })
}

fn cause(form: HelpFlag) -> HelpCause {
    match form {
        HelpFlag::Long => HelpCause::Asked,
        HelpFlag::Short => HelpCause::AskedByLetter,
    }
}
