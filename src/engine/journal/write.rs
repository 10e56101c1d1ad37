//! Adds a line to the journal, among other processes that do the same.
//!
//! A line is one `write(2)` in append mode, under a shared lock of the file. Who finds the file full takes the lock for
//! itself alone before it is set aside, so nobody ever writes to a file that readers have left.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::Path;

use super::JournalEvent;
use crate::engine::Paths;

/// Past this size the journal is set aside: some ten thousand events.
const FULL: u64 = 2 << 20;
/// A longer line is not written: labels have no limit of their own, and a journal is not a place for them.
const LONGEST_LINE: usize = 256 << 10;

/// Adds an event.
///
/// # Errors
/// What the file system answers.
pub fn append(paths: &Paths, event: &JournalEvent) -> io::Result<()> {
    let mut line = serde_json::to_vec(event)?;
    line.push(b'\n');
    if line.len() > LONGEST_LINE {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    loop {
        let path = paths.journal();
        let mut file = OpenOptions::new().create(true).append(true).mode(0o600).open(&path)?;
        file.lock_shared()?;
        if !is_at(&file, &path)? {
            // Set aside between the two lines above.
            continue;
        }
        if file.metadata()?.len() < FULL {
            return file.write_all(&line);
        }
        file.unlock()?;
        set_aside(paths)?;
    }
}

/// Renames the full journal, once, whoever asks first.
fn set_aside(paths: &Paths) -> io::Result<()> {
    let path = paths.journal();
    let file = File::open(&path)?;
    file.lock()?;
    if is_at(&file, &path)? && file.metadata()?.len() >= FULL {
        fs::rename(&path, paths.journal_before())?;
    }
    Ok(())
}

/// Whether an open file is still the one that has this name.
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    let ours = file.metadata()?;
    match fs::metadata(path) {
        Ok(there) => Ok((ours.dev(), ours.ino()) == (there.dev(), there.ino())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}
