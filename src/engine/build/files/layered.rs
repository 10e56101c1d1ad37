//! Several layers seen as one tree, as overlayfs would show them, without mounting anything: what is higher hides what
//! is lower, whiteouts hide, opaque directories hide all that lies under them.
//!
//! A build reads trees written by strangers (images, the stages made from them, the context): each step goes from a
//! directory held open to one name in it, links are never followed by the kernel, so nothing leads outside.
//! The context is a tree of one layer.

use std::ffi::OsStr;
use std::fs::File;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustix::fs::{AtFlags, CWD, FileType, Mode, OFlags, Stat};
use rustix::io::Errno;

use crate::engine::EngineError;
use crate::engine::layer::{OverlayXattrs, is_whiteout, names};

/// Layers, topmost first.
#[derive(Debug, Clone)]
pub(crate) struct FileTree {
    root: DirectoryNode,
    kind: TreeKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TreeKind {
    /// Whiteouts and opaque directories mean something.
    Layers(OverlayXattrs),
    /// A plain directory.
    Plain,
}

/// What stands at a path.
#[derive(Debug, Clone)]
pub(crate) enum FileNode {
    /// A directory.
    Directory(DirectoryNode),
    /// Anything else, in the directory it stands in.
    Leaf(LeafNode),
}

/// A directory, in all the layers that share in it, topmost first.
#[derive(Debug, Clone)]
pub(crate) struct DirectoryNode {
    parts: Arc<Vec<OwnedFd>>,
    /// The topmost one's; of the root when there is no layer at all: `None`.
    pub(crate) stat: Option<Stat>,
}

/// A file, link or other thing.
#[derive(Debug, Clone)]
pub(crate) struct LeafNode {
    parts: Arc<Vec<OwnedFd>>,
    part: usize,
    name: std::ffi::OsString,
    /// What the kernel knows of it.
    pub(crate) stat: Stat,
}

/// Which file it is, of which source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct TwinKey {
    source: usize,
    device: u64,
    inode: u64,
}

impl FileTree {
    /// The layers in these directories, lowest first; `scratch` when there is none.
    pub(crate) fn of_layers(directories: &[PathBuf], xattrs: OverlayXattrs) -> Result<Self, EngineError> {
        Self::open(directories.iter().rev(), TreeKind::Layers(xattrs))
    }

    /// A directory of the host.
    pub(crate) fn of_directory(directory: &Path) -> Result<Self, EngineError> {
        Self::open(std::iter::once(&directory.to_path_buf()), TreeKind::Plain)
    }

    fn open<'a>(directories: impl Iterator<Item = &'a PathBuf>, kind: TreeKind) -> Result<Self, EngineError> {
        let mut parts = Vec::new();
        let mut stat = None;
        for directory in directories {
            let failed = |errno: Errno| EngineError::io(directory, errno.into());
            let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
            let open = rustix::fs::openat(CWD, directory, flags, Mode::empty()).map_err(failed)?;
            if stat.is_none() {
                stat = Some(rustix::fs::fstat(&open).map_err(failed)?);
            }
            parts.push(open);
        }
        Ok(Self { root: DirectoryNode { parts: Arc::new(parts), stat }, kind })
    }

    /// The root.
    pub(crate) fn root(&self) -> DirectoryNode {
        self.root.clone()
    }

    /// What a directory has under this name.
    pub(crate) fn child(&self, directory: &DirectoryNode, name: &OsStr) -> Result<Option<FileNode>, Errno> {
        let mut parts = Vec::new();
        let mut found: Option<Stat> = None;
        for (part, open) in directory.parts.iter().enumerate() {
            let stat = match rustix::fs::statat(open, name, AtFlags::SYMLINK_NOFOLLOW) {
                Ok(stat) => stat,
                Err(Errno::NOENT) => continue,
                Err(errno) => return Err(errno),
            };
            let is_directory = FileType::from_raw_mode(stat.st_mode) == FileType::Directory;
            if self.kind != TreeKind::Plain && is_whiteout(&stat) {
                break;
            }
            if !is_directory {
                if found.is_none() {
                    let leaf = LeafNode { parts: Arc::clone(&directory.parts), part, name: name.to_owned(), stat };
                    return Ok(Some(FileNode::Leaf(leaf)));
                }
                break;
            }
            let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            let inside = rustix::fs::openat(open, name, flags, Mode::empty())?;
            let opaque = match self.kind {
                TreeKind::Layers(xattrs) => xattrs.is_opaque(&inside)?,
                TreeKind::Plain => false,
            };
            found.get_or_insert(stat);
            parts.push(inside);
            if opaque {
                break;
            }
        }
        Ok(found.map(|stat| FileNode::Directory(DirectoryNode { parts: Arc::new(parts), stat: Some(stat) })))
    }

    /// The names in a directory, sorted by their bytes.
    pub(crate) fn names(&self, directory: &DirectoryNode) -> Result<Vec<std::ffi::OsString>, Errno> {
        let mut all = Vec::new();
        for open in directory.parts.iter() {
            all.extend(names(open)?);
        }
        if directory.parts.len() > 1 {
            all.sort();
            all.dedup();
        }
        if self.kind == TreeKind::Plain {
            return Ok(all);
        }
        let mut present = Vec::with_capacity(all.len());
        for name in all {
            if self.child(directory, &name)?.is_some() {
                present.push(name);
            }
        }
        Ok(present)
    }
}

impl LeafNode {
    /// What it is.
    pub(crate) fn kind(&self) -> FileType {
        FileType::from_raw_mode(self.stat.st_mode)
    }

    /// What all names of the same file of a source have in common.
    pub(crate) fn twin_key(&self, source: usize) -> TwinKey {
        TwinKey { source, device: self.stat.st_dev, inode: self.stat.st_ino }
    }

    /// Opens a regular file for reading.
    pub(crate) fn open(&self) -> Result<File, Errno> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        rustix::fs::openat(&self.parts[self.part], &self.name, flags, Mode::empty()).map(File::from)
    }

    /// Where a link leads.
    pub(crate) fn target(&self) -> Result<PathBuf, Errno> {
        use std::os::unix::ffi::OsStrExt;
        let target = rustix::fs::readlinkat(&self.parts[self.part], &self.name, Vec::new())?;
        Ok(OsStr::from_bytes(target.as_bytes()).into())
    }
}
