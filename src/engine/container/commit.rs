//! `docker commit`: an image from a container.

use super::ContainerId;
use crate::engine::oci::{ImageId, Reference};
use crate::engine::{Engine, EngineError};

/// What `commit` is asked.
#[derive(Debug, Clone, Default)]
pub struct CommitRequest {
    /// The new image's name.
    pub reference: Option<Reference>,
    /// `-m`.
    pub message: String,
    /// `-a`.
    pub author: String,
    /// `-c`, Dockerfile instructions.
    pub changes: Vec<String>,
}

impl Engine {
    /// Makes an image of the container's image, its changes and its command.
    pub fn commit_container(&self, id: &ContainerId, request: &CommitRequest) -> Result<ImageId, EngineError> {
        let _ = (id, request);
        todo!()
    }
}
