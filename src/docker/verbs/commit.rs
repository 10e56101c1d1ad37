//! `docker commit`.

use crate::docker::Event;
use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::{Context, DockerCommand, Failure, Outcome, Words};
use crate::engine::container::CommitRequest;
use crate::engine::oci::Reference;

/// Its table.
pub static VERB: Verb = Verb {
    names: &["container commit", "commit"],
    usage: &["[OPTIONS] CONTAINER [REPOSITORY[:TAG]]"],
    arguments: ArgumentRule::Between(1, 2),
    operand: Operand::ContainerThenImage,
    flags_end: FlagsEnd::Never,
    flags: &[FLAGS],
    about: "docker-verb-commit",
    read: Some(read),
};

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Name or id.
    pub container: String,
    /// The new image's name.
    pub reference: Option<Reference>,
    /// `-m`.
    pub message: String,
    /// `-a`.
    pub author: String,
    /// `-c`.
    pub changes: Vec<String>,
    /// `-p`.
    pub pause: bool,
}

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    let name = words.argument(1);
    let reference = if name.is_empty() {
        None
    } else {
        Some(name.parse().map_err(|error: crate::engine::oci::ReferenceError| Failure::client(error.to_string()))?)
    };
    Ok(DockerCommand::Commit(Box::new(Commit {
        container: words.argument(0),
        reference,
        message: words.owned("message").unwrap_or_default(),
        author: words.owned("author").unwrap_or_default(),
        changes: words.list("change"),
        pause: words.bool("pause"),
    })))
}

/// Does it: the new image's id.
///
/// # Errors
/// The engine's.
pub fn execute(commit: &Commit, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let record = context.engine.resolve_container(&commit.container)?;
    let request = CommitRequest {
        reference: commit.reference.clone(),
        message: commit.message.clone(),
        author: commit.author.clone(),
        changes: commit.changes.clone(),
    };
    let image = context.engine.commit_container(&record.id, &request)?;
    context.tell(Event::Done(image.to_string()));
    Ok(Outcome::Nothing)
}

static FLAGS: &[Flag] = &[
    flag("author", FlagKind::Text, "docker-flag-author").short('a'),
    flag("change", FlagKind::List, "docker-flag-change").short('c'),
    flag("message", FlagKind::Text, "docker-flag-message").short('m'),
    flag("pause", FlagKind::Bool, "docker-flag-pause").short('p').default("true"),
];
