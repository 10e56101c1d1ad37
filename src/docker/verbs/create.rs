//! `docker create`: makes a container and starts nothing. `run` begins the same way.

use crate::docker::container_options::{ContainerOptions, PullPolicy, check_image};
use crate::docker::pull_flow::pull;
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::verbs::container_flags::{COMMON, LIMITS};
use crate::docker::{Context, DockerCommand, Failure, Outcome, Words};
use crate::docker::{Event, OutputTarget, go_error};
use crate::engine::EngineError;
use crate::engine::container::{ContainerId, CreatedContainer};
use crate::engine::oci::Reference;
use std::fs::OpenOptions;
use std::io::Write as _;

/// Its table.
pub static VERB: Verb = Verb {
    names: &["container create", "create"],
    usage: &["[OPTIONS] IMAGE [COMMAND] [ARG...]"],
    arguments: ArgumentRule::AtLeast(1),
    operand: Operand::ImageThenCommand,
    flags_end: FlagsEnd::AtFirstArgument,
    flags: &[COMMON, LIMITS],
    about: "docker-verb-create",
    read: Some(read),
};

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Create {
    /// What describes the container.
    pub container: ContainerOptions,
    /// `create`, for messages.
    pub said: &'static str,
}

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    let container = ContainerOptions::read(words)?;
    Ok(DockerCommand::Create(Box::new(Create { container, said: words.short() })))
}

/// Does it.
///
/// # Errors
/// The engine's; unlike `run`, exit 1 and nothing in front.
pub fn execute(create: &Create, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let attached = create.container.attached();
    let id = make(&create.container, attached, create.said, context).map_err(Failure::bare)?;
    context.tell(Event::Done(id.to_string()));
    Ok(Outcome::Nothing)
}

/// Makes the container, pulling its image first when need be, and writes its id where asked.
///
/// # Errors
/// In `run`'s way, exit 125.
pub(super) fn make(
    options: &ContainerOptions,
    attached: [bool; 3],
    said: &'static str,
    context: &mut Context<'_>,
) -> Result<ContainerId, Failure> {
    make_bare(options, attached, context).map_err(|failure| failure.prefixed(said))
}

fn make_bare(
    options: &ContainerOptions,
    attached: [bool; 3],
    context: &mut Context<'_>,
) -> Result<ContainerId, Failure> {
    let request = options.request(context, attached)?;
    let id_file = options.cidfile.as_deref().map(|typed| context.world.path(typed));
    if let Some(path) = id_file.as_ref().filter(|path| path.exists()) {
        return Err(Failure::client(format!(
            "container ID file found, make sure the other container isn't running or delete {}",
            path.display()
        )));
    }
    check_image(&options.image)?;
    if options.pull == PullPolicy::Always {
        pull(context, &reference(options)?, options.platform.as_ref(), progress(options))?;
    }
    let created = match context.engine.create_container(request.clone()) {
        Err(EngineError::NoSuchImage(_) | EngineError::WrongPlatform { .. }) if options.pull == PullPolicy::Missing => {
            let reference = reference(options)?;
            context.tell(Event::ImageMissing(reference.familiar()));
            pull(context, &reference, options.platform.as_ref(), progress(options))?;
            context.engine.create_container(request)?
        }
        created => created?,
    };
    let CreatedContainer { id, warnings } = created;
    for warning in warnings {
        context.tell(Event::Warning(warning));
    }
    if let Some(path) = id_file {
        let written = OpenOptions::new().write(true).create_new(true).open(&path);
        written.and_then(|mut file| file.write_all(id.as_str().as_bytes())).map_err(|error| {
            Failure::client(format!(
                "failed to create the container ID file: open {}: {}",
                path.display(),
                go_error(&error)
            ))
        })?;
    }
    Ok(id)
}

fn reference(options: &ContainerOptions) -> Result<Reference, Failure> {
    options.image.parse().map_err(|error: crate::engine::oci::ReferenceError| Failure::client(error.to_string()))
}

fn progress(options: &ContainerOptions) -> OutputTarget {
    if options.quiet { OutputTarget::Nowhere } else { OutputTarget::Stderr }
}
