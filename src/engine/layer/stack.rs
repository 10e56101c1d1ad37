//! Layers seen as one tree, without a mount: which path is what, when links and whiteouts are taken into account.

use std::collections::VecDeque;
use std::ffi::{OsStr, OsString};
use std::path::{Component, Path, PathBuf};

use rustix::fs::{AtFlags, CWD, FileType, Stat};
use rustix::io::Errno;

use super::LayerError;
use super::overlay::{OverlayXattrs, is_whiteout};
use super::tree::{Tree, names};

/// Links followed before we give up, as the kernel does.
const MAX_LINKS: usize = 40;

/// The same directory in the layers that have it, highest first. Layers never change, so paths will do.
pub(crate) struct LayerStack {
    directories: Vec<PathBuf>,
    xattrs: OverlayXattrs,
}

impl LayerStack {
    /// The roots of these layers, given lowest first.
    pub(crate) fn new(lowers: &[PathBuf], xattrs: OverlayXattrs) -> Self {
        Self { directories: lowers.iter().rev().cloned().collect(), xattrs }
    }

    /// Where the highest layer has this directory; `None` when none has it.
    pub(crate) fn highest(&self) -> Option<&Path> {
        self.directories.first().map(PathBuf::as_path)
    }

    /// What a name of this directory is; with where.
    pub(crate) fn find(&self, name: &OsStr) -> Result<Option<(Stat, PathBuf)>, LayerError> {
        for directory in &self.directories {
            let path = directory.join(name);
            match rustix::fs::statat(CWD, &path, AtFlags::SYMLINK_NOFOLLOW) {
                Ok(stat) => return Ok((!is_whiteout(&stat)).then_some((stat, path))),
                Err(Errno::NOENT | Errno::NOTDIR) => {}
                Err(errno) => return Err(LayerError::io(path, errno)),
            }
        }
        Ok(None)
    }

    /// A directory of this one; of no layer when it is not there.
    pub(crate) fn enter(&self, name: &OsStr) -> Result<Self, LayerError> {
        let mut inside = Vec::new();
        for directory in &self.directories {
            let path = directory.join(name);
            match rustix::fs::statat(CWD, &path, AtFlags::SYMLINK_NOFOLLOW) {
                Ok(stat) if FileType::from_raw_mode(stat.st_mode) == FileType::Directory => {
                    let opaque = self.is_opaque(&path)?;
                    inside.push(path);
                    if opaque {
                        break;
                    }
                }
                // A file, a link or a whiteout hides what lies deeper.
                Ok(_) => break,
                Err(Errno::NOENT | Errno::NOTDIR) => {}
                Err(errno) => return Err(LayerError::io(path, errno)),
            }
        }
        Ok(Self { directories: inside, xattrs: self.xattrs })
    }

    /// All the names in this directory, sorted.
    pub(crate) fn names(&self) -> Result<Vec<OsString>, LayerError> {
        let mut all = Vec::new();
        for directory in &self.directories {
            let open = Tree::open(directory)?;
            all.extend(names(open.root()).map_err(|errno| LayerError::io(directory, errno))?);
            if self.is_opaque(directory)? {
                break;
            }
        }
        all.sort();
        all.dedup();
        let mut present = Vec::with_capacity(all.len());
        for name in all {
            if self.find(&name)?.is_some() {
                present.push(name);
            }
        }
        Ok(present)
    }

    /// The directory at a path below this root, links followed inside it; `None` when there is none.
    pub(crate) fn directory(&self, path: &Path) -> Result<Option<Self>, LayerError> {
        let mut left: VecDeque<OsString> = components(path);
        let mut reached: Vec<OsString> = Vec::new();
        let mut links = 0;
        while let Some(name) = left.pop_front() {
            if name == ".." {
                reached.pop();
                continue;
            }
            let here = self.descend(&reached)?;
            let Some((stat, found)) = here.find(&name)? else { return Ok(None) };
            match FileType::from_raw_mode(stat.st_mode) {
                FileType::Directory => reached.push(name),
                FileType::Symlink if links < MAX_LINKS => {
                    links += 1;
                    let target = std::fs::read_link(&found).map_err(|error| LayerError::io(&found, error))?;
                    if target.is_absolute() {
                        reached.clear();
                    }
                    for component in components(&target).into_iter().rev() {
                        left.push_front(component);
                    }
                }
                _ => return Ok(None),
            }
        }
        self.descend(&reached).map(Some)
    }

    fn descend(&self, names: &[OsString]) -> Result<Self, LayerError> {
        let whole = Self { directories: self.directories.clone(), xattrs: self.xattrs };
        names.iter().try_fold(whole, |here, name| here.enter(name))
    }

    fn is_opaque(&self, path: &Path) -> Result<bool, LayerError> {
        let directory = Tree::open(path)?;
        self.xattrs.is_opaque(directory.root()).map_err(|errno| LayerError::io(path, errno))
    }
}

fn components(path: &Path) -> VecDeque<OsString> {
    path.components()
        .filter_map(|component| match component {
            Component::Normal(name) => Some(name.to_owned()),
            Component::ParentDir => Some("..".into()),
            Component::RootDir | Component::CurDir | Component::Prefix(_) => None,
        })
        .collect()
}
