//! `docker attach`.

use super::session::{AttachRequest, Session};
use super::ContainerId;
use crate::engine::{Engine, EngineError};

impl Engine {
    /// Joins the streams of a running container.
    ///
    /// # Errors
    /// [`EngineError::NotRunning`] (the client words it its own way).
    pub fn attach_container(&self, id: &ContainerId, request: AttachRequest) -> Result<Session, EngineError> {
        let _ = (id, request);
        todo!()
    }
}
