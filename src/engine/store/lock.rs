//! One writer at a time: whoever changes names, image records or the set of layers holds `images/lock`; whoever brings a
//! layer from elsewhere holds that layer's own lock, so that two pulls of one image fetch each layer once.

use std::fs::{self, File};
use std::path::PathBuf;

use super::staging::is_still_there;
use crate::engine::oci::ChainId;
use crate::engine::{EngineError, Paths};

/// Held while the store is changed; other processes wait. The kernel lets go of it with the process.
#[derive(Debug)]
pub(crate) struct StoreLock {
    _file: File,
}

impl StoreLock {
    /// Waits for it.
    pub(crate) fn acquire(paths: &Paths) -> Result<Self, EngineError> {
        let path = paths.images().join("lock");
        let open = || {
            let file = File::options().write(true).create(true).truncate(false).open(&path)?;
            file.lock()?;
            Ok(file)
        };
        open().map(|file| Self { _file: file }).map_err(|error| EngineError::io(&path, error))
    }
}

/// Held while a layer is fetched. Its file stands among the stages, whose sweep takes away what a dead process left.
#[derive(Debug)]
pub(crate) struct LayerLock {
    path: PathBuf,
    _file: File,
}

impl LayerLock {
    /// Waits for whoever fetches this layer now.
    pub(crate) fn acquire(paths: &Paths, chain: &ChainId) -> Result<Self, EngineError> {
        let path = paths.staging().join(format!("{}.lock", chain.hex()));
        loop {
            let open = || {
                let file = File::options().write(true).create(true).truncate(false).open(&path)?;
                file.lock()?;
                Ok(file)
            };
            let file = open().map_err(|error| EngineError::io(&path, error))?;
            // Whoever had it has taken it away with it.
            if is_still_there(&file, &path) {
                return Ok(Self { path, _file: file });
            }
        }
    }
}

impl Drop for LayerLock {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}
