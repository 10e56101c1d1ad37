//! How a container gets its root: an overlay of its layers, or, where the kernel or the file system has none for us,
//! a copy of them. Tried once on the real store, then remembered in the state root.

use std::fs;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::engine::container::{ContainerId, state_file};
use crate::engine::launch::probe_overlay;
use crate::engine::layer::{OverlayXattrs, UnpackOptions, extract, flatten};
use crate::engine::oci::{ChainId, ImageId};
use crate::engine::store::Stage;
use crate::engine::{Engine, EngineError};

/// How roots are made here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "driver", rename_all = "lowercase")]
pub enum StorageDriver {
    /// By overlayfs.
    Overlay,
    /// By copying every layer.
    Copy {
        /// What the kernel said to an overlay.
        reason: String,
    },
}

impl Engine {
    /// How roots are made on this state root.
    ///
    /// # Errors
    /// [`EngineError::Io`].
    pub fn storage_driver(&self) -> Result<StorageDriver, EngineError> {
        let record = self.paths.root().join("storage-driver.json");
        if let Ok(known) = state_file::read_json(&record) {
            return Ok(known);
        }
        let stage = Stage::new(&self.paths)?;
        let driver = match probe_overlay(&self.program, stage.path(), self.tier) {
            Ok(()) => StorageDriver::Overlay,
            Err(error) => StorageDriver::Copy { reason: error.to_string() },
        };
        state_file::write_json(&record, &driver)?;
        Ok(driver)
    }

    /// Lays the image's layers down as the root of a container that has none yet.
    pub(in crate::engine) fn lay_down(&self, id: &ContainerId, image: &ImageId) -> Result<(), EngineError> {
        let directory = self.paths.container(id);
        let mark = directory.join(state_file::COPIED);
        if mark.exists() {
            return Ok(());
        }
        let merged = directory.join("merged");
        // What a start that was cut short left is no root.
        fs::remove_dir_all(&merged)
            .and_then(|()| fs::create_dir(&merged))
            .map_err(|error| EngineError::io(&merged, error))?;
        let owners = UnpackOptions::of(self.tier).owners;
        flatten(&self.lowest_first(image)?, "/".as_ref(), &merged, owners, OverlayXattrs::of(self.tier))?;
        fs::write(&mark, "").map_err(|error| EngineError::io(&mark, error))
    }

    /// The directory that holds what a container changed, in overlayfs' own format.
    ///
    /// # Errors
    /// [`EngineError::Layer`] when a copied root cannot be compared with its layers.
    pub(in crate::engine) fn writable_layer(&self, id: &ContainerId, image: &ImageId) -> Result<PathBuf, EngineError> {
        let directory = self.paths.container(id);
        let upper = directory.join("upper");
        if !directory.join(state_file::COPIED).exists() {
            return Ok(upper);
        }
        let stage = Stage::new(&self.paths)?;
        let (fresh, stale) = (stage.path().join("upper"), stage.path().join("stale"));
        fs::create_dir(&fresh).map_err(|error| EngineError::io(&fresh, error))?;
        let options = UnpackOptions::of(self.tier);
        extract(&directory.join("merged"), &self.lowest_first(image)?, &fresh, options.owners, options.xattrs)?;
        fs::rename(&upper, &stale)
            .and_then(|()| fs::rename(&fresh, &upper))
            .map_err(|error| EngineError::io(&upper, error))?;
        Ok(upper)
    }

    /// The image's layers and the mount points every container has, lowest first.
    pub(in crate::engine) fn lowest_first(&self, image: &ImageId) -> Result<Vec<PathBuf>, EngineError> {
        // The image may be gone by force; its config and its layers stay as long as the container.
        let chain = ChainId::stack(&self.image_config(image)?.rootfs.diff_ids);
        let mut lowers: Vec<PathBuf> = chain.iter().map(|layer| self.layer_directory(layer)).collect();
        lowers.push(self.paths.init_layer());
        Ok(lowers)
    }
}
