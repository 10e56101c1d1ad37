//! What earlier builds made, by the fingerprint of what it was made of. One small JSON file each.
//!
//! A record is believed only as far as what it names is still in the store: a missing or unreadable one is no error,
//! the step is done again.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::engine::oci::{ChainId, DiffId, Digest, ImageId};
use crate::engine::store::staging;
use crate::engine::{Engine, EngineError};

/// A layer that a step made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct CachedLayer {
    /// The layer.
    pub(super) diff_id: DiffId,
    /// When it was made.
    pub(super) created: Timestamp,
    /// The instruction, for those who read the file.
    pub(super) created_by: String,
}

/// An image that a step of the classic builder made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct CachedImage {
    /// The image.
    pub(super) image: ImageId,
    /// The instruction, for those who read the file.
    pub(super) created_by: String,
}

impl Engine {
    /// The layer this fingerprint made on top of these, when it is still here.
    pub(super) fn cached_layer(&self, key: &Digest, below: &[DiffId]) -> Option<CachedLayer> {
        let cached: CachedLayer = self.read_cached(key)?;
        let mut stack = below.to_vec();
        stack.push(cached.diff_id.clone());
        ChainId::stack(&stack).last().is_some_and(|chain| self.has_layer(chain)).then_some(cached)
    }

    /// The image this fingerprint made, when it is still here.
    pub(super) fn cached_image(&self, key: &Digest) -> Option<ImageId> {
        let cached: CachedImage = self.read_cached(key)?;
        matches!(self.image(&cached.image), Ok(Some(_))).then_some(cached.image)
    }

    /// Remembers what a fingerprint made.
    pub(super) fn remember<T: Serialize>(&self, key: &Digest, made: &T) -> Result<(), EngineError> {
        let json = serde_json::to_vec_pretty(made).expect("a record of strings is JSON");
        staging::write_file(&self.paths, &self.cache_file(key), &json)
    }

    fn read_cached<T: for<'de> Deserialize<'de>>(&self, key: &Digest) -> Option<T> {
        serde_json::from_slice(&std::fs::read(self.cache_file(key)).ok()?).ok()
    }

    fn cache_file(&self, key: &Digest) -> std::path::PathBuf {
        self.paths.build_cache().join(format!("{}.json", key.hex()))
    }
}
