//! `docker logs`.

use std::os::fd::AsFd;

use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::session::{SignalGuard, catch_interrupts};
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::{Context, DockerCommand, Failure, Outcome, Words};
use crate::docker::{Event, instant};
use crate::engine::container::{ContainerRecord, LogRequest};

/// Its table.
pub static VERB: Verb = Verb {
    names: &["container logs", "logs"],
    usage: &["[OPTIONS] CONTAINER"],
    arguments: ArgumentRule::Exactly(1),
    operand: Operand::Container,
    flags_end: FlagsEnd::Never,
    flags: &[FLAGS],
    about: "docker-verb-logs",
    read: Some(read),
};

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logs {
    /// Name or id.
    pub container: String,
    /// `--details`.
    pub details: bool,
    /// `-f`.
    pub follow: bool,
    /// `-n`; `None` is all of them.
    pub tail: Option<usize>,
    /// `-t`.
    pub timestamps: bool,
    /// `--since`, as typed.
    pub since: Option<String>,
    /// `--until`, as typed.
    pub until: Option<String>,
}

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    Ok(DockerCommand::Logs(Logs {
        container: words.argument(0),
        details: words.bool("details"),
        follow: words.bool("follow"),
        tail: words.text("tail").and_then(|lines| lines.parse().ok()),
        timestamps: words.bool("timestamps"),
        since: words.owned("since"),
        until: words.owned("until"),
    }))
}

/// Does it: to the end of the log, of the container (`-f`), or until Ctrl-C.
///
/// # Errors
/// The engine's.
pub fn execute(logs: &Logs, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let record = context.engine.resolve_container(&logs.container)?;
    let now = context.engine.clock.now();
    let request = LogRequest {
        follow: logs.follow,
        tail: logs.tail,
        since: logs.since.as_deref().map(|text| instant::parse("since", text, now)).transpose()?,
        // The daemon takes 0 for no end.
        until: logs
            .until
            .as_deref()
            .filter(|text| *text != "0")
            .map(|text| instant::parse("until", text, now))
            .transpose()?,
    };
    let interrupts = logs.follow.then(catch_interrupts).transpose()?;
    let interrupt = interrupts.as_ref().map(SignalGuard::watch).transpose()?;
    let interrupt = interrupt.as_ref().map(|descriptor| descriptor.as_fd());
    let events = &mut *context.events;
    let timestamps = logs.timestamps;
    let details = logs.details.then(|| details(&record));
    context.engine.follow_logs(&record.id, &request, interrupt, &mut |mut line| {
        if let Some(details) = &details {
            line.bytes.splice(..0, details.bytes());
        }
        events(Event::Log { line, timestamps });
        true
    })?;
    Ok(interrupts.and_then(|guard| guard.exit_code()).map_or(Outcome::Nothing, Outcome::Exit))
}

/// `name=value` of each attribute, and a space, with or without any.
fn details(record: &ContainerRecord) -> String {
    let pairs = record.log_attributes();
    let pairs = pairs.iter().map(|(name, value)| format!("{}={}", query_escape(name), query_escape(value)));
    pairs.collect::<Vec<_>>().join(",") + " "
}

/// Go's `url.QueryEscape`.
fn query_escape(text: &str) -> String {
    let mut escaped = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => escaped.push(char::from(byte)),
            b' ' => escaped.push('+'),
            other => escaped.push_str(&format!("%{other:02X}")),
        }
    }
    escaped
}

static FLAGS: &[Flag] = &[
    flag("details", FlagKind::Bool, "docker-flag-details"),
    flag("follow", FlagKind::Bool, "docker-flag-follow").short('f'),
    flag("since", FlagKind::Text, "docker-flag-since"),
    flag("tail", FlagKind::Text, "docker-flag-tail").short('n').default("all").choices(&["all"]),
    flag("timestamps", FlagKind::Bool, "docker-flag-timestamps").short('t'),
    flag("until", FlagKind::Text, "docker-flag-until"),
];
