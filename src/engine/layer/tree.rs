//! A directory that nothing can lead out of: every path is resolved by the kernel inside it.
//!
//! The names in a layer are written by strangers. `openat2` with `RESOLVE_IN_ROOT` makes `..`, absolute symbolic links
//! and links planted by an earlier entry stay inside, without a check that could be raced or forgotten.
//! The last component is never followed. Source: openat2(2).

use std::ffi::OsStr;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, CWD, FileType, Mode, OFlags, ResolveFlags};
use rustix::io::Errno;

use super::LayerError;
use super::entry_path::{EntryPath, MAX_DEPTH};

/// A directory, held open, as the root of what is resolved.
#[derive(Debug)]
pub(crate) struct Tree {
    root: OwnedFd,
    path: PathBuf,
}

impl Tree {
    /// Opens an existing directory.
    pub(crate) fn open(path: &Path) -> Result<Self, LayerError> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let root = rustix::fs::openat(CWD, path, flags, Mode::empty()).map_err(|errno| LayerError::io(path, errno))?;
        Ok(Self { root, path: path.to_owned() })
    }

    /// The root itself.
    pub(crate) fn root(&self) -> &OwnedFd {
        &self.root
    }

    /// For messages: where this entry is on the host.
    pub(crate) fn on_host(&self, entry: &EntryPath) -> PathBuf {
        self.path.join(entry.as_path())
    }

    /// The directory at this path, links inside the root followed.
    pub(crate) fn directory(&self, path: &Path) -> Result<OwnedFd, Errno> {
        let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        rustix::fs::openat2(
            &self.root,
            path,
            OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC,
            Mode::empty(),
            ResolveFlags::IN_ROOT | ResolveFlags::NO_MAGICLINKS,
        )
    }

    /// The directory an entry stands in.
    pub(crate) fn parent(&self, entry: &EntryPath) -> Result<OwnedFd, LayerError> {
        self.directory(entry.parent()).map_err(|errno| self.refuse_parent(entry, errno))
    }

    /// The directory an entry stands in, made with its own parents (`0755`) when the archive left them out.
    pub(crate) fn make_parent(&self, entry: &EntryPath) -> Result<OwnedFd, LayerError> {
        match self.directory(entry.parent()) {
            Ok(parent) => return Ok(parent),
            Err(Errno::NOENT) => {}
            Err(errno) => return Err(self.refuse_parent(entry, errno)),
        }
        let mut reached = PathBuf::new();
        let mut above = self.directory(&reached).map_err(|errno| self.refuse_parent(entry, errno))?;
        for component in entry.parent().components() {
            reached.push(component);
            above = match self.directory(&reached) {
                Ok(directory) => directory,
                Err(Errno::NOENT) => {
                    // A link that leads nowhere is in the way: this fails with EEXIST, as it should.
                    self.make_directory(&above, component.as_os_str(), entry, Mode::from_raw_mode(0o755))?;
                    self.directory(&reached).map_err(|errno| self.refuse_parent(entry, errno))?
                }
                Err(errno) => return Err(self.refuse_parent(entry, errno)),
            };
        }
        Ok(above)
    }

    /// Makes a directory for an entry, unless it would stand too deep: links make short names lead further down each time.
    pub(crate) fn make_directory(
        &self,
        above: &OwnedFd,
        name: &OsStr,
        entry: &EntryPath,
        mode: Mode,
    ) -> Result<(), LayerError> {
        // What is too long for the kernel to name is too deep as well.
        let deep = match (real_depth(above), real_depth(&self.root)) {
            (Ok(above), Ok(root)) => above - root >= MAX_DEPTH,
            (Err(Errno::NAMETOOLONG), _) => true,
            (Err(errno), _) | (_, Err(errno)) => return Err(LayerError::io(self.on_host(entry), errno)),
        };
        if deep {
            return Err(entry.refused("it is too deep"));
        }
        rustix::fs::mkdirat(above, name, mode).map_err(|errno| self.refuse_parent(entry, errno))
    }

    fn refuse_parent(&self, entry: &EntryPath, errno: Errno) -> LayerError {
        match errno {
            Errno::NOTDIR | Errno::EXIST => entry.refused("its parent is not a directory"),
            Errno::LOOP => entry.refused("its parent is a loop of links"),
            _ => LayerError::io(self.on_host(entry), errno),
        }
    }
}

/// How many directories an open one is below `/`.
fn real_depth(directory: &OwnedFd) -> Result<usize, Errno> {
    let link = format!("/proc/self/fd/{}", directory.as_raw_fd());
    let path = rustix::fs::readlinkat(CWD, link, Vec::with_capacity(256))?;
    Ok(path.as_bytes().split(|byte| *byte == b'/').count() - 1)
}

/// What a name is in a directory, links not followed; `None` when it is not there.
pub(crate) fn kind_at(directory: impl AsFd, name: &OsStr) -> Result<Option<FileType>, Errno> {
    match rustix::fs::statat(directory, name, AtFlags::SYMLINK_NOFOLLOW) {
        Ok(stat) => Ok(Some(FileType::from_raw_mode(stat.st_mode))),
        Err(Errno::NOENT) => Ok(None),
        Err(errno) => Err(errno),
    }
}

/// Removes a name, and what is under it when it is a directory. Links are removed, never followed.
pub(crate) fn remove_at(directory: impl AsFd, name: &OsStr) -> Result<(), Errno> {
    let directory = directory.as_fd();
    match rustix::fs::unlinkat(directory, name, AtFlags::empty()) {
        Err(Errno::ISDIR | Errno::PERM) => {}
        other => return other,
    }
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let inside = rustix::fs::openat(directory, name, flags, Mode::empty())?;
    for child in names(&inside)? {
        remove_at(&inside, &child)?;
    }
    rustix::fs::unlinkat(directory, name, AtFlags::REMOVEDIR)
}

/// The names in a directory, sorted by their bytes.
pub(crate) fn names(directory: impl AsFd) -> Result<Vec<std::ffi::OsString>, Errno> {
    use std::os::unix::ffi::OsStrExt;
    let mut names = Vec::new();
    for entry in rustix::fs::Dir::read_from(directory)? {
        let entry = entry?;
        let bytes = entry.file_name().to_bytes();
        if bytes != b"." && bytes != b".." {
            names.push(OsStr::from_bytes(bytes).to_owned());
        }
    }
    names.sort();
    Ok(names)
}
