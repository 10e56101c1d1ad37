//! `docker diff`.

use super::ContainerId;
use crate::engine::layer::{Change, OverlayXattrs, changes};
use crate::engine::{Engine, EngineError};

impl Engine {
    /// What the container changed in its file system, by path.
    pub fn container_changes(&self, id: &ContainerId) -> Result<Vec<Change>, EngineError> {
        let container = self.container(id)?;
        let upper = self.writable_layer(id, &container.image)?;
        // What the engine itself put there is in a layer of its own, and so no change of the container's.
        Ok(changes(&upper, &self.lowest_first(&container.image)?, OverlayXattrs::of(self.tier))?)
    }
}
