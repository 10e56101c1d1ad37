//! `docker logs`.

use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::{Context, DockerCommand, Failure, Outcome, Words};
use crate::docker::{Event, instant};
use crate::engine::container::LogRequest;

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
        follow: words.bool("follow"),
        tail: words.text("tail").and_then(|lines| lines.parse().ok()),
        timestamps: words.bool("timestamps"),
        since: words.owned("since"),
        until: words.owned("until"),
    }))
}

/// Does it.
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
        until: logs.until.as_deref().map(|text| instant::parse("until", text, now)).transpose()?,
    };
    let events = &mut *context.events;
    let timestamps = logs.timestamps;
    context.engine.container_logs(&record.id, &request, &mut |line| {
        events(Event::Log { line, timestamps });
        true
    })?;
    Ok(Outcome::Nothing)
}

static FLAGS: &[Flag] = &[
    flag("details", FlagKind::Bool, "docker-flag-details"),
    flag("follow", FlagKind::Bool, "docker-flag-follow").short('f'),
    flag("since", FlagKind::Text, "docker-flag-since"),
    flag("tail", FlagKind::Text, "docker-flag-tail").short('n').default("all"),
    flag("timestamps", FlagKind::Bool, "docker-flag-timestamps").short('t'),
    flag("until", FlagKind::Text, "docker-flag-until"),
];
