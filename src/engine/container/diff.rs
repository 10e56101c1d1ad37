//! `docker diff`.

use super::ContainerId;
use crate::engine::layer::{Change, OverlayXattrs, changes};
use crate::engine::oci::ChainId;
use crate::engine::{Engine, EngineError};

impl Engine {
    /// What the container changed in its file system, by path.
    pub fn container_changes(&self, id: &ContainerId) -> Result<Vec<Change>, EngineError> {
        let container = self.container(id)?;
        // The image may be gone by force; its config and its layers stay as long as the container.
        let config = self.image_config(&container.image)?;
        // What the engine itself put there is in a layer of its own, and so no change of the container's.
        let mut lowers: Vec<_> =
            ChainId::stack(&config.rootfs.diff_ids).iter().map(|chain| self.layer_directory(chain)).collect();
        lowers.push(self.paths.init_layer());
        Ok(changes(&self.paths.container(id).join("upper"), &lowers, OverlayXattrs::of(self.tier))?)
    }
}
