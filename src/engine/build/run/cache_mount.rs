//! `RUN --mount=type=cache`: directories that outlive builds, `build-cache/mounts/DIGEST/` with `data/` and `mount.json`.
//!
//! A directory is named by a digest of its id: whatever an id holds, it is no path (CVE-2024-9675). Whoever uses one holds
//! its lock; who would remove it takes the lock for himself first.

use std::fs::{self, File, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::engine::build::BuildError;
use crate::engine::build::fingerprint::Fingerprint;
use crate::engine::build::syntax::{CacheSharing, Dress};
use crate::engine::oci::DiffId;
use crate::engine::{Engine, EngineError};

/// What is known of a cache mount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::engine::build) struct CacheMountRecord {
    /// As the Dockerfile names it.
    pub(in crate::engine::build) id: String,
    /// When it was made.
    pub(in crate::engine::build) created: Timestamp,
    /// When a step last had it.
    pub(in crate::engine::build) last_used: Timestamp,
    /// How many steps had it.
    pub(in crate::engine::build) uses: u64,
}

/// A cache mount in use; others may have it at the same time or not, as it asked.
pub(in crate::engine::build) struct CacheMount {
    /// What is mounted.
    pub(in crate::engine::build) data: PathBuf,
    _lock: File,
}

/// Which one is wanted, and how.
pub(in crate::engine::build) struct CacheMountRequest<'a> {
    pub(in crate::engine::build) id: &'a str,
    pub(in crate::engine::build) sharing: CacheSharing,
    pub(in crate::engine::build) dress: Dress,
    /// The layers it begins with, and where in them.
    pub(in crate::engine::build) seed: Option<(&'a [DiffId], &'a Path)>,
}

impl Engine {
    /// Takes a cache mount, made when there is none; waits when it is for one at a time.
    pub(in crate::engine::build) fn take_cache_mount(
        &self,
        request: &CacheMountRequest<'_>,
    ) -> Result<CacheMount, BuildError> {
        for number in 0.. {
            let directory = self.cache_mounts().join(name(request, number));
            fs::DirBuilder::new()
                .recursive(true)
                .mode(0o700)
                .create(&directory)
                .map_err(|error| EngineError::io(&directory, error))?;
            let lock = open_lock(&directory)?;
            let locked = match request.sharing {
                CacheSharing::Shared => lock.lock_shared().map(|()| true),
                CacheSharing::Locked => lock.lock().map(|()| true),
                // One that is in use is not ours: the next one.
                CacheSharing::Private => match lock.try_lock() {
                    Ok(()) => Ok(true),
                    Err(TryLockError::WouldBlock) => Ok(false),
                    Err(TryLockError::Error(error)) => Err(error),
                },
            };
            if !locked.map_err(|error| EngineError::io(&directory, error))? {
                continue;
            }
            let data = directory.join("data");
            if !data.is_dir() {
                // Removed since we opened it, or new. Whoever makes it first has made it for all.
                self.fill(&directory, &data, request)?;
            }
            self.touch(&directory, request.id)?;
            return Ok(CacheMount { data, _lock: lock });
        }
        unreachable!("there is always another number")
    }

    /// Where they are.
    pub(in crate::engine::build) fn cache_mounts(&self) -> PathBuf {
        self.paths.build_cache().join("mounts")
    }

    fn fill(&self, directory: &Path, data: &Path, request: &CacheMountRequest<'_>) -> Result<(), BuildError> {
        let stage = crate::engine::store::Stage::new(&self.paths)?;
        let fresh = stage.path().join("data");
        let failed = |error: io::Error| EngineError::io(&fresh, error);
        fs::create_dir(&fresh).map_err(failed)?;
        fs::set_permissions(&fresh, fs::Permissions::from_mode(0o755)).map_err(failed)?;
        if let Some((layers, inside)) = request.seed {
            self.flatten_layers(layers, inside, &fresh)?;
        }
        if let Some(mode) = request.dress.mode {
            fs::set_permissions(&fresh, fs::Permissions::from_mode(mode)).map_err(failed)?;
        }
        if request.dress.uid.is_some() || request.dress.gid.is_some() {
            // Where there is one id only, everything is its own already.
            let _ = std::os::unix::fs::chown(&fresh, request.dress.uid, request.dress.gid);
        }
        match fs::rename(&fresh, data) {
            Err(_) if data.is_dir() => Ok(()),
            other => other.map_err(|error| EngineError::io(directory, error).into()),
        }
    }

    fn touch(&self, directory: &Path, id: &str) -> Result<(), BuildError> {
        let now = self.clock.now();
        let known = read_record(directory);
        let record = CacheMountRecord {
            id: id.to_owned(),
            created: known.as_ref().map_or(now, |record| record.created),
            last_used: now,
            uses: known.map_or(0, |record| record.uses) + 1,
        };
        let json = serde_json::to_vec_pretty(&record).expect("a record of strings is JSON");
        Ok(crate::engine::store::staging::write_file(&self.paths, &directory.join("mount.json"), &json)?)
    }
}

/// What is known of the cache mount in a directory.
pub(in crate::engine::build) fn read_record(directory: &Path) -> Option<CacheMountRecord> {
    serde_json::from_slice(&fs::read(directory.join("mount.json")).ok()?).ok()
}

/// Whether a step has it.
pub(in crate::engine::build) fn is_taken(directory: &Path) -> bool {
    open_lock(directory).is_ok_and(|lock| matches!(lock.try_lock(), Err(TryLockError::WouldBlock)))
}

/// The lock of a cache mount's directory.
pub(in crate::engine::build) fn open_lock(directory: &Path) -> Result<File, EngineError> {
    let path = directory.join("lock");
    File::options().create(true).truncate(false).write(true).open(&path).map_err(|error| EngineError::io(&path, error))
}

fn name(request: &CacheMountRequest<'_>, number: u32) -> String {
    let mut key = Fingerprint::of("cache mount");
    key.text(request.id);
    // What it begins with is part of what it is, as in BuildKit.
    for layer in request.seed.map(|(layers, _)| layers).unwrap_or_default() {
        key.text(layer.digest().as_str());
    }
    key.text(&request.seed.map(|(_, inside)| inside.display().to_string()).unwrap_or_default());
    if number > 0 {
        key.text(&number.to_string());
    }
    key.finish().hex().to_owned()
}
