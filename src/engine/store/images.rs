//! `docker images`, `tag`, `rmi`: names and images.

use super::{ImageDeletion, ImageRecord};
use crate::engine::oci::Reference;
use crate::engine::{Engine, EngineError};

impl Engine {
    /// Every image, newest first.
    pub fn images(&self) -> Result<Vec<ImageRecord>, EngineError> {
        todo!()
    }

    /// An image by reference, whole id or unambiguous id prefix (`sha256:` or not).
    ///
    /// # Errors
    /// [`EngineError::NoSuchImage`] with the name as given.
    pub fn resolve_image(&self, name_or_id: &str) -> Result<ImageRecord, EngineError> {
        let _ = name_or_id;
        todo!()
    }

    /// Gives an image one more name.
    pub fn tag_image(&self, source: &str, target: &Reference) -> Result<(), EngineError> {
        let _ = (source, target);
        todo!()
    }

    /// Takes a name away, and the image with its last name.
    pub fn remove_image(&self, name_or_id: &str, force: bool) -> Result<Vec<ImageDeletion>, EngineError> {
        let _ = (name_or_id, force);
        todo!()
    }
}
