//! What went wrong, in Docker's words; what is not supported yet, in the course's.

use crate::docker::verb::{ArgumentRule, Verb};
use crate::docker::{Complaint, Failure, Unsupported};
use crate::engine::EngineError;
use crate::i18n::{Arguments, Texts};

/// The text for standard error, line ends included.
pub fn text(failure: &Failure, texts: &Texts) -> String {
    failure.complaints.iter().map(|complaint| format!("{}\n", say(complaint, texts))).collect()
}

/// One complaint.
pub fn say(complaint: &Complaint, texts: &Texts) -> String {
    match complaint {
        Complaint::Daemon(error) => daemon(error),
        Complaint::Client(message) | Complaint::Build { said: message, .. } => message.clone(),
        Complaint::Prefixed { inner, said } => {
            format!("docker: {}\n\nRun 'docker {said} --help' for more information", say(inner, texts))
        }
        Complaint::Flags { message, verb: Some((said, verb)) } => {
            format!("{message}\n\n{}\n\nRun 'docker {said} --help' for more information", usage(said, verb))
        }
        Complaint::Flags { message, verb: None } => format!(
            "{message}\n\nUsage:  docker [OPTIONS] COMMAND [ARG...]\n\nRun 'docker --help' for more information"
        ),
        Complaint::GroupFlags { message, group } => format!(
            "{message}\n\nUsage:  docker {}{}\n\nRun 'docker {} --help' for more information",
            group.name, group.usage_tail, group.name
        ),
        Complaint::HelpFlags(message) => {
            format!("{message}\n\nUsage:  docker help [command]\n\nRun 'docker help --help' for more information")
        }
        Complaint::Arguments { said, verb } => {
            let (wanted, see) = rule(verb.arguments);
            format!(
                "docker: 'docker {said}' {wanted}\n\n{}\n\n{see} 'docker {said} --help' for more information",
                usage(said, verb)
            )
        }
        Complaint::UnknownVerb { typed, group: None } => {
            format!("docker: unknown command: docker {typed}\n\nRun 'docker --help' for more information")
        }
        Complaint::UnknownVerb { typed, group: Some(group) } => format!(
            "docker: unknown command: docker {typed}\n\nUsage:  docker {}{}\n\nRun 'docker {} --help' for more information",
            group.name, group.usage_tail, group.name
        ),
        Complaint::UnknownHelpTopic(topic) => format!("unknown help topic: {topic}"),
        Complaint::Unsupported(what) => unsupported(what, texts),
    }
}

/// The daemon's sentence; names that are nothing are refused before it is asked.
fn daemon(error: &EngineError) -> String {
    let (kind, name) = match error {
        EngineError::NoSuchContainer(name) => ("container", name),
        EngineError::NoSuchNetwork(name) => ("network", name),
        EngineError::NoSuchVolume(name) => ("volume", name),
        other => return format!("Error response from daemon: {other}"),
    };
    if name.trim().is_empty() {
        return format!("invalid {kind} name or ID: value is empty");
    }
    format!("Error response from daemon: {error}")
}

/// The usage lines of a verb called by this name; Docker writes further lines with the short name.
pub fn usage(said: &str, verb: &Verb) -> String {
    let short = verb.names.last().copied().unwrap_or(said);
    let names = std::iter::once(said).chain(std::iter::repeat(short));
    let lines: Vec<String> = verb
        .usage
        .iter()
        .zip(names)
        .map(|(tail, name)| format!("docker {name} {tail}").trim_end().to_owned())
        .collect();
    format!("Usage:  {}", lines.join("\n\t"))
}

/// What Docker says of a wrong number of arguments, and the word that points to help: Docker has three, one of
/// them misspelt.
fn rule(rule: ArgumentRule) -> (String, &'static str) {
    let plural = |count: usize| if count == 1 { "argument" } else { "arguments" };
    match rule {
        ArgumentRule::None | ArgumentRule::Any => ("accepts no arguments".to_owned(), "Run"),
        ArgumentRule::Exactly(count) => (format!("requires {count} {}", plural(count)), "Run"),
        ArgumentRule::AtLeast(count) => (format!("requires at least {count} {}", plural(count)), "See"),
        ArgumentRule::AtMost(count) => (format!("requires at most {count} {}", plural(count)), "SRun"),
        ArgumentRule::Between(least, most) => {
            (format!("requires at least {least} and at most {most} {}", plural(most)), "Run")
        }
    }
}

fn unsupported(what: &Unsupported, texts: &Texts) -> String {
    let arguments = Arguments::new();
    match what {
        Unsupported::Verb(command) => texts.with("docker-unsupported-verb", &arguments.text("command", command)),
        Unsupported::Flag(command, flag) => {
            texts.with("docker-unsupported-flag", &arguments.text("command", command).text("flag", flag))
        }
        Unsupported::Value(command, flag, value) => {
            let arguments = arguments.text("command", command).text("flag", flag).text("value", value);
            texts.with("docker-unsupported-value", &arguments)
        }
    }
}
