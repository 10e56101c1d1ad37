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
#[derive(Debug, Clone)]
pub(crate) struct LayerStack {
    directories: Vec<PathBuf>,
    xattrs: OverlayXattrs,
}

/// Where a path leads.
#[derive(Debug)]
pub(crate) struct Place {
    /// The highest layer's, on the host.
    pub on_host: PathBuf,
    /// What it holds, when it is a directory.
    pub directory: Option<LayerStack>,
}

impl LayerStack {
    /// The roots of these layers, given lowest first.
    pub(crate) fn new(lowers: &[PathBuf], xattrs: OverlayXattrs) -> Self {
        Self { directories: lowers.iter().rev().cloned().collect(), xattrs }
    }

    /// The same, given highest first.
    pub(crate) fn highest_first(directories: Vec<PathBuf>, xattrs: OverlayXattrs) -> Self {
        Self { directories, xattrs }
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

    /// What stands at a path below this root, links followed inside it; `None` when nothing does.
    /// A link that leads nowhere is what stands there itself.
    pub(crate) fn resolve(&self, path: &Path) -> Result<Option<Place>, LayerError> {
        self.walk(components(path), &mut { MAX_LINKS })
    }

    fn walk(&self, mut left: VecDeque<OsString>, links: &mut usize) -> Result<Option<Place>, LayerError> {
        let mut reached: Vec<OsString> = Vec::new();
        let mut here = self.clone();
        while let Some(name) = left.pop_front() {
            if name == ".." {
                reached.pop();
                here = reached.iter().try_fold(self.clone(), |here, name| here.enter(name))?;
                continue;
            }
            let Some((stat, on_host)) = here.find(&name)? else { return Ok(None) };
            match FileType::from_raw_mode(stat.st_mode) {
                FileType::Directory => {
                    here = here.enter(&name)?;
                    reached.push(name);
                }
                FileType::Symlink => {
                    let last = left.is_empty();
                    let followed = match links.checked_sub(1) {
                        None => None,
                        Some(fewer) => {
                            *links = fewer;
                            let target =
                                std::fs::read_link(&on_host).map_err(|error| LayerError::io(&on_host, error))?;
                            let mut whole =
                                if target.is_absolute() { VecDeque::new() } else { VecDeque::from(reached) };
                            whole.extend(components(&target));
                            whole.extend(left);
                            self.walk(whole, links)?
                        }
                    };
                    return Ok(if followed.is_none() && last {
                        Some(Place { on_host, directory: None })
                    } else {
                        followed
                    });
                }
                _ if left.is_empty() => return Ok(Some(Place { on_host, directory: None })),
                _ => return Ok(None),
            }
        }
        Ok(here.highest().map(Path::to_owned).map(|on_host| Place { on_host, directory: Some(here) }))
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
