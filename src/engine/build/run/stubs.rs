//! The places RUN's mounts were put on: made for them, they are no part of what the command did.

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, CWD, Timespec, Timestamps};

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

    /// Takes away, below `root`, those the command left as they were: empty.
    pub(super) fn sweep(&self, root: &Path, base: &FileTree, kind: RootKind) {
        for (path, above) in &self.missing {
            let mut path = path.as_path();
            while path != above {
                let place = root.join(path);
                let Ok(metadata) = fs::symlink_metadata(&place) else { break };
                let removed = if metadata.is_dir() {
                    fs::remove_dir(&place)
                } else if metadata.is_file() && metadata.len() == 0 {
                    fs::remove_file(&place)
                } else {
                    break;
                };
                let (Ok(()), Some(parent)) = (removed, path.parent()) else { break };
                path = parent;
            }
            restore(root, above, base, kind);
        }
    }
}

/// A directory that was there: its date goes back, and a copy of it made only for the mount goes away.
fn restore(root: &Path, path: &Path, base: &FileTree, kind: RootKind) {
    let Ok(Some(FileNode::Directory(directory))) = base.find_entry(path).map(|found| found.node) else { return };
    let (Some(stat), place) = (directory.stat, root.join(path)) else { return };
    let time = Timespec { tv_sec: stat.st_mtime, tv_nsec: i64::try_from(stat.st_mtime_nsec).unwrap_or(0) };
    let times = Timestamps { last_access: time, last_modification: time };
    let dated = rustix::fs::utimensat(CWD, &place, &times, AtFlags::SYMLINK_NOFOLLOW);
    let (Ok(()), Ok(now)) = (dated, fs::symlink_metadata(&place)) else { return };
    let RootKind::Upper(xattrs) = kind else { return };
    let same = (now.mode(), now.uid(), now.gid()) == (stat.st_mode, stat.st_uid, stat.st_gid);
    let opaque = fs::File::open(&place).is_ok_and(|open| xattrs.is_opaque(&open).unwrap_or(true));
    if same
        && !opaque
        && path.file_name().is_some()
        && fs::remove_dir(&place).is_ok()
        && let Some(parent) = path.parent()
    {
        restore(root, parent, base, kind);
    }
}
