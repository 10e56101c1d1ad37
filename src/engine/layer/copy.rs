//! What a copy takes over from its original beside its content: owner, attributes, mode, date.

use std::ffi::OsStr;
use std::os::fd::OwnedFd;

use rustix::fs::{AtFlags, Gid, Mode, Stat, Timespec, Timestamps, Uid};
use rustix::io::Errno;

use super::unpack::Owners;
use super::xattr;

/// A copy, its original, and whether owners are kept.
pub(crate) struct Dress<'a> {
    pub made: &'a OwnedFd,
    pub original: &'a OwnedFd,
    pub owners: Owners,
}

/// Gives a copied file or directory all that its original has.
pub(crate) fn dress(copy: &Dress<'_>) -> Result<(), Errno> {
    let stat = rustix::fs::fstat(copy.original)?;
    if let Some((uid, gid)) = owner(&stat, copy.owners) {
        rustix::fs::fchown(copy.made, Some(uid), Some(gid))?;
    }
    xattr::write(copy.made, &xattr::read(copy.original)?)?;
    rustix::fs::fchmod(copy.made, Mode::from_raw_mode(stat.st_mode & 0o7777))?;
    rustix::fs::futimens(copy.made, &times(&stat))
}

/// The same for a symbolic link, which cannot be opened.
pub(crate) fn dress_link(directory: &OwnedFd, name: &OsStr, stat: &Stat, owners: Owners) -> Result<(), Errno> {
    if let Some((uid, gid)) = owner(stat, owners) {
        rustix::fs::chownat(directory, name, Some(uid), Some(gid), AtFlags::SYMLINK_NOFOLLOW)?;
    }
    rustix::fs::utimensat(directory, name, &times(stat), AtFlags::SYMLINK_NOFOLLOW)
}

fn owner(stat: &Stat, owners: Owners) -> Option<(Uid, Gid)> {
    (owners == Owners::Keep).then(|| (Uid::from_raw(stat.st_uid), Gid::from_raw(stat.st_gid)))
}

fn times(stat: &Stat) -> Timestamps {
    let instant = Timespec { tv_sec: stat.st_mtime, tv_nsec: i64::try_from(stat.st_mtime_nsec).unwrap_or(0) };
    Timestamps { last_access: instant, last_modification: instant }
}
