//! One writer at a time: whoever changes names, image records or the set of layers holds `images/lock`.

use std::fs::File;

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
