//! Pulling an image and telling of it: `pull` itself, and `run`/`create` when the image is not here.

use super::context::Context;
use super::event::{Event, OutputTarget};
use super::failure::Failure;
use crate::engine::oci::Reference;

/// Brings an image in; what happens goes to `output`.
///
/// # Errors
/// The engine's.
pub fn pull(context: &mut Context<'_>, reference: &Reference, output: OutputTarget) -> Result<(), Failure> {
    let events = &mut *context.events;
    let pulled = context.engine.pull_image(reference, &mut |event| events(Event::Pull(output, event)))?;
    context.tell(Event::Pulled {
        output,
        reference: reference.familiar(),
        digest: pulled.digest,
        downloaded: pulled.downloaded,
        embedded: pulled.embedded,
    });
    Ok(())
}
