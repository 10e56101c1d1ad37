//! `docker rmi`.

use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::{Complaint, EXIT_FAILURE, Event};
use crate::docker::{Context, DockerCommand, Failure, Outcome, Words};
use crate::engine::EngineError;
use crate::engine::store::{ImageDeletion, RemoveImageRequest};

/// Its table.
pub static VERB: Verb = Verb {
    names: &["image rm", "image remove", "rmi"],
    usage: &["[OPTIONS] IMAGE [IMAGE...]"],
    arguments: ArgumentRule::AtLeast(1),
    operand: Operand::Image,
    flags_end: FlagsEnd::Never,
    flags: &[FLAGS],
    about: "docker-verb-rmi",
    read: Some(read),
};

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoveImages {
    /// References or ids.
    pub images: Vec<String>,
    /// `-f`.
    pub force: bool,
    /// `--no-prune`.
    pub keep_parents: bool,
}

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    Ok(DockerCommand::RemoveImages(RemoveImages {
        images: words.arguments_from(0),
        force: words.bool("force"),
        keep_parents: words.bool("no-prune"),
    }))
}

/// Does it: what is gone, one a line.
///
/// # Errors
/// All that failed, at the end; with `-f` an image that does not exist is said and forgiven.
pub fn execute(remove: &RemoveImages, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let request = RemoveImageRequest { force: remove.force, keep_parents: remove.keep_parents };
    let mut complaints = Vec::new();
    let mut fatal = false;
    for name in &remove.images {
        match context.engine.remove_image(name, request) {
            Ok(deletions) => {
                for deletion in deletions {
                    let (action, what) = gone(&deletion);
                    context.tell(Event::Done(format!("{action}: {what}")));
                }
            }
            Err(error) => {
                fatal |= !(remove.force && matches!(error, EngineError::NoSuchImage(_)));
                complaints.push(Complaint::Daemon(error));
            }
        }
    }
    if fatal {
        return Err(Failure { exit_code: EXIT_FAILURE, complaints });
    }
    for complaint in complaints {
        context.tell(Event::Failed(complaint));
    }
    Ok(Outcome::Nothing)
}

/// What happened to what, in the daemon's words.
pub fn gone(deletion: &ImageDeletion) -> (&'static str, String) {
    match deletion {
        ImageDeletion::Untagged(reference) => ("Untagged", reference.familiar()),
        ImageDeletion::Deleted(id) => ("Deleted", id.to_string()),
        ImageDeletion::DeletedLayer(chain) => ("Deleted", chain.digest().to_string()),
    }
}

static FLAGS: &[Flag] = &[
    flag("force", FlagKind::Bool, "docker-flag-force-image").short('f'),
    flag("no-prune", FlagKind::Bool, "docker-flag-no-prune"),
    flag("platform", FlagKind::Strings, "docker-flag-platform").not_yet(),
];
