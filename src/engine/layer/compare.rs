//! What an upper directory changes on top of the layers below it, as `docker diff` tells it.
//!
//! Rules of Docker's `archive.ChangesDirs`: a directory's own date and size are no change; a file is changed when its
//! mode, owner, device, length or date is; a directory with a change inside is shown as changed, above it; what is inside
//! a deleted directory is not listed.

use std::ffi::OsStr;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, FileType, Mode, OFlags, Stat};
use rustix::io::Errno;

use super::overlay::{OverlayXattrs, is_whiteout};
use super::stack::LayerStack;
use super::tree::{Tree, names};
use super::{Change, ChangeKind, LayerError};

/// The changes of `upper` on top of `lowers` (lowest first), each directory before what is in it, names sorted.
///
/// # Errors
/// [`LayerError::Io`] with the path.
pub fn changes(upper: &Path, lowers: &[PathBuf], xattrs: OverlayXattrs) -> Result<Vec<Change>, LayerError> {
    compare(upper, lowers, xattrs, false)
}

/// The changes of a tree that began as a copy of `lowers`: what it does not have is gone.
///
/// # Errors
/// [`LayerError::Io`] with the path.
pub(crate) fn changes_of_whole(
    whole: &Path,
    lowers: &[PathBuf],
    xattrs: OverlayXattrs,
) -> Result<Vec<Change>, LayerError> {
    compare(whole, lowers, xattrs, true)
}

fn compare(upper: &Path, lowers: &[PathBuf], xattrs: OverlayXattrs, whole: bool) -> Result<Vec<Change>, LayerError> {
    let tree = Tree::open(upper)?;
    let mut comparing = Comparing { xattrs, changes: Vec::new() };
    let below = LayerStack::new(lowers, xattrs);
    comparing.children(tree.root(), Path::new("/"), &below, whole)?;
    comparing.changes.sort_by(|one, other| Path::new(&one.path).cmp(Path::new(&other.path)));
    Ok(comparing.changes)
}

struct Comparing {
    xattrs: OverlayXattrs,
    changes: Vec<Change>,
}

impl Comparing {
    /// `hidden`: a directory above is opaque, so what this one does not have is gone.
    fn children(
        &mut self,
        directory: &OwnedFd,
        path: &Path,
        below: &LayerStack,
        hidden: bool,
    ) -> Result<(), LayerError> {
        let present = names(directory).map_err(|errno| LayerError::io(path, errno))?;
        let opaque = hidden || self.xattrs.is_opaque(directory).map_err(|errno| LayerError::io(path, errno))?;
        for name in &present {
            match rustix::fs::statat(directory, name, AtFlags::SYMLINK_NOFOLLOW) {
                Ok(stat) => self.child(directory, name, &path.join(name), &stat, below, opaque)?,
                // Gone since it was listed: the container is at work.
                Err(Errno::NOENT) => {}
                Err(errno) => return Err(LayerError::io(path.join(name), errno)),
            }
        }
        if opaque {
            for name in below.names()? {
                if present.binary_search(&name).is_err() {
                    self.push(&path.join(name), ChangeKind::Deleted);
                }
            }
        }
        Ok(())
    }

    fn child(
        &mut self,
        above: &OwnedFd,
        name: &OsStr,
        path: &Path,
        stat: &Stat,
        below: &LayerStack,
        hidden: bool,
    ) -> Result<(), LayerError> {
        let lower = below.find(name)?.map(|(stat, _)| stat);
        if is_whiteout(stat) {
            if lower.is_some() {
                self.push(path, ChangeKind::Deleted);
            }
            return Ok(());
        }
        let directory = FileType::from_raw_mode(stat.st_mode) == FileType::Directory;
        let before = self.changes.len();
        let kind = match &lower {
            None => Some(ChangeKind::Added),
            Some(lower) if differ(stat, lower) => Some(ChangeKind::Changed),
            Some(_) => None,
        };
        if let Some(kind) = kind {
            self.push(path, kind);
        }
        if !directory {
            return Ok(());
        }
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        match rustix::fs::openat(above, name, flags, Mode::empty()) {
            Ok(inside) => self.children(&inside, path, &below.enter(name)?, hidden)?,
            Err(Errno::NOENT | Errno::NOTDIR | Errno::LOOP) => return Ok(()),
            Err(errno) => return Err(LayerError::io(path, errno)),
        }
        if kind.is_none() && self.changes.len() > before {
            self.push(path, ChangeKind::Changed);
        }
        Ok(())
    }

    fn push(&mut self, path: &Path, kind: ChangeKind) {
        self.changes.push(Change { path: path.to_string_lossy().into_owned(), kind });
    }
}

/// Whether a path of the upper directory is another than the one it covers.
fn differ(upper: &Stat, lower: &Stat) -> bool {
    let same = (upper.st_mode, upper.st_uid, upper.st_gid, upper.st_rdev)
        == (lower.st_mode, lower.st_uid, lower.st_gid, lower.st_rdev);
    let directory = FileType::from_raw_mode(upper.st_mode) == FileType::Directory;
    !same || (!directory && (upper.st_size != lower.st_size || !same_date(upper, lower)))
}

/// Archives keep whole seconds: a date without a fraction may have lost it.
fn same_date(one: &Stat, other: &Stat) -> bool {
    one.st_mtime == other.st_mtime
        && (one.st_mtime_nsec == other.st_mtime_nsec || one.st_mtime_nsec == 0 || other.st_mtime_nsec == 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    fn write(root: &Path, name: &str, content: &str) {
        let path = root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    fn listed(upper: &Path, lowers: &[PathBuf]) -> Vec<String> {
        let changes = changes(upper, lowers, OverlayXattrs::User).unwrap();
        changes.iter().map(|change| format!("{} {}", change.kind.letter(), change.path)).collect()
    }

    #[test]
    fn added_changed_and_deleted_are_told_apart() {
        let root = tempfile::tempdir().unwrap();
        let [low, high, upper] = ["low", "high", "upper"].map(|name| root.path().join(name));
        for directory in [&low, &high, &upper] {
            fs::create_dir(directory).unwrap();
        }
        write(&low, "etc/passwd", "root");
        write(&low, "etc/group", "root");
        write(&low, "bin/sh", "shell");
        write(&low, "gone/deep/file", "x");
        write(&low, "kept/file", "x");
        write(&high, "etc/motd", "hello");
        // Taken away by the middle layer already: its reappearance is an addition.
        write(&low, "back", "x");
        super::super::overlay::make_whiteout(Tree::open(&high).unwrap().root(), OsStr::new("back")).unwrap();

        write(&upper, "etc/passwd", "root and others");
        write(&upper, "back", "x");
        write(&upper, "new/deep/file", "x");
        fs::create_dir_all(upper.join("kept")).unwrap();
        fs::create_dir_all(upper.join("bin")).unwrap();
        fs::set_permissions(upper.join("bin"), fs::Permissions::from_mode(0o700)).unwrap();
        let at = |path: &Path| Tree::open(path).unwrap();
        super::super::overlay::make_whiteout(at(&upper).root(), OsStr::new("gone")).unwrap();
        super::super::overlay::make_whiteout(at(&upper.join("etc")).root(), OsStr::new("motd")).unwrap();
        super::super::overlay::make_whiteout(at(&upper.join("etc")).root(), OsStr::new("never-was")).unwrap();

        let expected = [
            "A /back",
            "C /bin",
            "C /etc",
            "D /etc/motd",
            "C /etc/passwd",
            "D /gone",
            "A /new",
            "A /new/deep",
            "A /new/deep/file",
        ];
        assert_eq!(listed(&upper, &[low, high]), expected);
    }

    #[test]
    fn an_opaque_directory_deletes_what_it_does_not_have() {
        let root = tempfile::tempdir().unwrap();
        let [low, upper] = ["low", "upper"].map(|name| root.path().join(name));
        write(&low, "data/one", "x");
        write(&low, "data/two", "x");
        write(&low, "data/deep/gone", "x");
        write(&low, "data/deep/kept", "x");
        write(&upper, "data/two", "longer");
        write(&upper, "data/deep/kept", "longer");
        OverlayXattrs::User.set_opaque(Tree::open(&upper.join("data")).unwrap().root()).unwrap();
        assert_eq!(
            listed(&upper, &[low]),
            ["C /data", "C /data/deep", "D /data/deep/gone", "C /data/deep/kept", "D /data/one", "C /data/two"]
        );
    }

    #[test]
    fn a_directory_in_place_of_a_file_is_a_change_with_additions_inside() {
        let root = tempfile::tempdir().unwrap();
        let [low, upper] = ["low", "upper"].map(|name| root.path().join(name));
        write(&low, "thing", "x");
        write(&upper, "thing/inside", "x");
        assert_eq!(listed(&upper, &[low]), ["C /thing", "A /thing/inside"]);
    }
}
