//! What has been written is made to survive a power cut.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use rustix::fs::Advice;

use super::staging::Stage;
use crate::engine::EngineError;

/// Above this many files and directories, one `syncfs` is cheaper.
const MAX_SYNCED_ONE_BY_ONE: usize = 4096;
/// Whoever waits for the journal at the same time waits for the same commit of it.
const AT_ONCE: usize = 8;
/// So few are not worth the threads.
const FEW: usize = 4;

/// Makes all that is staged durable: each of our own files, so that nobody else's bytes are waited for; with very many, the
/// whole file system in one go.
pub(crate) fn sync_together<'a>(stages: impl IntoIterator<Item = &'a Stage>) -> Result<(), EngineError> {
    let mut paths = Vec::new();
    for stage in stages {
        let directory = stage.path();
        if !list(directory, &mut paths).map_err(|error| EngineError::io(directory, error))? {
            return sync_everything(directory).map_err(|error| EngineError::io(directory, error));
        }
    }
    if paths.len() <= FEW {
        return paths.iter().try_for_each(|path| sync_one(path));
    }
    let next = Mutex::new(paths.iter());
    let take = || next.lock().unwrap_or_else(PoisonError::into_inner).next();
    let work = || -> Result<(), EngineError> {
        while let Some(path) = take() {
            sync_one(path)?;
        }
        Ok(())
    };
    std::thread::scope(|scope| {
        let workers: Vec<_> = (1..AT_ONCE.min(paths.len())).map(|_| scope.spawn(work)).collect();
        let ours = work();
        // A thread that panicked has synced nothing we could answer for.
        let theirs = workers.into_iter().map(|worker| {
            worker.join().unwrap_or_else(|_| Err(EngineError::io(&paths[0], io::Error::other("a thread ended"))))
        });
        theirs.fold(ours, Result::and)
    })
}

/// Files and directories under this one, not itself: nothing stays in a stage. False when there are too many.
fn list(directory: &Path, paths: &mut Vec<PathBuf>) -> io::Result<bool> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            if !list(&entry.path(), paths)? {
                return Ok(false);
            }
            paths.push(entry.path());
        } else if kind.is_file() {
            let file = entry.path();
            // It begins to be written while others are listed. Advice that is not taken makes it slower, never wrong.
            let _ = rustix::fs::fadvise(File::open(&file)?, 0, None, Advice::DontNeed);
            paths.push(file);
        }
    }
    Ok(paths.len() <= MAX_SYNCED_ONE_BY_ONE)
}

fn sync_one(path: &Path) -> Result<(), EngineError> {
    File::open(path).and_then(|file| file.sync_all()).map_err(|error| EngineError::io(path, error))
}

fn sync_everything(directory: &Path) -> io::Result<()> {
    Ok(rustix::fs::syncfs(File::open(directory)?)?)
}
