//! How much volumes hold, and how many containers each has.

use std::collections::BTreeMap;

use super::VolumeRecord;
use crate::engine::container::MountSource;
use crate::engine::layer::size_of;
use crate::engine::{Engine, EngineError};

/// What a volume weighs.
#[derive(Debug, Clone)]
pub struct VolumeUsage {
    /// Which one.
    pub volume: VolumeRecord,
    /// Bytes in its own directory.
    pub size: u64,
    /// The containers it is mounted in, running or not.
    pub links: usize,
}

impl Engine {
    /// Every volume with what it weighs.
    ///
    /// # Errors
    /// [`EngineError::Io`], [`EngineError::Layer`] while we count.
    pub fn volume_usages(&self) -> Result<Vec<VolumeUsage>, EngineError> {
        let links = self.volume_links()?;
        let mut usages = Vec::new();
        for volume in self.volumes()? {
            let size = size_of(&volume.mountpoint)?;
            usages.push(VolumeUsage { links: links.get(&volume.name).copied().unwrap_or(0), size, volume });
        }
        Ok(usages)
    }

    /// How many containers each mounted volume is mounted in.
    ///
    /// # Errors
    /// [`EngineError::Io`].
    pub fn volume_links(&self) -> Result<BTreeMap<String, usize>, EngineError> {
        let mut links = BTreeMap::new();
        for container in self.containers()? {
            let mut names: Vec<String> = container
                .mounts
                .into_iter()
                .filter_map(|mount| match mount.source {
                    MountSource::Volume { name, .. } => Some(name),
                    _ => None,
                })
                .collect();
            names.sort();
            names.dedup();
            for name in names {
                *links.entry(name).or_default() += 1;
            }
        }
        Ok(links)
    }
}
