//! `docker events`.

use std::os::fd::AsFd;

use jiff::Timestamp;

use crate::docker::event_filter::EventFilter;
use crate::docker::filter::Filter;
use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::session::catch_interrupts;
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::{Context, DockerCommand, Failure, Outcome, Words};
use crate::docker::{Event, instant};
use crate::engine::EngineError;
use crate::engine::journal::JournalRequest;

/// Its table.
pub static VERB: Verb = Verb {
    names: &["system events", "events"],
    usage: &["[OPTIONS]"],
    arguments: ArgumentRule::None,
    operand: Operand::Nothing,
    flags_end: FlagsEnd::Never,
    flags: &[FLAGS],
    about: "docker-verb-events",
    read: Some(read),
};

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Events {
    /// `--since`, as typed.
    pub since: Option<String>,
    /// `--until`, as typed.
    pub until: Option<String>,
    /// `-f`.
    pub filters: Vec<Filter>,
    /// `--format`.
    pub format: Option<String>,
}

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    let given = |long: &str| words.owned(long).filter(|text| !text.is_empty());
    Ok(DockerCommand::Events(Events {
        since: given("since"),
        until: given("until"),
        filters: Filter::read(words),
        format: given("format"),
    }))
}

/// Does it: until `--until`, or until Ctrl-C.
///
/// # Errors
/// Instants that cannot be read, or that stand the wrong way round.
pub fn execute(asked: &Events, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let now = context.engine.clock.now();
    let instant = |typed: &Option<String>| typed.as_deref().map(|text| instant::parse_bare(text, now)).transpose();
    let request = JournalRequest { since: instant(&asked.since)?, until: instant(&asked.until)? };
    if let (Some(since), Some(until)) = (request.since, request.until)
        && until < since
    {
        let (since, until) = (seconds(since), seconds(until));
        let reason = format!("`since` time ({since}) cannot be after `until` time ({until})");
        return Err(EngineError::InvalidRequest(reason).into());
    }
    let filter = EventFilter::new(&asked.filters);
    let interrupts = catch_interrupts()?;
    let interrupt = interrupts.watch()?;
    let tell = &mut *context.events;
    context.engine.events(&request, Some(interrupt.as_fd()), &mut |event| {
        if filter.admits(&event) {
            tell(Event::Journal { event: Box::new(event), format: asked.format.clone() });
        }
        true
    })?;
    Ok(interrupts.exit_code().map_or(Outcome::Nothing, Outcome::Exit))
}

/// A Unix time, as the client sends it to the daemon.
fn seconds(instant: Timestamp) -> String {
    match instant.subsec_nanosecond() {
        0 => instant.as_second().to_string(),
        nanoseconds => format!("{}.{nanoseconds:09}", instant.as_second()),
    }
}

static FLAGS: &[Flag] = &[
    flag("filter", FlagKind::Filter, "docker-flag-filter").short('f'),
    flag("format", FlagKind::Text, "docker-flag-format-inspect"),
    flag("since", FlagKind::Text, "docker-flag-since"),
    flag("until", FlagKind::Text, "docker-flag-until"),
];
