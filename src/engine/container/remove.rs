//! `docker rm`.

use super::ContainerId;
use crate::engine::{Engine, EngineError};

/// How far `rm` goes.
#[derive(Debug, Clone, Copy, Default)]
pub struct RemoveRequest {
    /// `-f`: kill it first.
    pub force: bool,
    /// `-v`: its anonymous volumes too.
    pub volumes: bool,
}

impl Engine {
    /// Removes a container and its writable layer.
    ///
    /// # Errors
    /// [`EngineError::RemoveRunning`] without `force`.
    pub fn remove_container(&self, id: &ContainerId, request: RemoveRequest) -> Result<(), EngineError> {
        let _ = (id, request);
        todo!()
    }
}
