//! `SOURCE_DATE_EPOCH`: what a step changed is no younger than that.

use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;

use rustix::fs::{AtFlags, CWD, FileType, Mode, OFlags, Timespec, Timestamps};
use rustix::io::Errno;

use crate::engine::layer::names;

/// Dates everything in a directory, itself included, that is younger than so many seconds since 1970. The step is over:
/// nobody else is at work in it.
pub(super) fn clamp(directory: &Path, epoch: i64) -> Result<(), Errno> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let open = rustix::fs::openat(CWD, directory, flags, Mode::empty())?;
    children(&open, epoch)
}

fn children(directory: &OwnedFd, epoch: i64) -> Result<(), Errno> {
    for name in names(directory)? {
        let stat = rustix::fs::statat(directory, &name, AtFlags::SYMLINK_NOFOLLOW)?;
        if FileType::from_raw_mode(stat.st_mode) == FileType::Directory {
            let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
            children(&rustix::fs::openat(directory, &name, flags, Mode::empty())?, epoch)?;
        }
        if stat.st_mtime > epoch {
            let time = Timespec { tv_sec: epoch, tv_nsec: 0 };
            let times = Timestamps { last_access: time, last_modification: time };
            rustix::fs::utimensat(directory.as_fd(), &name, &times, AtFlags::SYMLINK_NOFOLLOW)?;
        }
    }
    Ok(())
}
