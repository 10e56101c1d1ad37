//! Where things are on disk: the only place that knows the names of the files under the state root.

use std::fs;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use super::EngineError;
use super::container::ContainerId;
use super::oci::{ChainId, Digest, ImageId};

/// The layout of a state root. A curious learner may read all of it: JSON and plain directories.
#[derive(Debug, Clone)]
pub struct Paths {
    root: PathBuf,
}

impl Paths {
    /// Names the root without touching it.
    pub fn new(root: PathBuf) -> Self {
        Self { root }
    }

    /// Makes the root and its first level.
    ///
    /// # Errors
    /// [`EngineError::Io`] with the directory that could not be made.
    pub fn prepare(root: PathBuf) -> Result<Self, EngineError> {
        let paths = Self::new(root);
        if !paths.names().is_dir() || !paths.staging().is_dir() {
            for directory in [
                paths.root.clone(),
                paths.staging(),
                paths.root.join("blobs/sha256"),
                paths.root.join("images"),
                paths.layers(),
                paths.containers(),
                paths.volumes(),
                paths.names(),
                paths.root.join("build-cache"),
            ] {
                fs::DirBuilder::new()
                    .recursive(true)
                    .mode(0o700)
                    .create(&directory)
                    .map_err(|error| EngineError::io(&directory, error))?;
            }
        }
        Ok(paths)
    }

    /// The state root itself.
    pub fn root(&self) -> &Path {
        &self.root
    }
    /// What happened, one JSON object a line.
    pub fn journal(&self) -> PathBuf {
        self.root.join("events.jsonl")
    }
    /// The journal before the present one, set aside when it was full.
    pub fn journal_before(&self) -> PathBuf {
        self.root.join("events.before.jsonl")
    }
    /// Where everything is staged before it is renamed into place; swept at start-up.
    pub fn staging(&self) -> PathBuf {
        self.root.join("tmp")
    }
    /// A blob by its digest.
    pub fn blob(&self, digest: &Digest) -> PathBuf {
        self.root.join("blobs/sha256").join(digest.hex())
    }
    /// What is known of an image beside its config: when it came, from where.
    pub fn image(&self, id: &ImageId) -> PathBuf {
        self.root.join("images").join(format!("{}.json", id.hex()))
    }
    /// All image records.
    pub fn images(&self) -> PathBuf {
        self.root.join("images")
    }
    /// References to image ids.
    pub fn repositories(&self) -> PathBuf {
        self.root.join("repositories.json")
    }
    /// All unpacked layers.
    pub fn layers(&self) -> PathBuf {
        self.root.join("layers")
    }
    /// One unpacked layer: `diff/` (its files) and `layer.json`.
    pub fn layer(&self, chain: &ChainId) -> PathBuf {
        self.layers().join(chain.hex())
    }
    /// All containers.
    pub fn containers(&self) -> PathBuf {
        self.root.join("containers")
    }
    /// One container's directory.
    pub fn container(&self, id: &ContainerId) -> PathBuf {
        self.containers().join(id.as_str())
    }
    /// Container names: one file each, holding the id. Making one is what reserves the name.
    pub fn names(&self) -> PathBuf {
        self.root.join("names")
    }

    /// The mount points every container needs, as a layer of its own under the writable one, so that they never
    /// count as changes.
    pub fn init_layer(&self) -> PathBuf {
        self.root.join("init-layer")
    }

    /// All networks, and what finds their bridges.
    pub fn networks(&self) -> PathBuf {
        self.root.join("networks")
    }
    /// What is known of one network.
    pub fn network(&self, id: &str) -> PathBuf {
        self.networks().join(format!("{id}.json"))
    }

    /// All volumes.
    pub fn volumes(&self) -> PathBuf {
        self.root.join("volumes")
    }
    /// One volume's directory: `_data/` and `volume.json`.
    pub fn volume(&self, name: &str) -> PathBuf {
        self.volumes().join(name)
    }
    /// Build cache records.
    pub fn build_cache(&self) -> PathBuf {
        self.root.join("build-cache")
    }
}
