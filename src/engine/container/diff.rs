//! `docker diff`.

use super::ContainerId;
use crate::engine::layer::Change;
use crate::engine::{Engine, EngineError};

impl Engine {
    /// What the container changed in its file system, by path.
    pub fn container_changes(&self, id: &ContainerId) -> Result<Vec<Change>, EngineError> {
        let _ = id;
        todo!()
    }
}
