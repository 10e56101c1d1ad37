//! `docker stats`: what containers use, once or again and again.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::os::fd::{AsFd, BorrowedFd};
use std::rc::Rc;
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::session::catch_interrupts;
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::{
    Context, DockerCommand, EXIT_FAILURE, EXIT_INTERRUPTED, Event, Failure, Outcome, StatsFrame, StatsListing,
    StatsRow, Words,
};
use crate::engine::container::{ContainerId, ContainerRecord, ContainerSample};
use crate::engine::{Engine, EngineError};

/// Between two samples: a percentage of the processor needs two.
const PERIOD: Duration = Duration::from_secs(1);

/// Its table.
pub static VERB: Verb = Verb {
    names: &["container stats", "stats"],
    usage: &["[OPTIONS] [CONTAINER...]"],
    arguments: ArgumentRule::Any,
    operand: Operand::RunningContainer,
    flags_end: FlagsEnd::Never,
    flags: &[FLAGS],
    about: "docker-verb-stats",
    read: Some(read),
};

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stats {
    /// Names or ids; all that run when empty.
    pub containers: Vec<String>,
    /// `-a`.
    pub all: bool,
    /// `--no-stream`.
    pub once: bool,
    /// `--no-trunc`.
    pub whole: bool,
    /// `--format`.
    pub format: Option<String>,
}

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    Ok(DockerCommand::Stats(Stats {
        containers: words.arguments_from(0),
        all: words.bool("all"),
        once: words.bool("no-stream"),
        whole: words.bool("no-trunc"),
        format: words.owned("format"),
    }))
}

/// Does it, until Ctrl-C or until nobody reads any more.
///
/// # Errors
/// Containers that are not there, all of them.
pub fn execute(stats: &Stats, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let engine = context.engine;
    check_names(stats, engine)?;
    let guard = catch_interrupts()?;
    let interrupt = guard.watch()?;
    let refused = Rc::new(Cell::new(false));
    let mut earlier = samples(&watched(stats, engine)?, engine);
    loop {
        let waits = !(stats.once && earlier.is_empty());
        if waits && interrupted(interrupt.as_fd(), Instant::now() + PERIOD) {
            return Ok(Outcome::Exit(EXIT_INTERRUPTED));
        }
        let watched = watched(stats, engine)?;
        let present = samples(&watched, engine);
        let rows = watched.into_iter().map(|(container, record)| row(container, record, &earlier, &present)).collect();
        let listing = StatsListing { rows, format: stats.format.clone(), whole: stats.whole };
        if stats.once {
            return Ok(Outcome::Stats(listing));
        }
        context.tell(Event::Stats(StatsFrame { listing, refused: Rc::clone(&refused) }));
        if refused.get() {
            return Ok(Outcome::Exit(EXIT_FAILURE));
        }
        earlier = present;
    }
}

fn check_names(stats: &Stats, engine: &Engine) -> Result<(), Failure> {
    let missing = stats.containers.iter().filter_map(|name| engine.resolve_container(name).err());
    let complaints: Vec<_> = missing.flat_map(|error| Failure::from(error).complaints).collect();
    if complaints.is_empty() { Ok(()) } else { Err(Failure { exit_code: EXIT_FAILURE, complaints }) }
}

/// The containers to show, each as the client names it; those named stay when they are removed.
fn watched(stats: &Stats, engine: &Engine) -> Result<Vec<(String, Option<ContainerRecord>)>, EngineError> {
    if !stats.containers.is_empty() {
        let look = |name: &String| (name.clone(), engine.resolve_container(name).ok());
        return Ok(stats.containers.iter().map(look).collect());
    }
    let shown = engine.containers()?.into_iter().filter(|record| stats.all || record.state.is_running());
    Ok(shown.map(|record| (record.id.short().to_owned(), Some(record))).collect())
}

fn samples(watched: &[(String, Option<ContainerRecord>)], engine: &Engine) -> BTreeMap<ContainerId, ContainerSample> {
    let records = watched.iter().filter_map(|(_, record)| record.as_ref());
    records.filter_map(|record| Some((record.id.clone(), engine.sample_container(record)?))).collect()
}

fn row(
    container: String,
    record: Option<ContainerRecord>,
    earlier: &BTreeMap<ContainerId, ContainerSample>,
    present: &BTreeMap<ContainerId, ContainerSample>,
) -> StatsRow {
    let figures = record.as_ref().and_then(|record| {
        let sample = present.get(&record.id)?;
        let percent = earlier.get(&record.id).map_or(0.0, |earlier| sample.cpu_percent_since(earlier));
        Some((*sample, percent))
    });
    StatsRow { container, identity: record.map(|record| (record.id, record.name.to_string())), figures }
}

/// Waits until an instant; true when somebody wants us to stop before.
fn interrupted(interrupt: BorrowedFd<'_>, until: Instant) -> bool {
    loop {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return false;
        }
        let limit = PollTimeout::try_from(left.as_micros().div_ceil(1000)).unwrap_or(PollTimeout::MAX);
        let mut watched = [PollFd::new(interrupt, PollFlags::POLLIN)];
        if matches!(poll(&mut watched, limit), Ok(ready) if ready > 0) {
            return true;
        }
    }
}

static FLAGS: &[Flag] = &[
    flag("all", FlagKind::Bool, "docker-flag-all-containers").short('a').default("shows just running"),
    flag("format", FlagKind::Text, "docker-flag-format"),
    flag("no-stream", FlagKind::Bool, "docker-flag-no-stream"),
    flag("no-trunc", FlagKind::Bool, "docker-flag-no-trunc"),
];
