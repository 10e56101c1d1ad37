//! Which containers there are.

use super::{ContainerId, ContainerRecord};
use crate::engine::{Engine, EngineError};

impl Engine {
    /// Every container, newest first, with its present state.
    pub fn containers(&self) -> Result<Vec<ContainerRecord>, EngineError> {
        todo!()
    }

    /// One container with its present state.
    pub fn container(&self, id: &ContainerId) -> Result<ContainerRecord, EngineError> {
        let _ = id;
        todo!()
    }

    /// A container by whole id, name or unambiguous id prefix.
    ///
    /// # Errors
    /// [`EngineError::NoSuchContainer`], [`EngineError::AmbiguousPrefix`].
    pub fn resolve_container(&self, name_or_id: &str) -> Result<ContainerRecord, EngineError> {
        let _ = name_or_id;
        todo!()
    }

    /// Bytes in the writable layer (`SizeRw`).
    pub fn container_size(&self, id: &ContainerId) -> Result<u64, EngineError> {
        let _ = id;
        todo!()
    }
}
