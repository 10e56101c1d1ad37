//! How large a layer is, as Docker counts: the length of every file and link, each inode once, directories for nothing.

use std::collections::HashSet;
use std::os::fd::OwnedFd;
use std::path::Path;

use rustix::fs::{AtFlags, FileType, Mode, OFlags};
use rustix::io::Errno;

use super::LayerError;
use super::tree::{Tree, names};

/// Bytes in all that is under a directory.
///
/// # Errors
/// [`LayerError::Io`] with the directory.
pub fn size_of(directory: &Path) -> Result<u64, LayerError> {
    let tree = Tree::open(directory)?;
    add(tree.root(), &mut HashSet::new()).map_err(|errno| LayerError::io(directory, errno))
}

fn add(directory: &OwnedFd, counted: &mut HashSet<(u64, u64)>) -> Result<u64, Errno> {
    let mut bytes = 0_u64;
    for name in names(directory)? {
        let stat = match rustix::fs::statat(directory, &name, AtFlags::SYMLINK_NOFOLLOW) {
            Ok(stat) => stat,
            Err(Errno::NOENT) => continue,
            Err(errno) => return Err(errno),
        };
        if FileType::from_raw_mode(stat.st_mode) == FileType::Directory {
            let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            match rustix::fs::openat(directory, &name, flags, Mode::empty()) {
                Ok(inside) => bytes += add(&inside, counted)?,
                Err(Errno::NOENT | Errno::NOTDIR | Errno::LOOP) => {}
                Err(errno) => return Err(errno),
            }
        } else if stat.st_nlink < 2 || counted.insert((stat.st_dev, stat.st_ino)) {
            bytes += u64::try_from(stat.st_size).unwrap_or(0);
        }
    }
    Ok(bytes)
}
