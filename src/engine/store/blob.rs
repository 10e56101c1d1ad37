//! Content by digest: configs and manifests. The archives of layers are not kept once unpacked: those we packed can be
//! packed again into the same bytes.

use std::fs;
use std::io;

use super::staging;
use crate::engine::oci::Digest;
use crate::engine::{Engine, EngineError};

impl Engine {
    /// Puts bytes into the store; their digest names them from now on.
    pub(crate) fn write_blob(&self, content: &[u8]) -> Result<Digest, EngineError> {
        let digest = Digest::of(content);
        let path = self.paths.blob(&digest);
        // A damaged one is replaced.
        if !matches!(self.read_blob(&digest), Ok(Some(_))) {
            staging::write_file(&self.paths, &path, content)?;
        }
        Ok(digest)
    }

    /// The bytes of a blob, checked against its digest; `None` when the store does not have it.
    ///
    /// # Errors
    /// [`EngineError::DamagedState`] when they are not what the digest says.
    pub(crate) fn read_blob(&self, digest: &Digest) -> Result<Option<Vec<u8>>, EngineError> {
        let path = self.paths.blob(digest);
        match fs::read(&path) {
            Ok(content) if Digest::of(&content) == *digest => Ok(Some(content)),
            Ok(_) => {
                Err(EngineError::DamagedState { path, reason: "its content is not what its digest says".to_owned() })
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(EngineError::io(path, error)),
        }
    }

    /// Takes a blob away.
    pub(crate) fn delete_blob(&self, digest: &Digest) -> Result<(), EngineError> {
        let path = self.paths.blob(digest);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(EngineError::io(path, error)),
            _ => Ok(()),
        }
    }
}
