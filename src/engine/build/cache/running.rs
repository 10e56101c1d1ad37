//! Builds at work: what they used since they began must not be taken from under them.
//!
//! Each holds the lock of a file of its own whose date is its beginning; the kernel lets go of the lock with the process.

use std::fs::{self, File};
use std::path::PathBuf;

use jiff::Timestamp;

use crate::engine::{Engine, EngineError};

/// A build at work, until it is dropped.
#[derive(Debug)]
pub(in crate::engine::build) struct RunningBuild {
    path: PathBuf,
    _lock: File,
}

impl Engine {
    /// Says that a build begins.
    pub(in crate::engine::build) fn begin_build(&self) -> Result<RunningBuild, EngineError> {
        let directory = self.running_builds();
        fs::create_dir_all(&directory).map_err(|error| EngineError::io(&directory, error))?;
        for number in 0.. {
            let path = directory.join(format!("{}-{number}.lock", std::process::id()));
            let opened = File::options().write(true).create(true).truncate(true).open(&path);
            let lock = opened.map_err(|error| EngineError::io(&path, error))?;
            if lock.try_lock().is_ok() {
                return Ok(RunningBuild { path, _lock: lock });
            }
        }
        unreachable!("there is always another number")
    }

    /// When the oldest build at work began.
    pub(super) fn oldest_running_build(&self) -> Option<Timestamp> {
        let entries = fs::read_dir(self.running_builds()).ok()?;
        let mut oldest: Option<Timestamp> = None;
        for path in entries.flatten().map(|entry| entry.path()) {
            let Ok(file) = File::options().write(true).open(&path) else { continue };
            if file.try_lock().is_ok() {
                // Of a build that was killed.
                let _ = fs::remove_file(&path);
                continue;
            }
            let began = file.metadata().and_then(|metadata| metadata.modified()).ok();
            let began = began.and_then(|began| Timestamp::try_from(began).ok()).unwrap_or(Timestamp::UNIX_EPOCH);
            oldest = Some(oldest.map_or(began, |oldest| oldest.min(began)));
        }
        oldest
    }

    fn running_builds(&self) -> PathBuf {
        self.paths.build_cache().join("running")
    }
}

impl Drop for RunningBuild {
    fn drop(&mut self) {
        // What stays is swept by the next who looks.
        let _ = fs::remove_file(&self.path);
    }
}
