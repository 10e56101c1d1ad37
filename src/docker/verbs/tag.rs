//! `docker tag`.

use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::{Context, DockerCommand, Failure, Outcome, Words};
use crate::engine::oci::{Reference, ReferenceError};

/// Its table.
pub static VERB: Verb = Verb {
    names: &["image tag", "tag"],
    usage: &["SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]"],
    arguments: ArgumentRule::Exactly(2),
    operand: Operand::Image,
    flags_end: FlagsEnd::Never,
    flags: &[],
    about: "docker-verb-tag",
    read: Some(read),
};

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// Reference or id.
    pub source: String,
    /// The new name.
    pub target: Reference,
}

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    let typed = words.argument(1);
    let target: Reference = typed.parse().map_err(|error: ReferenceError| {
        Failure::client(format!("Error parsing reference: \"{typed}\" is not a valid repository/tag: {error}"))
    })?;
    if target.digest().is_some() {
        return Err(Failure::client("refusing to create a tag with a digest reference"));
    }
    let source = words.argument(0);
    match source.parse::<Reference>() {
        Ok(_) | Err(ReferenceError::Hexadecimal(_)) => Ok(DockerCommand::Tag(Tag { source, target })),
        Err(error) => {
            let message = format!("Error parsing reference: \"{source}\" is not a valid repository/tag: {error}");
            Err(Failure::client(message))
        }
    }
}

/// Does it.
///
/// # Errors
/// The engine's.
pub fn execute(tag: &Tag, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    context.engine.tag_image(&tag.source, &tag.target)?;
    Ok(Outcome::Nothing)
}
