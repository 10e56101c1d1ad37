//! Volumes: directories that outlive containers, `volumes/NAME/_data`.

use std::fs;
use std::path::PathBuf;

use crate::engine::{Engine, EngineError};

impl Engine {
    /// The data directory of a volume, made when there is none.
    ///
    /// # Errors
    /// [`EngineError::InvalidRequest`] for a name Docker refuses, [`EngineError::Io`].
    pub fn ensure_volume(&self, name: &str) -> Result<PathBuf, EngineError> {
        let valid = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
        if name.len() < 2 || !name.as_bytes()[0].is_ascii_alphanumeric() || !name.bytes().all(valid) {
            return Err(EngineError::InvalidRequest(format!(
                "create {name}: \"{name}\" includes invalid characters for a local volume name, only \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are allowed. If you intended to pass a host directory, use absolute path"
            )));
        }
        let data = self.paths.volume(name).join("_data");
        fs::create_dir_all(&data).map_err(|error| EngineError::io(&data, error))?;
        Ok(data)
    }

    /// Removes a volume no container uses.
    ///
    /// # Errors
    /// [`EngineError::NoSuchVolume`], [`EngineError::Conflict`] when a container uses it.
    pub fn remove_volume(&self, name: &str) -> Result<(), EngineError> {
        use crate::engine::container::MountSource;
        let directory = self.paths.volume(name);
        if name.contains('/') || !directory.is_dir() {
            return Err(EngineError::NoSuchVolume(name.to_owned()));
        }
        for record in self.containers()? {
            let used = |source: &MountSource| matches!(source, MountSource::Volume { name: other, .. } if other == name);
            if record.mounts.iter().any(|mount| used(&mount.source)) {
                return Err(EngineError::Conflict(format!("remove {name}: volume is in use - [{}]", record.id)));
            }
        }
        fs::remove_dir_all(&directory).map_err(|error| EngineError::io(&directory, error))
    }
}
