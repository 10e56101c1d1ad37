//! What earlier builds made, by the fingerprint of what it was made of. One small JSON file each; a file's date is when it
//! was last of use.
//!
//! A record is believed only as far as what it names is still in the store: a missing or unreadable one is no error,
//! the step is done again. `records` lists them, `prune` removes them, `running` tells what a build at work needs.

mod prune;
mod records;
mod running;

use std::fs::{self, File, FileTimes};
use std::path::PathBuf;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::engine::oci::{ChainId, DiffId, Digest, ImageId};
use crate::engine::store::staging;
use crate::engine::{Engine, EngineError};

pub use prune::{PruneCacheRequest, PrunedCache};
pub(super) use records::CONTEXT;
pub use records::{CacheKind, CacheRecord};

/// A layer that a step made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct CachedLayer {
    /// The layers it stands on, lowest first.
    #[serde(default)]
    pub(super) below: Vec<DiffId>,
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

impl CachedLayer {
    /// All its layers by the names they have in the store, lowest first.
    pub(super) fn stack(&self) -> Vec<ChainId> {
        let mut layers = self.below.clone();
        layers.push(self.diff_id.clone());
        ChainId::stack(&layers)
    }
}

impl Engine {
    /// The layer this fingerprint made on top of these, when it is still here.
    pub(super) fn cached_layer(&self, key: &Digest, below: &[DiffId]) -> Option<CachedLayer> {
        let mut cached: CachedLayer = self.read_cached(key)?;
        // A linked layer may have been made on top of others.
        cached.below = below.to_vec();
        cached.stack().last().is_some_and(|chain| self.has_layer(chain)).then(|| {
            // Of use just now. That it cannot be dated is no reason not to use it.
            let now = FileTimes::new().set_modified(self.clock.now().into());
            let _ = File::options().write(true).open(self.cache_file(key)).and_then(|file| file.set_times(now));
            cached
        })
    }

    /// The image this fingerprint made, when it is still here.
    pub(super) fn cached_image(&self, key: &Digest) -> Option<ImageId> {
        let cached: CachedImage = self.read_cached(key)?;
        matches!(self.image(&cached.image), Ok(Some(_))).then_some(cached.image)
    }

    /// Remembers what a fingerprint made. Not waited for: what a power cut takes is made again.
    pub(super) fn remember<T: Serialize>(&self, key: &Digest, made: &T) -> Result<(), EngineError> {
        let json = serde_json::to_vec_pretty(made).expect("a record of strings is JSON");
        staging::write_loosely(&self.paths, &self.cache_file(key), &json)
    }

    fn read_cached<T: for<'de> Deserialize<'de>>(&self, key: &Digest) -> Option<T> {
        serde_json::from_slice(&fs::read(self.cache_file(key)).ok()?).ok()
    }

    fn cache_file(&self, key: &Digest) -> PathBuf {
        self.paths.build_cache().join(format!("{}.json", key.hex()))
    }
}
