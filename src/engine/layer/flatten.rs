//! A directory of an image copied out of its layers, without a mount: what a new volume begins with.

use std::ffi::OsStr;
use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use rustix::fs::{FileType, Mode, OFlags, Stat};

use super::LayerError;
use super::copy::{Dress, dress, dress_link};
use super::overlay::OverlayXattrs;
use super::stack::{LayerStack, Place};
use super::tree::Tree;
use super::unpack::Owners;

/// Copies what layers (lowest first) have together at `inside` to an existing empty directory, which takes the mode, the
/// owner and the date of the original. False, and nothing copied, when the layers have no directory there.
///
/// # Errors
/// [`LayerError::Io`] with the path.
pub fn flatten(
    lowers: &[PathBuf],
    inside: &Path,
    target: &Path,
    owners: Owners,
    xattrs: OverlayXattrs,
) -> Result<bool, LayerError> {
    let place = LayerStack::new(lowers, xattrs).resolve(inside)?;
    let Some(Place { on_host, directory: Some(source) }) = place else { return Ok(false) };
    let into = Tree::open(target)?;
    let failed = |errno| LayerError::io(target, errno);
    let copying = Copying { owners };
    copying.children(&source, into.root(), target)?;
    let original = Tree::open(&on_host)?;
    dress(&Dress { made: into.root(), original: original.root(), owners }).map_err(failed)?;
    Ok(true)
}

struct Copying {
    owners: Owners,
}

impl Copying {
    fn children(&self, source: &LayerStack, into: &OwnedFd, target: &Path) -> Result<(), LayerError> {
        for name in source.names()? {
            if let Some((stat, from)) = source.find(&name)? {
                self.child(source, into, &name, &stat, &from, &target.join(&name))?;
            }
        }
        Ok(())
    }

    fn child(
        &self,
        source: &LayerStack,
        into: &OwnedFd,
        name: &OsStr,
        stat: &Stat,
        from: &Path,
        target: &Path,
    ) -> Result<(), LayerError> {
        let failed = |errno| LayerError::io(target, errno);
        match FileType::from_raw_mode(stat.st_mode) {
            FileType::Directory => {
                rustix::fs::mkdirat(into, name, Mode::from_raw_mode(0o700)).map_err(failed)?;
                let made = Tree::open(target)?;
                self.children(&source.enter(name)?, made.root(), target)?;
                let original = Tree::open(from)?;
                dress(&Dress { made: made.root(), original: original.root(), owners: self.owners }).map_err(failed)
            }
            FileType::RegularFile => {
                let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
                let made = rustix::fs::openat(into, name, flags, Mode::from_raw_mode(0o600)).map_err(failed)?;
                let mut original = File::open(from).map_err(|error| LayerError::io(from, error))?;
                let mut copy = File::from(made);
                // The kernel copies, and shares the blocks where the file system can.
                io::copy(&mut original, &mut copy).map_err(|error| LayerError::io(target, error))?;
                dress(&Dress { made: &copy.into(), original: &original.into(), owners: self.owners }).map_err(failed)
            }
            FileType::Symlink => {
                let link = std::fs::read_link(from).map_err(|error| LayerError::io(from, error))?;
                rustix::fs::symlinkat(&link, into, name).map_err(failed)?;
                dress_link(into, name, stat, self.owners).map_err(failed)
            }
            FileType::Fifo => {
                rustix::fs::mkfifoat(into, name, Mode::from_raw_mode(stat.st_mode & 0o7777)).map_err(failed)
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::layer::overlay::make_whiteout;
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};

    fn write(root: &Path, name: &str, content: &str) {
        let path = root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    #[test]
    fn what_the_layers_have_together_is_copied() {
        let root = tempfile::tempdir().unwrap();
        let [low, high, target] = ["low", "high", "target"].map(|name| root.path().join(name));
        write(&low, "srv/data/old", "old");
        write(&low, "srv/data/gone", "gone");
        write(&low, "srv/data/both", "low");
        write(&low, "srv/data/opaque/hidden", "x");
        symlink("/srv/data", low.join("shortcut")).unwrap();
        write(&high, "srv/data/both", "high");
        write(&high, "srv/data/opaque/new", "x");
        make_whiteout(Tree::open(&high.join("srv/data")).unwrap().root(), OsStr::new("gone")).unwrap();
        OverlayXattrs::User.set_opaque(Tree::open(&high.join("srv/data/opaque")).unwrap().root()).unwrap();
        fs::set_permissions(high.join("srv/data"), fs::Permissions::from_mode(0o1777)).unwrap();
        fs::create_dir(&target).unwrap();

        let lowers = [low, high];
        let copy =
            |inside: &str| flatten(&lowers, Path::new(inside), &target, Owners::Ignore, OverlayXattrs::User).unwrap();
        assert!(!copy("/nowhere") && !copy("/srv/data/old"));
        assert!(copy("/shortcut"));
        let mut names: Vec<_> = fs::read_dir(&target).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, ["both", "old", "opaque"]);
        assert_eq!(fs::read_to_string(target.join("both")).unwrap(), "high");
        assert!(target.join("opaque/new").exists() && !target.join("opaque/hidden").exists());
        assert_eq!(fs::metadata(&target).unwrap().permissions().mode() & 0o7777, 0o1777);
    }
}
