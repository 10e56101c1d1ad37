//! `docker create`: makes a container and starts nothing. `run` begins the same way.

use crate::docker::container_options::{ContainerOptions, PullPolicy, check_image};
use crate::docker::pull_flow::{Pulling, pull};
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::verbs::container_flags::{COMMON, LIMITS};
use crate::docker::{
    Complaint, Context, DockerCommand, EXIT_REFUSED, Event, Failure, Outcome, OutputTarget, Words, go_error,
};
use crate::engine::EngineError;
use crate::engine::container::{ContainerId, CreatedContainer};
use crate::engine::oci::Reference;
use std::fs::File;
use std::io::Write as _;
use std::path::PathBuf;

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
    make_bare(options, attached, context).map_err(|failure| refused(failure, said))
}

/// A container that is not made or not started: 127 when something is not there, 126 when it may not be used, 125
/// otherwise. The client looks at the words.
pub(super) fn refused(failure: Failure, said: &'static str) -> Failure {
    let code = exit_code(&failure);
    failure.prefixed(said).exiting(code)
}

fn exit_code(failure: &Failure) -> i32 {
    let words = match failure.complaints.last() {
        Some(Complaint::Client(words)) => words.clone(),
        Some(Complaint::Daemon(error)) => error.to_string(),
        _ => return EXIT_REFUSED,
    };
    let speaks_of = |causes: &[&str]| causes.iter().any(|cause| words.contains(cause));
    if speaks_of(&["executable file not found", "no such file or directory"]) {
        127
    } else if speaks_of(&["permission denied", "is a directory"]) {
        126
    } else {
        EXIT_REFUSED
    }
}

fn make_bare(
    options: &ContainerOptions,
    attached: [bool; 3],
    context: &mut Context<'_>,
) -> Result<ContainerId, Failure> {
    let request = options.request(context, attached)?;
    let id_file = options.cidfile.as_deref().map(|typed| IdFile::new(context, typed)).transpose()?;
    check_image(&options.image)?;
    if options.pull == PullPolicy::Always {
        pull(context, &reference(options)?, pulling(options))?;
    }
    let created = match context.engine.create_container(request.clone()) {
        Err(EngineError::NoSuchImage(_) | EngineError::WrongPlatform { .. }) if options.pull == PullPolicy::Missing => {
            let reference = reference(options)?;
            context.tell(Event::ImageMissing(reference.familiar()));
            pull(context, &reference, pulling(options))?;
            context.engine.create_container(request)?
        }
        created => created?,
    };
    let CreatedContainer { id, warnings } = created;
    for warning in warnings {
        context.tell(Event::Warning(warning));
    }
    if let Some(file) = id_file {
        file.write(&id)?;
    }
    Ok(id)
}

/// `--cidfile`: there before the container is, and gone again when none is made.
struct IdFile {
    file: File,
    path: PathBuf,
    typed: String,
    written: bool,
}

impl IdFile {
    fn new(context: &Context<'_>, typed: &str) -> Result<Self, Failure> {
        let path = context.world.path(typed);
        if path.exists() {
            return Err(Failure::client(format!(
                "container ID file found, make sure the other container isn't running or delete {typed}"
            )));
        }
        let file = File::create_new(&path).map_err(|error| Self::refused(typed, &error))?;
        Ok(Self { file, path, typed: typed.to_owned(), written: false })
    }

    fn write(mut self, id: &ContainerId) -> Result<(), Failure> {
        self.file.write_all(id.as_str().as_bytes()).map_err(|error| Self::refused(&self.typed, &error))?;
        self.written = true;
        Ok(())
    }

    fn refused(typed: &str, error: &std::io::Error) -> Failure {
        Failure::client(format!("failed to create the container ID file: open {typed}: {}", go_error(error)))
    }
}

impl Drop for IdFile {
    fn drop(&mut self) {
        if !self.written {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

fn reference(options: &ContainerOptions) -> Result<Reference, Failure> {
    options.image.parse().map_err(|error: crate::engine::oci::ReferenceError| Failure::client(error.to_string()))
}

fn pulling(options: &ContainerOptions) -> Pulling<'_> {
    let output = if options.quiet { OutputTarget::Nowhere } else { OutputTarget::Stderr };
    Pulling { platform: options.platform.as_ref(), output, among_others: false }
}
