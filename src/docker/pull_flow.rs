//! Pulling an image and telling of it: `pull` itself, and `run`/`create` when the image is not here.

use super::context::Context;
use super::event::{Event, OutputTarget};
use super::failure::Failure;
use super::session::catch_interrupts;
use crate::engine::EngineError;
use crate::engine::oci::{Platform, Reference};
use crate::engine::store::PullOptions;

/// Brings an image in; what happens goes to `output`. Ctrl-C ends it.
///
/// # Errors
/// The engine's.
pub fn pull(
    context: &mut Context<'_>,
    reference: &Reference,
    platform: Option<&Platform>,
    output: OutputTarget,
) -> Result<(), Failure> {
    let interrupts = catch_interrupts()?;
    let options = PullOptions { platform: platform.cloned(), interrupt: Some(interrupts.watch()?) };
    let events = &mut *context.events;
    let mut tell = |event| events(Event::Pull(output, event));
    let pulled = context.engine.pull_image_with(reference, &options, &mut tell)?;
    context.tell(Event::Pulled {
        output,
        reference: reference.familiar(),
        digest: pulled.digest,
        downloaded: pulled.downloaded,
        embedded: pulled.embedded,
    });
    Ok(())
}

/// `--platform`.
///
/// # Errors
/// The daemon's sentence about what is none.
pub fn platform(text: &str) -> Result<Platform, Failure> {
    text.parse()
        .map_err(|error: crate::engine::oci::InvalidPlatform| EngineError::InvalidRequest(error.to_string()).into())
}
