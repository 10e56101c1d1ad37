//! `docker builder prune`.

use std::fs;

use jiff::Timestamp;

use super::records::{CacheKind, CacheRecord};
use crate::engine::build::run::open_lock;
use crate::engine::store::{Stage, StoreLock};
use crate::engine::{Engine, EngineError};

/// What is to be removed.
pub struct PruneCacheRequest<'a> {
    /// `-a`: what images share too.
    pub all: bool,
    /// `until`: only what was not used since.
    pub until: Option<Timestamp>,
    /// `--keep-storage`: so many bytes may stay, the last used first.
    pub keep: Option<u64>,
    /// The other filters.
    pub admits: &'a dyn Fn(&CacheRecord) -> bool,
}

/// What was removed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PrunedCache {
    /// The ids of the records.
    pub deleted: Vec<String>,
    /// Bytes.
    pub reclaimed: u64,
}

impl Engine {
    /// Removes what the build cache holds and nobody needs. What a build at work used stays.
    ///
    /// # Errors
    /// [`EngineError::Io`].
    pub fn prune_build_cache(&self, request: &PruneCacheRequest<'_>) -> Result<PrunedCache, EngineError> {
        let lock = StoreLock::acquire(&self.paths)?;
        let records = self.build_cache_records()?;
        let mut left: u64 = records.iter().filter(|record| !record.shared).map(|record| record.size).sum();
        let mut pruned = PrunedCache::default();
        let mut stacks = Vec::new();
        // The least recently used goes first.
        for record in records.iter().rev() {
            if request.keep.is_some_and(|keep| left <= keep) {
                break;
            }
            let young = request.until.is_some_and(|until| record.last_used > until);
            if record.in_use || young || (record.shared && !request.all) || !(request.admits)(record) {
                continue;
            }
            if record.kind == CacheKind::CacheMount {
                if !self.remove_cache_mount(record)? {
                    continue;
                }
                pruned.reclaimed += record.size;
            } else {
                fs::remove_file(&record.file).map_err(|error| EngineError::io(&record.file, error))?;
                stacks.push(record.stack.clone());
            }
            if !record.shared {
                left = left.saturating_sub(record.size);
            }
            pruned.deleted.push(record.id.clone());
        }
        pruned.reclaimed += self.sweep_layers(&lock, &stacks)?;
        Ok(pruned)
    }

    /// Removes a cache mount, unless somebody took it meanwhile.
    fn remove_cache_mount(&self, record: &CacheRecord) -> Result<bool, EngineError> {
        let lock = open_lock(&record.file)?;
        if lock.try_lock().is_err() {
            return Ok(false);
        }
        let stage = Stage::new(&self.paths)?;
        let failed = |error| EngineError::io(&record.file, error);
        // Its lock stays for whoever waits for it: he makes the directory again.
        fs::rename(record.file.join("data"), stage.path().join("data")).map_err(failed)?;
        fs::remove_file(record.file.join("mount.json")).map_err(failed)?;
        Ok(true)
    }
}
