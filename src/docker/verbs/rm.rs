//! `docker rm`.

use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::targets::each;
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::{Complaint, Event};
use crate::docker::{Context, DockerCommand, Failure, Outcome, Words};
use crate::engine::EngineError;
use crate::engine::container::RemoveRequest;

/// Its table.
pub static VERB: Verb = Verb {
    names: &["container rm", "container remove", "rm"],
    usage: &["[OPTIONS] CONTAINER [CONTAINER...]"],
    arguments: ArgumentRule::AtLeast(1),
    operand: Operand::Container,
    flags_end: FlagsEnd::Never,
    flags: &[FLAGS],
    about: "docker-verb-rm",
    read: Some(read),
};

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remove {
    /// Names or ids.
    pub containers: Vec<String>,
    /// `-f`.
    pub force: bool,
    /// `-v`.
    pub volumes: bool,
}

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    Ok(DockerCommand::Remove(Remove {
        containers: words.arguments_from(0),
        force: words.bool("force"),
        volumes: words.bool("volumes"),
    }))
}

/// Does it.
///
/// # Errors
/// All that failed, at the end; with `-f` a container that does not exist is said and forgiven.
pub fn execute(remove: &Remove, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let request = RemoveRequest { force: remove.force, volumes: remove.volumes };
    let (known, missing): (Vec<String>, Vec<String>) = remove.containers.iter().cloned().partition(|name| {
        let is_missing = || matches!(context.engine.resolve_container(name), Err(EngineError::NoSuchContainer(_)));
        is_nothing(name) || !(remove.force && is_missing())
    });
    let done = each(context, &known, |context, name| {
        if is_nothing(name) {
            return Err(Failure::client("container name cannot be empty"));
        }
        let record = context.engine.resolve_container(name)?;
        Ok(context.engine.remove_container(&record.id, request)?)
    });
    for name in missing {
        context.tell(Event::Failed(Complaint::Daemon(EngineError::NoSuchContainer(name))));
    }
    done
}

/// What an unset variable between quotes leaves.
fn is_nothing(name: &str) -> bool {
    name.trim_matches('/').is_empty()
}

static FLAGS: &[Flag] = &[
    flag("force", FlagKind::Bool, "docker-flag-force-container").short('f'),
    flag("link", FlagKind::Bool, "docker-flag-link-remove").short('l').not_yet(),
    flag("volumes", FlagKind::Bool, "docker-flag-volumes-container").short('v'),
];
