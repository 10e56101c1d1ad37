//! `docker rm`.

use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::targets::each;
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::{Context, DockerCommand, Event, Failure, Outcome, Unsupported, Words};
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
    /// `-l`.
    pub link: bool,
}

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    Ok(DockerCommand::Remove(Remove {
        containers: words.arguments_from(0),
        force: words.bool("force"),
        volumes: words.bool("volumes"),
        link: words.bool("link"),
    }))
}

/// Does it.
///
/// # Errors
/// All that failed, at the end; with `-f` a container that does not exist is said and forgiven.
pub fn execute(remove: &Remove, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    if let Some(linked) = remove.containers.iter().find(|typed| remove.link && bare(typed).contains('/')) {
        let what = Unsupported::Value("docker rm".to_owned(), "--link".to_owned(), linked.clone());
        return Err(Failure::unsupported(what));
    }
    let request = RemoveRequest { force: remove.force, volumes: remove.volumes };
    let (known, missing): (Vec<String>, Vec<String>) = remove.containers.iter().cloned().partition(|typed| {
        let found = context.engine.resolve_container(bare(typed));
        !(remove.force && matches!(found, Err(EngineError::NoSuchContainer(_))))
    });
    let done = each(context, &known, |context, typed| {
        let name = bare(typed);
        if name.is_empty() {
            return Err(Failure::client("container name cannot be empty"));
        }
        let record = context.engine.resolve_container(name)?;
        if remove.link {
            let refusal = "Conflict, cannot remove the default link name of the container";
            return Err(EngineError::Conflict(refusal.to_owned()).into());
        }
        Ok(context.engine.remove_container(&record.id, request)?)
    });
    for typed in missing {
        let name = bare(&typed).to_owned();
        context.tell(Event::Failed(EngineError::NoSuchContainer(name).into()));
    }
    done
}

/// A name as `inspect` prints it, with a slash, is a name too.
fn bare(typed: &str) -> &str {
    typed.trim_matches('/')
}

static FLAGS: &[Flag] = &[
    flag("force", FlagKind::Bool, "docker-flag-force-container").short('f'),
    flag("link", FlagKind::Bool, "docker-flag-link-remove").short('l'),
    flag("volumes", FlagKind::Bool, "docker-flag-volumes-container").short('v'),
];
