//! `docker kill`.

use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::targets::each;
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::verbs::container_flags::SIGNALS;
use crate::docker::{Context, DockerCommand, Failure, Outcome, Words};
use crate::engine::EngineError;
use crate::engine::launch::signal;

/// Its table.
pub static VERB: Verb = Verb {
    names: &["container kill", "kill"],
    usage: &["[OPTIONS] CONTAINER [CONTAINER...]"],
    arguments: ArgumentRule::AtLeast(1),
    operand: Operand::RunningContainer,
    flags_end: FlagsEnd::Never,
    flags: &[FLAGS],
    about: "docker-verb-kill",
    read: Some(read),
};

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kill {
    /// Names or ids.
    pub containers: Vec<String>,
    /// `-s`; `SIGKILL` when absent.
    pub signal: Option<String>,
}

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    Ok(DockerCommand::Kill(Kill { containers: words.arguments_from(0), signal: words.owned("signal") }))
}

/// Does it.
///
/// # Errors
/// All that failed, at the end.
pub fn execute(kill: &Kill, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let signal = kill.signal.as_deref().unwrap_or("KILL");
    each(context, &kill.containers, |context, name| {
        // The daemon reads the signal before it looks for the container.
        let looked_up = signal::parse(signal).and_then(|_| context.engine.resolve_container(name));
        let killed = looked_up.and_then(|record| context.engine.kill_container(&record.id, signal));
        Ok(killed.map_err(|error| match error {
            EngineError::NoContainerNamed => error,
            error => EngineError::not_done("cannot kill container:", name, error),
        })?)
    })
}

static FLAGS: &[Flag] = &[flag("signal", FlagKind::Text, "docker-flag-signal").short('s').choices(SIGNALS)];
