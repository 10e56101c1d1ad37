//! `docker load`.

use std::fs::File;

use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::go_error;
use crate::docker::platform;
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::{Context, DockerCommand, Event, Failure, Outcome, Words};
use crate::engine::archive::{LoadEvent, LoadRequest};

/// Its table.
pub static VERB: Verb = Verb {
    names: &["image load", "load"],
    usage: &["[OPTIONS]"],
    arguments: ArgumentRule::None,
    operand: Operand::Nothing,
    flags_end: FlagsEnd::Never,
    flags: &[FLAGS],
    about: "docker-verb-load",
    read: Some(read),
};

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Load {
    /// `-i`; standard input when absent.
    pub input: Option<String>,
    /// `-q`.
    pub quiet: bool,
    /// `--platform`.
    pub platform: Option<String>,
}

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    Ok(DockerCommand::Load(Load {
        input: words.owned("input"),
        quiet: words.bool("quiet"),
        platform: words.owned("platform"),
    }))
}

/// Does it: what was loaded, one a line.
///
/// # Errors
/// Go's sentence about the file, or the engine's.
pub fn execute(load: &Load, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let archive = match &load.input {
        Some(path) => File::open(context.world.path(path))
            .map_err(|error| Failure::client(format!("open {path}: {}", go_error(&error))))?,
        None if context.streams.stdin_is_terminal => {
            return Err(Failure::client("requested load from stdin, but stdin is empty"));
        }
        None => {
            let input = context.streams.stdin.try_clone_to_owned();
            File::from(input.map_err(|error| Failure::client(go_error(&error)))?)
        }
    };
    // As Docker: bars are for terminals.
    let bars = context.streams.stdout_is_terminal && !load.quiet;
    let request = LoadRequest { platform: load.platform.as_deref().map(platform::parsed).transpose()? };
    let events = &mut *context.events;
    context.engine.load_images(archive, &request, &mut |event| {
        if bars || !matches!(event, LoadEvent::Layer { .. }) {
            events(Event::Load(event));
        }
    })?;
    Ok(Outcome::Nothing)
}

static FLAGS: &[Flag] = &[
    flag("input", FlagKind::Text, "docker-flag-input").short('i').of(Operand::Path),
    flag("platform", FlagKind::Text, "docker-flag-platform").choices(&["linux/amd64", "linux/arm64"]),
    flag("quiet", FlagKind::Bool, "docker-flag-quiet").short('q'),
];
