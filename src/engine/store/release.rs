//! What nothing needs any more: layers go with the last image and the last container that stand on them.

use std::collections::BTreeSet;

use super::lock::StoreLock;
use crate::engine::oci::{ChainId, ImageId};
use crate::engine::{Engine, EngineError};

impl Engine {
    /// After a container is gone: what only it still held of an image that was removed by force goes too.
    pub(crate) fn release_image(&self, id: &ImageId) -> Result<(), EngineError> {
        if self.paths.image(id).exists() {
            return Ok(());
        }
        let lock = StoreLock::acquire(&self.paths)?;
        let held =
            self.paths.image(id).exists() || self.all_containers()?.iter().any(|container| container.image == *id);
        if held || !self.paths.blob(id.digest()).exists() {
            return Ok(());
        }
        let chain = ChainId::stack(&self.image_config(id)?.rootfs.diff_ids);
        self.release_layers(&lock, &chain)?;
        self.delete_blob(id.digest())
    }

    /// Forgets the layers of a chain that no image and no container needs, highest first.
    pub(crate) fn release_layers(&self, _lock: &StoreLock, chain: &[ChainId]) -> Result<Vec<ChainId>, EngineError> {
        let mut needed = BTreeSet::new();
        for id in self.image_ids()? {
            if let Ok(config) = self.image_config(&id) {
                needed.extend(ChainId::stack(&config.rootfs.diff_ids));
            }
        }
        for container in self.all_containers()? {
            // Its image may be gone by force; the config it was made from is not.
            if let Ok(config) = self.image_config(&container.image) {
                needed.extend(ChainId::stack(&config.rootfs.diff_ids));
            }
        }
        // A build's layers serve the next build, whatever becomes of its image.
        needed.extend(self.cached_stacks()?);
        let mut released = Vec::new();
        for layer in chain.iter().rev() {
            if !needed.contains(layer) && self.has_layer(layer) {
                self.delete_layer(layer)?;
                released.push(layer.clone());
            }
        }
        Ok(released)
    }
}
