//! `docker diff`.

use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::{Context, DockerCommand, Failure, Outcome, Words};

/// Its table.
pub static VERB: Verb = Verb {
    names: &["container diff", "diff"],
    usage: &["CONTAINER"],
    arguments: ArgumentRule::Exactly(1),
    operand: Operand::Container,
    flags_end: FlagsEnd::Never,
    flags: &[],
    about: "docker-verb-diff",
    read: Some(read),
};

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diff {
    /// Name or id.
    pub container: String,
}

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    if words.argument(0).is_empty() {
        return Err(Failure::client("Container name cannot be empty"));
    }
    Ok(DockerCommand::Diff(Diff { container: words.argument(0) }))
}

/// Does it.
///
/// # Errors
/// The engine's.
pub fn execute(diff: &Diff, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let record = context.engine.resolve_container(&diff.container)?;
    Ok(Outcome::Changes(context.engine.container_changes(&record.id)?))
}
