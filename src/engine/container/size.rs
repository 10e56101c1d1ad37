//! How much a container has written: `docker ps -s`, `inspect -s`.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use super::ContainerId;
use crate::engine::{Engine, EngineError};

impl Engine {
    /// Bytes of the regular files in the writable layer (`SizeRw`).
    ///
    /// # Errors
    /// [`EngineError::NoSuchContainer`], [`EngineError::Io`].
    pub fn container_size(&self, id: &ContainerId) -> Result<u64, EngineError> {
        let container = self.container(id)?;
        let upper = self.writable_layer(&container.id, &container.image)?;
        bytes_below(&upper).map_err(|error| EngineError::io(&upper, error))
    }
}

fn bytes_below(directory: &Path) -> io::Result<u64> {
    let entries = match fs::read_dir(directory) {
        // Never started, or gone while we count.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(0),
        entries => entries?,
    };
    let mut total = 0;
    for entry in entries {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            total += bytes_below(&entry.path())?;
        } else if kind.is_file() {
            total += entry.metadata()?.size();
        }
    }
    Ok(total)
}
