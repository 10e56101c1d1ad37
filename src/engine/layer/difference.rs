//! The other way round: from a whole tree and the layers it was copied from, the upper directory overlayfs would have made.
//!
//! For containers on a file system without overlay: their root is a copy, and what they changed is found by comparing.

use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, FileType, Mode, OFlags};
use rustix::io::Errno;

use super::compare::changes_of_whole;
use super::copy::{Dress, dress, dress_link};
use super::entry_path::EntryPath;
use super::overlay::{OverlayXattrs, make_whiteout};
use super::tree::Tree;
use super::unpack::Owners;
use super::{ChangeKind, LayerError};

/// Fills the empty directory `upper` with what `whole` changes on top of `lowers` (lowest first).
///
/// # Errors
/// [`LayerError::Io`] with the path.
pub fn extract(
    whole: &Path,
    lowers: &[PathBuf],
    upper: &Path,
    owners: Owners,
    xattrs: OverlayXattrs,
) -> Result<(), LayerError> {
    let (from, into) = (Tree::open(whole)?, Tree::open(upper)?);
    let mut directories = Vec::new();
    for change in changes_of_whole(whole, lowers, xattrs)? {
        let entry = EntryPath::parse(change.path.trim_start_matches('/').as_bytes())?;
        let target = into.make_parent(&entry)?;
        let failed = |errno: Errno| LayerError::io(into.on_host(&entry), errno);
        if change.kind == ChangeKind::Deleted {
            make_whiteout(&target, &entry.name()).map_err(failed)?;
            continue;
        }
        match copy_entry(&from.parent(&entry)?, &target, &entry, owners) {
            Ok(Copied::Directory(made, original)) => directories.push((made, original, entry)),
            Ok(Copied::Other) => {}
            // Gone since it was compared: the container is at work.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(LayerError::io(into.on_host(&entry), error)),
        }
    }
    // Last, for making what is in a directory changes its date, and its mode may forbid it.
    for (made, original, entry) in directories.into_iter().rev() {
        dress(&Dress { made: &made, original: &original, owners })
            .map_err(|errno| LayerError::io(into.on_host(&entry), errno))?;
    }
    Ok(())
}

enum Copied {
    Directory(OwnedFd, OwnedFd),
    Other,
}

/// Copies one entry, links not followed; a directory without what is in it.
fn copy_entry(from: &OwnedFd, into: &OwnedFd, entry: &EntryPath, owners: Owners) -> io::Result<Copied> {
    let name = entry.name();
    let stat = rustix::fs::statat(from, &name, AtFlags::SYMLINK_NOFOLLOW)?;
    let read = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    match FileType::from_raw_mode(stat.st_mode) {
        FileType::Directory => {
            let original = rustix::fs::openat(from, &name, read | OFlags::DIRECTORY, Mode::empty())?;
            match rustix::fs::mkdirat(into, &name, Mode::from_raw_mode(0o700)) {
                Ok(()) | Err(Errno::EXIST) => {}
                Err(errno) => return Err(errno.into()),
            }
            let made = rustix::fs::openat(into, &name, read | OFlags::DIRECTORY, Mode::empty())?;
            return Ok(Copied::Directory(made, original));
        }
        FileType::RegularFile => {
            let mut original = File::from(rustix::fs::openat(from, &name, read, Mode::empty())?);
            let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            let mut made = File::from(rustix::fs::openat(into, &name, flags, Mode::from_raw_mode(0o600))?);
            io::copy(&mut original, &mut made)?;
            dress(&Dress { made: &made.into(), original: &original.into(), owners })?;
        }
        FileType::Symlink => {
            let link = rustix::fs::readlinkat(from, &name, Vec::new())?;
            rustix::fs::symlinkat(link, into, &name)?;
            dress_link(into, &name, &stat, owners)?;
        }
        FileType::Fifo => rustix::fs::mkfifoat(into, &name, Mode::from_raw_mode(stat.st_mode & 0o7777))?,
        _ => {}
    }
    Ok(Copied::Other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::layer::{changes, flatten};
    use std::fs;

    #[test]
    fn what_is_extracted_tells_the_same_changes_as_overlay_would() {
        let root = tempfile::tempdir().unwrap();
        let [low, whole, upper] = ["low", "whole", "upper"].map(|name| root.path().join(name));
        for directory in [&low, &whole, &upper] {
            fs::create_dir(directory).unwrap();
        }
        fs::create_dir_all(low.join("etc/deep")).unwrap();
        for (name, content) in [("etc/kept", "kept"), ("etc/gone", "gone"), ("etc/deep/changed", "before")] {
            fs::write(low.join(name), content).unwrap();
        }
        let lowers = [low];
        assert!(flatten(&lowers, Path::new("/"), &whole, Owners::Ignore, OverlayXattrs::User).unwrap());
        assert!(changes_of_whole(&whole, &lowers, OverlayXattrs::User).unwrap().is_empty());

        fs::remove_file(whole.join("etc/gone")).unwrap();
        fs::write(whole.join("etc/deep/changed"), "afterwards").unwrap();
        fs::create_dir(whole.join("new")).unwrap();
        fs::write(whole.join("new/file"), "new").unwrap();
        extract(&whole, &lowers, &upper, Owners::Ignore, OverlayXattrs::User).unwrap();

        let told = changes(&upper, &lowers, OverlayXattrs::User).unwrap();
        let told: Vec<String> = told.iter().map(|change| format!("{} {}", change.kind.letter(), change.path)).collect();
        assert_eq!(told, ["C /etc", "C /etc/deep", "C /etc/deep/changed", "D /etc/gone", "A /new", "A /new/file"]);
        assert!(!upper.join("etc/kept").exists());
        assert_eq!(fs::read_to_string(upper.join("etc/deep/changed")).unwrap(), "afterwards");
    }
}
