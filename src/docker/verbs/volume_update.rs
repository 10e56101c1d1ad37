//! `docker volume update`: only a swarm has volumes that can be changed.

use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::{Context, DockerCommand, Failure, Outcome, Words};

/// Its table.
pub static VERB: Verb = Verb {
    names: &["volume update"],
    usage: &["[OPTIONS] [VOLUME]"],
    arguments: ArgumentRule::Exactly(1),
    operand: Operand::Volume,
    flags_end: FlagsEnd::Never,
    flags: &[FLAGS],
    about: "docker-verb-volume-update",
    read: Some(read),
};

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpdateVolume {
    /// Its name.
    pub volume: String,
}

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    Ok(DockerCommand::UpdateVolume(UpdateVolume { volume: words.argument(0) }))
}

/// Refuses it, as Docker does of any volume that is not a swarm's.
///
/// # Errors
/// Always: [`crate::engine::EngineError::NoSuchVolume`], or the client's sentence.
pub fn execute(update: &UpdateVolume, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    context.engine.volume(&update.volume)?;
    Err(Failure::client("can only update cluster volumes"))
}

static FLAGS: &[Flag] = &[flag("availability", FlagKind::Text, "docker-flag-availability").default("active")];
