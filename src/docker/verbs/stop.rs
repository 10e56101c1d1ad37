//! `docker stop`.

use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::targets::each;
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::verbs::container_flags::SIGNALS;
use crate::docker::{Context, DockerCommand, Event, Failure, Outcome, Words};
use crate::engine::EngineError;
use crate::engine::container::StopRequest;

/// Its table.
pub static VERB: Verb = Verb {
    names: &["container stop", "stop"],
    usage: &["[OPTIONS] CONTAINER [CONTAINER...]"],
    arguments: ArgumentRule::AtLeast(1),
    operand: Operand::RunningContainer,
    flags_end: FlagsEnd::Never,
    flags: &[FLAGS],
    about: "docker-verb-stop",
    read: Some(read),
};

/// What was asked of `stop` or `restart`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// Names or ids.
    pub containers: Vec<String>,
    /// `-s`.
    pub signal: Option<String>,
    /// `-t`, seconds.
    pub timeout_seconds: Option<i64>,
    /// How often `--time` was said, the flag's former name.
    pub former_flags: usize,
    /// Both names were used.
    pub contradictory: bool,
}

impl Stop {
    pub(super) fn read(words: &Words) -> Self {
        Self {
            containers: words.arguments_from(0),
            signal: words.owned("signal"),
            timeout_seconds: words.int("timeout").or_else(|| words.int("time")),
            former_flags: words.uses.iter().filter(|used| used.flag.long == "time").count(),
            contradictory: words.given("timeout") && words.given("time"),
        }
    }

    /// Says what there is to say of the flag's former name, among the names of containers as the client does.
    pub(super) fn check_flags(&self, context: &mut Context<'_>) -> Result<(), Failure> {
        for _ in 0..self.former_flags {
            context.tell(Event::Done("Flag --time has been deprecated, use --timeout instead".to_owned()));
        }
        if self.contradictory {
            return Err(Failure::client("conflicting options: cannot specify both --timeout and --time"));
        }
        Ok(())
    }

    pub(super) fn request(&self) -> StopRequest {
        StopRequest { signal: self.signal.clone(), timeout_seconds: self.timeout_seconds }
    }
}

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    Ok(DockerCommand::Stop(Stop::read(words)))
}

/// Does it.
///
/// # Errors
/// All that failed, at the end.
pub fn execute(stop: &Stop, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    stop.check_flags(context)?;
    each(context, &stop.containers, |context, name| {
        let record = context.engine.resolve_container(name)?;
        let stopped = context.engine.stop_container(&record.id, &stop.request());
        Ok(stopped.map_err(|error| EngineError::not_done("cannot stop container:", name, error))?)
    })
}

static FLAGS: &[Flag] = &[
    flag("signal", FlagKind::Text, "docker-flag-signal").short('s').choices(SIGNALS),
    flag("timeout", FlagKind::Int, "docker-flag-timeout").short('t'),
    flag("time", FlagKind::Int, "docker-flag-timeout").hidden(),
];
