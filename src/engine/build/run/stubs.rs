//! The places RUN's mounts were put on: made for them, they are no part of what the command did.

use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, CWD, FileType, Mode, OFlags, ResolveFlags, Timespec, Timestamps};

use crate::engine::build::files::{FileNode, FileTree};
use crate::engine::layer::OverlayXattrs;

/// What the directory of a step holds.
#[derive(Debug, Clone, Copy)]
pub(super) enum RootKind {
    /// What it changed.
    Upper(OverlayXattrs),
    /// Everything.
    Copied,
}

/// What stands below the mounts of a step before it runs.
pub(super) struct Stubs {
    /// Paths relative to the root that do not exist yet, and the directory above the first missing one.
    missing: Vec<(PathBuf, PathBuf)>,
}

impl Stubs {
    /// Looks where these targets will be, each found as the kernel finds it.
    pub(super) fn note<'a>(base: &FileTree, targets: impl Iterator<Item = &'a str>) -> Self {
        let mut missing = Vec::new();
        for target in targets {
            let Ok(found) = base.find(Path::new(target)) else { continue };
            if found.node.is_some() {
                continue;
            }
            let there = |path: &Path| matches!(base.find_entry(path), Ok(found) if found.node.is_some());
            let above = found.path.ancestors().skip(1).find(|path| path.as_os_str().is_empty() || there(path));
            missing.push((found.path.clone(), above.unwrap_or(Path::new("")).to_owned()));
        }
        Self { missing }
    }

    /// Takes away, below `root`, those the command left as they were: empty. The command may have put links in their
    /// place: none is followed.
    pub(super) fn sweep(&self, root: &Path, base: &FileTree, kind: RootKind) {
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let Ok(root) = rustix::fs::openat(CWD, root, flags, Mode::empty()) else { return };
        for (path, above) in &self.missing {
            let mut path = path.as_path();
            while path != above && remove_empty(&root, path) {
                let Some(parent) = path.parent() else { break };
                path = parent;
            }
            restore(&root, above, base, kind);
        }
    }
}

/// The directory a path stands in, when no component of it is a link.
fn parent_of(root: &OwnedFd, path: &Path) -> Option<OwnedFd> {
    let parent = Path::new(".").join(path.parent()?);
    let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS;
    let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    rustix::fs::openat2(root, parent, flags, Mode::empty(), resolve).ok()
}

/// Removes an empty file or an empty directory.
fn remove_empty(root: &OwnedFd, path: &Path) -> bool {
    let (Some(parent), Some(name)) = (parent_of(root, path), path.file_name()) else { return false };
    let Ok(stat) = rustix::fs::statat(&parent, name, AtFlags::SYMLINK_NOFOLLOW) else { return false };
    let flags = match FileType::from_raw_mode(stat.st_mode) {
        FileType::Directory => AtFlags::REMOVEDIR,
        FileType::RegularFile if stat.st_size == 0 => AtFlags::empty(),
        _ => return false,
    };
    rustix::fs::unlinkat(&parent, name, flags).is_ok()
}

/// A directory that was there: its date goes back, and a copy of it made only for the mount goes away.
fn restore(root: &OwnedFd, path: &Path, base: &FileTree, kind: RootKind) {
    let Ok(Some(FileNode::Directory(directory))) = base.find_entry(path).map(|found| found.node) else { return };
    let (Some(stat), Some(parent), Some(name)) = (directory.stat, parent_of(root, path), path.file_name()) else {
        return;
    };
    let Ok(now) = rustix::fs::statat(&parent, name, AtFlags::SYMLINK_NOFOLLOW) else { return };
    if FileType::from_raw_mode(now.st_mode) != FileType::Directory {
        return;
    }
    let time = Timespec { tv_sec: stat.st_mtime, tv_nsec: i64::try_from(stat.st_mtime_nsec).unwrap_or(0) };
    let times = Timestamps { last_access: time, last_modification: time };
    let dated = rustix::fs::utimensat(&parent, name, &times, AtFlags::SYMLINK_NOFOLLOW);
    let (Ok(()), RootKind::Upper(xattrs)) = (dated, kind) else { return };
    let same = (now.st_mode, now.st_uid, now.st_gid) == (stat.st_mode, stat.st_uid, stat.st_gid);
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let opened = rustix::fs::openat(&parent, name, flags, Mode::empty());
    let opaque = opened.is_ok_and(|open| xattrs.is_opaque(&open).unwrap_or(true));
    if same
        && !opaque
        && rustix::fs::unlinkat(&parent, name, AtFlags::REMOVEDIR).is_ok()
        && let Some(above) = path.parent()
    {
        restore(root, above, base, kind);
    }
}
