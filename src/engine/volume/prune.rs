//! `docker volume prune`: the volumes no container has.

use super::VolumeRecord;
use crate::engine::layer::size_of;
use crate::engine::{Engine, EngineError};

/// Which volumes may go.
pub struct VolumePruneRequest<'a> {
    /// Those that have a name too.
    pub all: bool,
    /// What filters say.
    pub admits: &'a dyn Fn(&VolumeRecord) -> bool,
}

/// What went.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PrunedVolumes {
    /// Their names.
    pub deleted: Vec<String>,
    /// Bytes.
    pub reclaimed: u64,
}

impl Engine {
    /// Removes the volumes no container has.
    ///
    /// # Errors
    /// [`EngineError::Io`]; a volume that a container takes meanwhile stays.
    pub fn prune_volumes(&self, request: &VolumePruneRequest<'_>) -> Result<PrunedVolumes, EngineError> {
        let links = self.volume_links()?;
        let mut pruned = PrunedVolumes::default();
        for volume in self.volumes()? {
            let may_go = (request.all || volume.is_anonymous())
                && !links.contains_key(&volume.name)
                && (request.admits)(&volume);
            if !may_go {
                continue;
            }
            let size = size_of(&volume.mountpoint)?;
            match self.remove_volume(&volume.name) {
                Ok(()) => {
                    pruned.deleted.push(volume.name);
                    pruned.reclaimed += size;
                }
                Err(EngineError::Conflict(_) | EngineError::NoSuchVolume(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(pruned)
    }
}
