//! `docker volume rm`.

use std::fs;

use crate::engine::container::MountSource;
use crate::engine::journal::ObjectKind;
use crate::engine::store::staging::Stage;
use crate::engine::{Engine, EngineError};

impl Engine {
    /// Removes a volume no container uses.
    ///
    /// # Errors
    /// [`EngineError::NoSuchVolume`], [`EngineError::Conflict`] when containers use it.
    pub fn remove_volume(&self, name: &str) -> Result<(), EngineError> {
        self.volume(name)?;
        let users = self.volume_users(name)?;
        if !users.is_empty() {
            return Err(EngineError::Conflict(format!("remove {name}: volume is in use - [{}]", users.join(", "))));
        }
        // Its name goes in one rename, its data at leisure.
        let stage = Stage::new(&self.paths)?;
        let directory = self.paths.volume(name);
        fs::rename(&directory, stage.path().join("volume")).map_err(|error| EngineError::io(&directory, error))?;
        self.note(ObjectKind::Volume, "destroy", name, &[("driver", "local")]);
        Ok(())
    }

    /// The ids of the containers a volume is mounted in, running or not.
    pub fn volume_users(&self, name: &str) -> Result<Vec<String>, EngineError> {
        let uses = |source: &MountSource| matches!(source, MountSource::Volume { name: other, .. } if other == name);
        let containers = self.all_containers()?.into_iter();
        Ok(containers
            .filter(|container| container.mounts.iter().any(|mount| uses(&mount.source)))
            .map(|container| container.id.to_string())
            .collect())
    }
}
