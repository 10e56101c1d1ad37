//! A whole line after `docker` becomes a command, a request for help, or a failure in Docker's words.

use super::command::DockerCommand;
use super::failure::{Complaint, EXIT_REFUSED, Failure, Unsupported};
use super::flag::Support;
use super::group::{self, Group};
use super::pflag::{self, HelpFlag, Table};
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
    let table = Table { by_name: &global::by_name, by_letter: &global::by_letter };
    let sorted = pflag::sort(words, 0, table, FlagsEnd::AtFirstArgument)
        .map_err(|message| Failure::new(Complaint::Flags { message, verb: None }).exiting(EXIT_REFUSED))?;
    if let Some(used) = sorted.uses.iter().find(|used| used.flag.support == Support::NotYet) {
        let spelled = format!("--{}", used.flag.long);
        return Err(Failure::unsupported(Unsupported::Flag("docker".to_owned(), spelled)));
    }
    if sorted.uses.iter().any(|used| used.flag.long == "version" && used.value == "true") {
        return Ok(Parsed::ShortVersion);
    }
    if let Some(form) = sorted.help {
        return Ok(help(HelpTopic::Program, cause(form)));
    }
    let Some(first) = sorted.arguments.first() else {
        return Ok(help(HelpTopic::Program, HelpCause::NoVerb));
    };
    after_globals(&words[first.word..], first.word)
}

fn after_globals(words: &[String], offset: usize) -> Result<Parsed, Failure> {
    if words[0] == "help" {
        return help_about(&words[1..]);
    }
    if let Some(found) = group::find(&words[0]) {
        return in_group(found, words, offset);
    }
    match catalogue::find(&words[0]) {
        Some(verb) => read_verb(verb, &words[0], &words[1..], offset + 1),
        None => Err(Failure::new(Complaint::UnknownVerb { typed: words[0].clone(), group: None })),
    }
}

fn in_group(found: &'static Group, words: &[String], offset: usize) -> Result<Parsed, Failure> {
    if found.support == Support::NotYet {
        return Err(Failure::unsupported(Unsupported::Verb(format!("docker {}", found.name))));
    }
    match words.get(1).map(String::as_str) {
        None => Ok(help(HelpTopic::Group(found), HelpCause::NoVerb)),
        Some("--help") => Ok(help(HelpTopic::Group(found), HelpCause::Asked)),
        Some("-h") => Ok(help(HelpTopic::Group(found), HelpCause::AskedByLetter)),
        Some(name) => {
            let typed = format!("{} {name}", found.name);
            match catalogue::find(&typed) {
                Some(verb) => read_verb(verb, &typed, &words[2..], offset + 2),
                None => Err(Failure::new(Complaint::UnknownVerb { typed, group: Some(found) })),
            }
        }
    }
}

fn help_about(words: &[String]) -> Result<Parsed, Failure> {
    let Some(first) = words.first() else { return Ok(help(HelpTopic::Program, HelpCause::Asked)) };
    if first.starts_with("--help") {
        return Ok(help(HelpTopic::Help, HelpCause::Asked));
    }
    let topic = match (group::find(first), words.get(1)) {
        (Some(found), None) => Some(HelpTopic::Group(found)),
        (Some(found), Some(name)) => {
            let typed = format!("{} {name}", found.name);
            catalogue::find(&typed).map(|verb| HelpTopic::Verb(verb.said(&typed), verb))
        }
        (None, _) => catalogue::find(first).map(|verb| HelpTopic::Verb(verb.said(first), verb)),
    };
    match topic {
        Some(topic) => Ok(help(topic, HelpCause::Asked)),
        None => Err(Failure::new(Complaint::UnknownHelpTopic(words.join(" ")))),
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
