//! Looking into containers and images without mounting them.

use std::path::{Path, PathBuf};

use crate::engine::container::{ContainerId, MountSource};
use crate::engine::layer::{Change, OverlayXattrs, changes, look_up};
use crate::engine::oci::{ChainId, ImageId};
use crate::engine::{Engine, EngineError};

impl Engine {
    /// The host path of what stands at an absolute path of a container, running or not, mounts included.
    ///
    /// # Errors
    /// [`EngineError::NoSuchContainer`], [`EngineError::Layer`].
    pub fn look_in_container(&self, id: &ContainerId, path: &str) -> Result<Option<PathBuf>, EngineError> {
        let container = self.container(id)?;
        let xattrs = OverlayXattrs::of(self.tier);
        let inside = |destination: &str| Path::new(path).strip_prefix(destination).ok().map(Path::to_path_buf);
        let mounted = container.mounts.iter().filter_map(|mount| Some((mount, inside(&mount.destination)?)));
        // The deepest mount wins, and of two on the same path the later.
        if let Some((mount, rest)) = mounted.max_by_key(|(mount, _)| mount.destination.len()) {
            let (MountSource::Bind { source } | MountSource::Volume { source, .. }) = &mount.source else {
                // Memory cannot be looked into from outside.
                return Ok(None);
            };
            if rest.as_os_str().is_empty() {
                return Ok(Path::new(source).exists().then(|| PathBuf::from(source)));
            }
            return Ok(look_up(&[PathBuf::from(source)], &Path::new("/").join(rest), xattrs)?);
        }
        let mut stack = vec![self.writable_layer(id, &container.image)?];
        stack.extend(self.image_stack(&container.image)?);
        Ok(look_up(&stack, Path::new(path), xattrs)?)
    }

    /// The host path of what stands at an absolute path of an image.
    ///
    /// # Errors
    /// [`EngineError::DamagedImage`], [`EngineError::Layer`].
    pub fn look_in_image(&self, image: &ImageId, path: &str) -> Result<Option<PathBuf>, EngineError> {
        Ok(look_up(&self.image_stack(image)?, Path::new(path), OverlayXattrs::of(self.tier))?)
    }

    /// What the last layer of an image changes on top of those below it.
    ///
    /// # Errors
    /// [`EngineError::DamagedImage`], [`EngineError::Layer`].
    pub fn last_layer_changes(&self, image: &ImageId) -> Result<Vec<Change>, EngineError> {
        let mut stack = self.image_stack(image)?;
        if stack.is_empty() {
            return Ok(Vec::new());
        }
        let last = stack.remove(0);
        stack.reverse();
        Ok(changes(&last, &stack, OverlayXattrs::of(self.tier))?)
    }

    /// The layer directories of an image, topmost first.
    fn image_stack(&self, image: &ImageId) -> Result<Vec<PathBuf>, EngineError> {
        let config = self.image_config(image)?;
        let chains = ChainId::stack(&config.rootfs.diff_ids);
        Ok(chains.iter().rev().map(|chain| self.layer_directory(chain)).collect())
    }
}
