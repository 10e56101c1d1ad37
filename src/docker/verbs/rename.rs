//! `docker rename`.

use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::{Complaint, Context, DockerCommand, Failure, Outcome, Words};

/// Its table.
pub static VERB: Verb = Verb {
    names: &["container rename", "rename"],
    usage: &["CONTAINER NEW_NAME"],
    arguments: ArgumentRule::Exactly(2),
    operand: Operand::Container,
    flags_end: FlagsEnd::Never,
    flags: &[],
    about: "docker-verb-rename",
    read: Some(read),
};

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rename {
    /// Name or id.
    pub container: String,
    /// The other name.
    pub new_name: String,
}

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    let [container, new_name] = [0, 1].map(|place| words.argument(place).trim().to_owned());
    if container.is_empty() || new_name.is_empty() {
        return Err(Failure::client("Error: Neither old nor new names may be empty"));
    }
    Ok(DockerCommand::Rename(Rename { container, new_name }))
}

/// Does it.
///
/// # Errors
/// The engine's, and the client's own word after it.
pub fn execute(rename: &Rename, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let engine = context.engine;
    let renamed = engine
        .resolve_container(&rename.container)
        .and_then(|record| engine.rename_container(&record.id, &rename.new_name));
    match renamed {
        Ok(()) => Ok(Outcome::Nothing),
        Err(error) => {
            let mut failure = Failure::from(error);
            let after = format!("Error: failed to rename container named {}", rename.container);
            failure.complaints.push(Complaint::Client(after));
            Err(failure)
        }
    }
}
