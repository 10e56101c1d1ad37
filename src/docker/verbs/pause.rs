//! `docker pause`.

use crate::docker::targets::each;
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::{Context, DockerCommand, Event, Failure, Outcome, Words};
use crate::engine::container::PauseMeans;

/// Its table.
pub static VERB: Verb = Verb {
    names: &["container pause", "pause"],
    usage: &["CONTAINER [CONTAINER...]"],
    arguments: ArgumentRule::AtLeast(1),
    operand: Operand::RunningContainer,
    flags_end: FlagsEnd::Never,
    flags: &[],
    about: "docker-verb-pause",
    read: Some(read),
};

/// What was asked of `pause` or `unpause`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pause {
    /// Names or ids.
    pub containers: Vec<String>,
}

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    Ok(DockerCommand::Pause(Pause { containers: words.arguments_from(0) }))
}

/// Does it.
///
/// # Errors
/// All that failed, at the end.
pub fn execute(pause: &Pause, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    each(context, &pause.containers, |context, name| {
        let record = context.engine.resolve_container(name)?;
        if context.engine.pause_container(&record.id)? == PauseMeans::Signals {
            context.tell(Event::PausedBySignals);
        }
        Ok(())
    })
}
