//! How overlayfs writes down what is gone: whiteouts and opaque directories. Source: the kernel's
//! `filesystems/overlayfs.rst` for the directories, OCI image-spec `layer.md` for the archives.

use std::ffi::OsStr;
use std::os::fd::AsFd;

use rustix::fs::{FileType, Mode, Stat, XattrFlags};
use rustix::io::Errno;

use crate::engine::launch::Tier;

/// In front of the name of what a layer removes, in archives.
pub(crate) const WHITEOUT_PREFIX: &str = ".wh.";
/// In archives: the directory it is in hides all that lower layers have there.
pub(crate) const OPAQUE_NAME: &str = ".wh..wh..opq";
/// Left by a storage driver of the past; means nothing to us.
pub(crate) const META_PREFIX: &str = ".wh..wh.";

/// Which extended attributes overlayfs keeps its notes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OverlayXattrs {
    /// `trusted.overlay.*`: only real root may write them.
    Trusted,
    /// `user.overlay.*`: overlay mounted with `userxattr`, in a user namespace.
    User,
}

impl OverlayXattrs {
    /// What overlay mounts read at this tier.
    pub fn of(tier: Tier) -> Self {
        match tier {
            Tier::Root => Self::Trusted,
            Tier::SubordinateIds | Tier::SingleId => Self::User,
        }
    }

    fn opaque(self) -> &'static str {
        match self {
            Self::Trusted => "trusted.overlay.opaque",
            Self::User => "user.overlay.opaque",
        }
    }

    /// Makes an open directory hide what lower layers have in it.
    pub(crate) fn set_opaque(self, directory: impl AsFd) -> Result<(), Errno> {
        rustix::fs::fsetxattr(directory, self.opaque(), b"y", XattrFlags::empty())
    }

    /// Whether an open directory hides what lower layers have in it.
    pub(crate) fn is_opaque(self, directory: impl AsFd) -> Result<bool, Errno> {
        let mut value = [0_u8; 8];
        match rustix::fs::fgetxattr(directory, self.opaque(), &mut value[..]) {
            Ok(length) => Ok(length >= 1 && value[0] == b'y'),
            Err(Errno::NODATA | Errno::OPNOTSUPP | Errno::PERM) => Ok(false),
            Err(errno) => Err(errno),
        }
    }
}

/// The mode of the mark where the device is refused. No archive can hold a socket, so no layer has one of its own.
const SOCKET_MARK: u32 = 0o1000;

/// Whether a file is the mark of something gone: overlayfs' own, a character device 0:0, or its substitute.
pub(crate) fn is_whiteout(stat: &Stat) -> bool {
    match FileType::from_raw_mode(stat.st_mode) {
        FileType::CharacterDevice => stat.st_rdev == 0,
        FileType::Socket => stat.st_mode & 0o7777 == SOCKET_MARK,
        _ => false,
    }
}

/// Makes the mark of something gone. No privilege is needed for it since Linux 5.8.
///
/// Where the device cannot be made, on an overlay mount or an older kernel, it is a socket nobody can open: no overlay
/// is ever mounted there (`probe_overlay` removes a file), only we read it.
pub(crate) fn make_whiteout(directory: impl AsFd, name: &OsStr) -> Result<(), Errno> {
    match rustix::fs::mknodat(&directory, name, FileType::CharacterDevice, Mode::empty(), 0) {
        Err(Errno::PERM) => rustix::fs::mknodat(directory, name, FileType::Socket, Mode::from_raw_mode(SOCKET_MARK), 0),
        made => made,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::fs::AtFlags;
    use std::fs::File;

    #[test]
    fn only_the_substitute_among_sockets_is_a_whiteout() {
        let root = tempfile::tempdir().unwrap();
        let directory = File::open(root.path()).unwrap();
        let mut told = Vec::new();
        for (name, mode) in [("mark", SOCKET_MARK), ("real", 0o755), ("closed", 0)] {
            rustix::fs::mknodat(&directory, name, FileType::Socket, Mode::from_raw_mode(mode), 0).unwrap();
            told.push(is_whiteout(&rustix::fs::statat(&directory, name, AtFlags::SYMLINK_NOFOLLOW).unwrap()));
        }
        assert_eq!(told, [true, false, false]);
    }
}
