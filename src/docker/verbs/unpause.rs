//! `docker unpause`.

use super::pause::Pause;
use crate::docker::targets::each;
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::{Context, DockerCommand, Failure, Outcome, Words};

/// Its table.
pub static VERB: Verb = Verb {
    names: &["container unpause", "unpause"],
    usage: &["CONTAINER [CONTAINER...]"],
    arguments: ArgumentRule::AtLeast(1),
    operand: Operand::RunningContainer,
    flags_end: FlagsEnd::Never,
    flags: &[],
    about: "docker-verb-unpause",
    read: Some(read),
};

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    Ok(DockerCommand::Unpause(Pause { containers: words.arguments_from(0) }))
}

/// Does it.
///
/// # Errors
/// All that failed, at the end.
pub fn execute(unpause: &Pause, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    each(context, &unpause.containers, |context, name| {
        let record = context.engine.resolve_container(name)?;
        Ok(context.engine.unpause_container(&record.id)?)
    })
}
