//! `docker import`.

use std::fs::File;

use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::go_error;
use crate::docker::platform;
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::{Context, DockerCommand, Event, Failure, Outcome, Unsupported, Words};
use crate::engine::archive::ImportRequest;
use crate::engine::oci::{Platform, ReferenceError};

/// Its table.
pub static VERB: Verb = Verb {
    names: &["image import", "import"],
    usage: &["[OPTIONS] file|URL|- [REPOSITORY[:TAG]]"],
    arguments: ArgumentRule::AtLeast(1),
    operand: Operand::Path,
    flags_end: FlagsEnd::Never,
    flags: &[FLAGS],
    about: "docker-verb-import",
    read: Some(read),
};

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// A file; `-` is standard input.
    pub source: String,
    /// The new image's name; empty for none.
    pub reference: String,
    /// `-m`.
    pub message: String,
    /// `-c`.
    pub changes: Vec<String>,
    /// `--platform`.
    pub platform: Option<Platform>,
}

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    let source = words.argument(0);
    if source.starts_with("http://") || source.starts_with("https://") {
        let refused = Unsupported::Value(words.command_line(), "URL".to_owned(), source);
        return Err(Failure::unsupported(refused));
    }
    Ok(DockerCommand::Import(Box::new(Import {
        source,
        reference: words.argument(1),
        message: words.owned("message").unwrap_or_default(),
        changes: words.list("change"),
        platform: platform::read(words)?,
    })))
}

/// Does it: the new image's id.
///
/// # Errors
/// Go's sentence about the file, or the engine's.
pub fn execute(import: &Import, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let archive = if import.source == "-" {
        let input = context.streams.stdin.try_clone_to_owned();
        File::from(input.map_err(|error| Failure::client(go_error(&error)))?)
    } else {
        File::open(context.world.path(&import.source))
            .map_err(|error| Failure::client(format!("open {}: {}", import.source, go_error(&error))))?
    };
    // Read when the file is there: nobody is told of two faults.
    let reference = match import.reference.as_str() {
        "" => None,
        name => Some(name.parse().map_err(|error: ReferenceError| Failure::client(error.to_string()))?),
    };
    let request = ImportRequest {
        reference,
        message: import.message.clone(),
        changes: import.changes.clone(),
        platform: import.platform.clone(),
    };
    // The daemon is sent a stream, whatever the client reads it from.
    let id = context.engine.import_image(archive, "-", &request)?;
    context.tell(Event::Done(id.to_string()));
    Ok(Outcome::Nothing)
}

static FLAGS: &[Flag] = &[
    flag("change", FlagKind::List, "docker-flag-change").short('c'),
    flag("message", FlagKind::Text, "docker-flag-message").short('m'),
    flag("platform", FlagKind::Text, "docker-flag-platform").choices(&["linux/amd64", "linux/arm64"]),
];
