//! `docker volume rm`.

use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::targets::each;
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::{Context, DockerCommand, Failure, Outcome, Words};
use crate::engine::EngineError;

/// Its table.
pub static VERB: Verb = Verb {
    names: &["volume rm", "volume remove"],
    usage: &["[OPTIONS] VOLUME [VOLUME...]"],
    arguments: ArgumentRule::AtLeast(1),
    operand: Operand::Volume,
    flags_end: FlagsEnd::Never,
    flags: &[FLAGS],
    about: "docker-verb-volume-rm",
    read: Some(read),
};

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoveVolumes {
    /// Their names.
    pub volumes: Vec<String>,
    /// `-f`: one that is not there is no failure.
    pub force: bool,
}

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    Ok(DockerCommand::RemoveVolumes(RemoveVolumes { volumes: words.arguments_from(0), force: words.bool("force") }))
}

/// Does it.
///
/// # Errors
/// All that failed, at the end.
pub fn execute(remove: &RemoveVolumes, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    each(context, &remove.volumes, |context, name| match context.engine.remove_volume(name) {
        Err(EngineError::NoSuchVolume(_)) if remove.force => Ok(()),
        other => Ok(other?),
    })
}

static FLAGS: &[Flag] = &[flag("force", FlagKind::Bool, "docker-flag-force-volume").short('f')];
