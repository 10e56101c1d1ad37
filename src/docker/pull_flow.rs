//! Pulling an image and telling of it: `pull` itself, and `run`/`create` when the image is not here. What `pull` and
//! `push` read alike.

use super::context::Context;
use super::event::{Event, OutputTarget};
use super::failure::Failure;
use super::session::catch_interrupts;
use super::words::Words;
use crate::engine::EngineError;
use crate::engine::oci::{Platform, Reference, ReferenceError};
use crate::engine::store::PullOptions;

/// How an image is brought in.
#[derive(Debug, Clone, Copy)]
pub struct Pulling<'a> {
    /// For which machine; this one when nothing is said.
    pub platform: Option<&'a Platform>,
    /// Where to say what happens.
    pub output: OutputTarget,
    /// Whether it is one of several tags.
    pub among_others: bool,
}

/// Brings an image in: whether anything of it is new. Ctrl-C ends it.
///
/// # Errors
/// The engine's.
pub fn pull(context: &mut Context<'_>, reference: &Reference, pulling: Pulling<'_>) -> Result<bool, Failure> {
    let interrupts = catch_interrupts()?;
    let output = pulling.output;
    let options = PullOptions { platform: pulling.platform.cloned(), interrupt: Some(interrupts.watch()?) };
    let events = &mut *context.events;
    let mut tell = |event| events(Event::Pull(output, event));
    let pulled = context.engine.pull_image_with(reference, &options, &mut tell)?;
    context.tell(Event::Pulled {
        output,
        reference: reference.familiar(),
        digest: pulled.digest,
        downloaded: pulled.downloaded,
        embedded: pulled.embedded,
        among_others: pulling.among_others,
    });
    Ok(pulled.downloaded)
}

/// What `pull` and `push` are asked about: the reference, and whether a tag or a digest was typed.
///
/// # Errors
/// The client's sentence about a reference that is none, or that has a tag beside `-a`.
pub fn typed_reference(words: &Words) -> Result<(Reference, bool), Failure> {
    let typed = words.argument(0);
    let reference = typed.parse().map_err(|error: ReferenceError| Failure::client(error.to_string()))?;
    // A colon before the last slash belongs to a registry's port.
    let tag_typed = typed.rsplit('/').next().is_some_and(|last| last.contains([':', '@']));
    if tag_typed && words.bool("all-tags") {
        return Err(Failure::client("tag can't be used with --all-tags/-a"));
    }
    Ok((reference, tag_typed))
}

/// `--platform`.
///
/// # Errors
/// The daemon's sentence about what is none.
pub fn platform(text: &str) -> Result<Platform, Failure> {
    text.parse()
        .map_err(|error: crate::engine::oci::InvalidPlatform| EngineError::InvalidRequest(error.to_string()).into())
}
