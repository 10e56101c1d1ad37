//! Where things are made before they are renamed into place, so that what is in place is always whole.
//!
//! Each stage is a directory `tmp/NAME` beside a file `tmp/NAME.lock` its maker holds locked. A process that dies lets go
//! of the lock, and the next start sweeps what it left; what a living process stages is never touched.

use std::fs::{self, File, TryLockError};
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use rustix::io::Errno;

use super::durable::sync_together;
use crate::engine::{EngineError, Paths};

const LOCK_SUFFIX: &str = ".lock";

/// A private directory on the store's own file system; removed with what is left in it when dropped.
#[derive(Debug)]
pub(crate) struct Stage {
    directory: PathBuf,
    lock_path: PathBuf,
    _lock: File,
}

impl Stage {
    /// Makes one.
    pub(crate) fn new(paths: &Paths) -> Result<Self, EngineError> {
        static COUNTER: AtomicU64 = AtomicU64::new(0);
        loop {
            let number = COUNTER.fetch_add(1, Ordering::Relaxed);
            let directory = paths.staging().join(format!("{}-{number}", std::process::id()));
            let lock_path = directory.with_added_extension("lock");
            let lock = match File::options().write(true).create_new(true).open(&lock_path) {
                Ok(lock) => lock,
                // Left by a process that had our number, and not swept yet.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
                Err(error) => return Err(EngineError::io(lock_path, error)),
            };
            lock.lock().map_err(|error| EngineError::io(&lock_path, error))?;
            if !is_still_there(&lock, &lock_path) {
                // A sweep came between the two lines above.
                continue;
            }
            fs::DirBuilder::new().mode(0o700).create(&directory).map_err(|error| EngineError::io(&directory, error))?;
            return Ok(Self { directory, lock_path, _lock: lock });
        }
    }

    /// The directory.
    pub(crate) fn path(&self) -> &Path {
        &self.directory
    }

    /// Makes all that is staged durable.
    pub(crate) fn sync(&self) -> Result<(), EngineError> {
        sync_together([self])
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        // The lock file last: a directory without one belongs to nobody. What cannot be removed now is swept later.
        let _ = fs::remove_dir_all(&self.directory);
        let _ = fs::remove_file(&self.lock_path);
    }
}

/// Removes what dead processes left staged, and counts it. What cannot be removed stays for the next time: never a reason
/// not to start.
pub(crate) fn sweep(paths: &Paths) -> usize {
    let Ok(entries) = fs::read_dir(paths.staging()) else { return 0 };
    let mut removed = 0;
    for entry in entries.flatten() {
        let path = entry.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        if let Some(stage) = name.strip_suffix(LOCK_SUFFIX) {
            let Ok(lock) = File::options().write(true).open(&path) else { continue };
            match lock.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock | TryLockError::Error(_)) => continue,
            }
            if !is_still_there(&lock, &path) {
                continue;
            }
            let directory = path.with_file_name(stage);
            match fs::remove_dir_all(&directory) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {}
                _ => removed += usize::from(fs::remove_file(&path).is_ok()),
            }
        } else if !path.with_added_extension("lock").exists() {
            // Makers take the lock before they make the directory.
            removed += usize::from(fs::remove_dir_all(&path).is_ok());
        }
    }
    removed
}

/// Whether an open file is still the one of that name.
pub(super) fn is_still_there(file: &File, path: &Path) -> bool {
    match (rustix::fs::fstat(file), rustix::fs::stat(path)) {
        (Ok(ours), Ok(theirs)) => (ours.st_dev, ours.st_ino) == (theirs.st_dev, theirs.st_ino),
        _ => false,
    }
}

/// Writes a whole file: staged, synced, renamed over what was there, its directory synced.
pub(crate) fn write_file(paths: &Paths, target: &Path, content: &[u8]) -> Result<(), EngineError> {
    write_with(paths, target, content, File::sync_data)?;
    sync_parent(target)
}

/// The same for what may be lost: a power cut leaves it as it was, or empty, and whoever reads it does without.
pub(crate) fn write_loosely(paths: &Paths, target: &Path, content: &[u8]) -> Result<(), EngineError> {
    write_with(paths, target, content, |_| Ok(()))
}

fn write_with(
    paths: &Paths,
    target: &Path,
    content: &[u8],
    settle: fn(&File) -> io::Result<()>,
) -> Result<(), EngineError> {
    use std::io::Write as _;
    let stage = Stage::new(paths)?;
    let staged = stage.path().join("file");
    let written = File::create_new(&staged).and_then(|mut file| {
        file.write_all(content)?;
        settle(&file)
    });
    written.map_err(|error| EngineError::io(&staged, error))?;
    fs::rename(&staged, target).map_err(|error| EngineError::io(target, error))
}

/// Moves a staged directory into place. When it is there already, with the same content for the same name, all is well.
pub(crate) fn place_directory(staged: &Path, target: &Path) -> Result<(), EngineError> {
    match rustix::fs::rename(staged, target) {
        Ok(()) => sync_parent(target),
        Err(Errno::EXIST | Errno::NOTEMPTY) => Ok(()),
        Err(errno) => Err(EngineError::io(target, errno.into())),
    }
}

/// Makes a rename durable.
pub(crate) fn sync_parent(path: &Path) -> Result<(), EngineError> {
    let Some(parent) = path.parent() else { return Ok(()) };
    File::open(parent).and_then(|directory| directory.sync_all()).map_err(|error| EngineError::io(parent, error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths() -> (tempfile::TempDir, Paths) {
        let root = tempfile::tempdir().unwrap();
        let paths = Paths::prepare(root.path().to_owned()).unwrap();
        (root, paths)
    }

    #[test]
    fn a_sweep_spares_the_living_and_removes_what_the_dead_left() {
        let (_root, paths) = paths();
        let alive = Stage::new(&paths).unwrap();
        fs::write(alive.path().join("file"), "mine").unwrap();
        let dead = paths.staging().join("1-0");
        fs::create_dir_all(dead.join("deep")).unwrap();
        fs::write(dead.with_added_extension("lock"), "").unwrap();
        let without_lock = paths.staging().join("1-1");
        fs::create_dir(&without_lock).unwrap();

        assert_eq!(sweep(&paths), 2);
        assert!(alive.path().join("file").exists());
        assert!(!dead.exists() && !dead.with_added_extension("lock").exists() && !without_lock.exists());
        drop(alive);
        assert_eq!(fs::read_dir(paths.staging()).unwrap().count(), 0);
    }

    #[test]
    fn a_file_is_replaced_whole() {
        let (_root, paths) = paths();
        let target = paths.root().join("file.json");
        write_file(&paths, &target, b"one").unwrap();
        write_file(&paths, &target, b"two").unwrap();
        assert_eq!(fs::read(&target).unwrap(), b"two");
        assert_eq!(fs::read_dir(paths.staging()).unwrap().count(), 0);
    }
}
