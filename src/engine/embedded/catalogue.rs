//! Which images are embedded, under which names.

use super::image::EmbeddedImage;
use super::{alpine, hello_world, nginx};
use crate::engine::oci::{Digest, Reference};
use crate::engine::store::OfferedImage;
use crate::engine::{Engine, EngineError};

/// The images there are, as one types them.
pub const NAMES: [&str; 3] = ["alpine", "hello-world", "nginx"];

/// The embedded image of this name, on offer.
///
/// # Errors
/// [`EngineError::PullDenied`] when there is none of that repository, [`EngineError::ManifestUnknown`] for its tag or digest.
pub(crate) fn offer(engine: &Engine, reference: &Reference) -> Result<OfferedImage, EngineError> {
    let tags: &[&str] = match (reference.domain(), reference.path()) {
        ("docker.io", "library/alpine") => alpine::TAGS,
        ("docker.io", "library/hello-world") => hello_world::TAGS,
        ("docker.io", "library/nginx") => nginx::TAGS,
        _ => return Err(EngineError::PullDenied(reference.familiar_name())),
    };
    let unknown = || EngineError::ManifestUnknown(reference.familiar());
    if reference.digest().is_none() && !reference.tag().is_some_and(|tag| tags.contains(&tag)) {
        return Err(unknown());
    }
    let image: EmbeddedImage = match reference.path() {
        "library/alpine" => alpine::image(&engine.program, engine.guest_applets)?,
        "library/nginx" => nginx::image(&engine.program, engine.guest_applets)?,
        _ => hello_world::image()?,
    };
    let offer = image.offer()?;
    match reference.digest() {
        Some(digest) if *digest != Digest::of(&offer.manifest_json) => Err(unknown()),
        _ => Ok(offer),
    }
}
