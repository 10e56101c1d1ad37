//! `repositories.json`: which names lead to which images, in Docker's own layout:
//! `{"Repositories": {"alpine": {"alpine:latest": "sha256:…", "alpine@sha256:…": "sha256:…"}}}`.

use std::collections::BTreeMap;
use std::fs;
use std::io;

use serde::{Deserialize, Serialize};

use super::json;
use super::staging;
use crate::engine::oci::{Digest, ImageId, Reference};
use crate::engine::{EngineError, Paths};

/// All names. Read at will; changed only under a [`super::lock::StoreLock`].
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Repositories {
    names: BTreeMap<Reference, ImageId>,
}

#[derive(Serialize, Deserialize)]
struct File {
    #[serde(rename = "Repositories")]
    repositories: BTreeMap<String, BTreeMap<String, ImageId>>,
}

impl Repositories {
    /// Reads them; none when there is no file yet.
    pub(crate) fn read(paths: &Paths) -> Result<Self, EngineError> {
        let path = paths.repositories();
        let json = match fs::read(&path) {
            Ok(json) => json,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(error) => return Err(EngineError::io(path, error)),
        };
        let damaged = |reason: String| EngineError::DamagedState { path: path.clone(), reason };
        let file: File = serde_json::from_slice(&json).map_err(|error| damaged(error.to_string()))?;
        let mut names = BTreeMap::new();
        for (name, id) in file.repositories.into_values().flatten() {
            names.insert(name.parse().map_err(|error| damaged(format!("{name}: {error}")))?, id);
        }
        Ok(Self { names })
    }

    /// Writes them back, whole or not at all.
    pub(crate) fn write(&self, paths: &Paths) -> Result<(), EngineError> {
        let mut repositories: BTreeMap<String, BTreeMap<String, ImageId>> = BTreeMap::new();
        for (name, id) in &self.names {
            repositories.entry(name.familiar_name()).or_default().insert(name.familiar(), id.clone());
        }
        let json = json::state(&File { repositories });
        staging::write_file(paths, &paths.repositories(), &json)
    }

    /// The image of this name.
    pub(crate) fn get(&self, name: &Reference) -> Option<&ImageId> {
        self.names.get(name)
    }

    /// Gives a name to an image, taking it from whichever had it.
    pub(crate) fn insert(&mut self, name: Reference, id: ImageId) {
        self.names.insert(name, id);
    }

    /// Forgets a name.
    pub(crate) fn remove(&mut self, name: &Reference) {
        self.names.remove(name);
    }

    /// Whether any name has this digest.
    pub(crate) fn has_digest(&self, digest: &Digest) -> bool {
        self.names.keys().any(|name| name.digest() == Some(digest))
    }

    /// The names of an image, sorted.
    pub(crate) fn names_of(&self, id: &ImageId) -> Vec<Reference> {
        self.names.iter().filter(|(_, owner)| *owner == id).map(|(name, _)| name.clone()).collect()
    }
}
