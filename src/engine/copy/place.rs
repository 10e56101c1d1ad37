//! A directory names are looked up below, and how far links may lead.

use std::ffi::OsStr;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};

use rustix::fs::{AtFlags, CWD, FileType, Mode, OFlags, ResolveFlags, Stat};
use rustix::io::Errno;

use super::CopyError;

/// Links followed by [`Place::stat`] before it gives up, as the kernel does.
const MAX_LINKS: usize = 40;

/// Where names are looked up.
#[derive(Debug)]
pub struct Place {
    base: OwnedFd,
    /// Put in front of every name.
    prefix: PathBuf,
    resolve: ResolveFlags,
    /// As the one who asked names it, for messages.
    shown: PathBuf,
}

/// What stands at a path.
#[derive(Debug, Clone)]
pub struct PathStat {
    /// As the kernel knows it, links not followed.
    pub kind: FileType,
    /// For a link: where it leads inside the root, as far as that can be told.
    pub link_target: Option<PathBuf>,
}

impl PathStat {
    /// Whether it is a directory.
    pub fn is_directory(&self) -> bool {
        self.kind == FileType::Directory
    }

    /// Whether it is a symbolic link.
    pub fn is_link(&self) -> bool {
        self.kind == FileType::Symlink
    }
}

impl Place {
    /// A directory of a root: links are followed, and lead nowhere else than inside that root.
    pub fn in_root(root: OwnedFd, directory: &Path) -> Self {
        let resolve = ResolveFlags::IN_ROOT | ResolveFlags::NO_MAGICLINKS;
        Self { base: root, prefix: directory.to_owned(), resolve, shown: directory.to_owned() }
    }

    /// A directory of the host: below it no link is followed at all. Links on the way to it are.
    ///
    /// # Errors
    /// [`CopyError::Io`] when it cannot be opened.
    pub fn on_host(directory: &Path) -> Result<Self, CopyError> {
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let base = rustix::fs::openat(CWD, directory, flags, Mode::empty())
            .map_err(|errno| CopyError::io("open", directory, errno))?;
        let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS | ResolveFlags::NO_MAGICLINKS;
        Ok(Self { base, prefix: PathBuf::new(), resolve, shown: directory.to_owned() })
    }

    /// How a name below is shown.
    pub(super) fn shown(&self, name: &Path) -> PathBuf {
        if name.as_os_str().is_empty() { self.shown.clone() } else { self.shown.join(name) }
    }

    /// Opens a name below; empty or `.` is the place itself. The last component of a name is followed like the others
    /// unless `flags` say otherwise.
    pub(in crate::engine) fn open(&self, name: &Path, flags: OFlags) -> Result<OwnedFd, Errno> {
        let path = self.prefix.join(name);
        let path = if path.as_os_str().is_empty() { Path::new(".") } else { path.as_path() };
        loop {
            match rustix::fs::openat2(&self.base, path, flags | OFlags::CLOEXEC, Mode::empty(), self.resolve) {
                // Something was renamed on the way while `..` was looked up: the kernel asks to try again.
                Err(Errno::AGAIN) => {}
                other => return other,
            }
        }
    }

    /// A directory below, for `*at` calls.
    pub(super) fn directory(&self, name: &Path) -> Result<OwnedFd, Errno> {
        self.open(name, OFlags::PATH | OFlags::DIRECTORY)
    }

    /// What stands at a path of the root, the last link not followed. A path that ends in `/` or `/.` asserts a directory.
    ///
    /// # Errors
    /// [`CopyError::Io`] with what `lstat` answers.
    pub fn stat(&self, path: &Path) -> Result<PathStat, CopyError> {
        let failed = |errno: Errno| CopyError::io("lstat", self.shown(path), errno);
        let file = self.open(path, OFlags::PATH | OFlags::NOFOLLOW).map_err(failed)?;
        let kind = kind_of(&rustix::fs::fstat(&file).map_err(failed)?);
        let link_target = (kind == FileType::Symlink).then(|| self.follow(path));
        Ok(PathStat { kind, link_target })
    }

    /// Where a path finally leads, every link followed, as an absolute path of the root: as far as there is something.
    pub fn follow(&self, path: &Path) -> PathBuf {
        let mut reached = PathBuf::from("/");
        let mut left: Vec<std::ffi::OsString> = Vec::new();
        push_reversed(&mut left, path);
        let mut links = 0;
        while let Some(name) = left.pop() {
            if name == ".." {
                reached.pop();
                continue;
            }
            let next = reached.join(&name);
            match self.read_link(&next) {
                Some(target) if links < MAX_LINKS => {
                    links += 1;
                    if target.is_absolute() {
                        reached = PathBuf::from("/");
                    }
                    push_reversed(&mut left, &target);
                }
                _ => reached = next,
            }
        }
        reached
    }

    fn read_link(&self, path: &Path) -> Option<PathBuf> {
        let link = self.open(path, OFlags::PATH | OFlags::NOFOLLOW).ok()?;
        let target = rustix::fs::readlinkat(&link, "", Vec::new()).ok()?;
        Some(PathBuf::from(OsStr::from_bytes(target.as_bytes())))
    }
}

fn push_reversed(stack: &mut Vec<std::ffi::OsString>, path: &Path) {
    let names = path.components().rev().filter_map(|component| match component {
        Component::Normal(name) => Some(name.to_owned()),
        Component::ParentDir => Some("..".into()),
        _ => None,
    });
    stack.extend(names);
}

/// What a status says something is.
pub(super) fn kind_of(stat: &Stat) -> FileType {
    FileType::from_raw_mode(stat.st_mode)
}

/// The status of a name of an open directory, links not followed.
pub(super) fn status_at(directory: &OwnedFd, name: &OsStr) -> Result<Option<Stat>, Errno> {
    match rustix::fs::statat(directory, name, AtFlags::SYMLINK_NOFOLLOW) {
        Ok(stat) => Ok(Some(stat)),
        Err(Errno::NOENT) => Ok(None),
        Err(errno) => Err(errno),
    }
}
