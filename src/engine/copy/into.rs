//! An archive laid over a directory that is in use: of a container, or of the host.
//!
//! Directories are merged, files are replaced by new ones, a file never takes a directory's place nor the other way round.
//! Source of these rules: moby `pkg/archive`, `NoOverwriteDirNonDir`.

use std::borrow::Cow;
use std::ffi::OsString;
use std::io::{self, Read};
use std::mem;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, FileType, Gid, Mode, OFlags, StatxAttributes, StatxFlags, Uid, makedev};
use rustix::io::Errno;
use tar::{Archive, Entry, EntryType};

use super::place::{kind_of, status_at};
use super::{CopyError, Place};
use crate::engine::layer::{EntryPath, Extension, LayerError, Metadata, UnpackLimits, mtime_as_times, write_xattrs};

/// How an archive arrives.
#[derive(Debug, Clone, Copy, Default)]
pub struct Arrival {
    /// Whether files get the owners the archive names; else they are ours.
    pub keep_owners: bool,
    /// The owner of all files, whatever the archive says.
    pub owner: Option<(u32, u32)>,
}

/// Unpacks an uncompressed archive into an existing directory.
///
/// # Errors
/// [`CopyError`]; what was unpacked before stays.
pub fn unpack_into(place: &Place, archive: impl Read, arrival: Arrival) -> Result<(), CopyError> {
    let mut archive = Archive::new(archive);
    let mut unpacking = Arriving { place, arrival, directories: Vec::new() };
    let mut extension = Extension::default();
    let limits = UnpackLimits::default();
    let mut count = 0_u64;
    for entry in archive.entries().map_err(LayerError::Archive)?.raw(true) {
        let mut entry = entry.map_err(LayerError::Archive)?;
        count += 1;
        if count > limits.entries {
            return Err(LayerError::TooMuch { limit: limits.entries, unit: "entries" }.into());
        }
        if !extension.take_in(&mut entry)? {
            unpacking.entry(entry, &mem::take(&mut extension))?;
        }
    }
    unpacking.date_directories();
    // Whoever writes into a pipe must be able to finish.
    io::copy(&mut archive.into_inner(), &mut io::sink()).map_err(LayerError::Archive)?;
    Ok(())
}

struct Arriving<'a> {
    place: &'a Place,
    arrival: Arrival,
    /// Dated last: each file made in a directory changes its date.
    directories: Vec<(PathBuf, i64)>,
}

impl Arriving<'_> {
    fn entry<R: Read>(&mut self, mut entry: Entry<'_, R>, extension: &Extension) -> Result<(), CopyError> {
        let kind = entry.header().entry_type();
        if kind == EntryType::XGlobalHeader {
            return Ok(());
        }
        let name = extension.path.clone().unwrap_or_else(|| entry.path_bytes().into_owned());
        let path = EntryPath::parse(&name)?;
        let metadata = Metadata::read(&entry, extension, &path)?;
        let target = extension.link.clone().or_else(|| entry.link_name_bytes().map(Cow::into_owned));
        // The directory itself stays as it is.
        if path.is_root() {
            return Ok(());
        }
        let parent = self.make_parent(path.parent())?;
        let (name, shown) = (path.name(), self.place.shown(path.as_path()));
        let there = status_at(&parent, &name).map_err(|errno| CopyError::io("lstat", &shown, errno))?;
        let is_directory = kind == EntryType::Directory;
        let merged = match there.map(|there| kind_of(&there).is_dir()) {
            Some(true) if !is_directory => {
                return Err(CopyError::FileOverDirectory { path: shown, place: self.place.shown(Path::new("")) });
            }
            Some(false) if is_directory => {
                return Err(CopyError::DirectoryOverFile { path: shown, place: self.place.shown(Path::new("")) });
            }
            Some(true) => true,
            Some(false) => {
                refuse_mount(&parent, &name).map_err(|errno| CopyError::io("unlinkat", &shown, errno))?;
                rustix::fs::unlinkat(&parent, &name, AtFlags::empty())
                    .map_err(|errno| CopyError::io("unlinkat", &shown, errno))?;
                false
            }
            None => false,
        };
        let item = Item { parent: &parent, name: &name, shown: &shown, metadata: &metadata };
        match kind {
            EntryType::Directory => self.directory(&item, path.as_path(), merged),
            EntryType::Regular | EntryType::Continuous => self.file(&item, &mut entry),
            EntryType::Symlink => self.symbolic_link(&item, target),
            EntryType::Link => self.hard_link(&item, target),
            EntryType::Fifo => self.node(&item, FileType::Fifo, 0),
            EntryType::Char | EntryType::Block => {
                let kind = if kind == EntryType::Char { FileType::CharacterDevice } else { FileType::BlockDevice };
                let number = |field: io::Result<Option<u32>>| field.map(Option::unwrap_or_default);
                let major = number(entry.header().device_major()).map_err(LayerError::Archive)?;
                let minor = number(entry.header().device_minor()).map_err(LayerError::Archive)?;
                self.node(&item, kind, makedev(major, minor))
            }
            _ => Err(path.refused("unknown kind of entry").into()),
        }
    }

    fn directory(&mut self, item: &Item<'_>, path: &Path, merged: bool) -> Result<(), CopyError> {
        let failed = |errno| CopyError::io("mkdir", item.shown, errno);
        if !merged {
            rustix::fs::mkdirat(item.parent, item.name, Mode::from_raw_mode(0o700)).map_err(failed)?;
        }
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let made = rustix::fs::openat(item.parent, item.name, flags, Mode::empty()).map_err(failed)?;
        self.dress(&made, item)?;
        self.directories.push((path.to_owned(), item.metadata.modified));
        Ok(())
    }

    fn file(&self, item: &Item<'_>, content: &mut Entry<'_, impl Read>) -> Result<(), CopyError> {
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let file = rustix::fs::openat(item.parent, item.name, flags, Mode::from_raw_mode(0o600))
            .map_err(|errno| CopyError::io("open", item.shown, errno))?;
        let mut file = std::fs::File::from(file);
        let size = content.size();
        let copied = io::copy(content, &mut file).map_err(|error| CopyError::io("write", item.shown, error))?;
        if copied != size {
            return Err(LayerError::Archive(io::ErrorKind::UnexpectedEof.into()).into());
        }
        let file = OwnedFd::from(file);
        self.dress(&file, item)?;
        rustix::fs::futimens(&file, &mtime_as_times(item.metadata.modified))
            .map_err(|errno| CopyError::io("chtimes", item.shown, errno))
    }

    fn symbolic_link(&self, item: &Item<'_>, target: Option<Vec<u8>>) -> Result<(), CopyError> {
        let failed = |errno| CopyError::io("symlink", item.shown, errno);
        rustix::fs::symlinkat(target.unwrap_or_default(), item.parent, item.name).map_err(failed)?;
        self.own_by_name(item)?;
        let times = mtime_as_times(item.metadata.modified);
        rustix::fs::utimensat(item.parent, item.name, &times, AtFlags::SYMLINK_NOFOLLOW).map_err(failed)
    }

    fn hard_link(&self, item: &Item<'_>, target: Option<Vec<u8>>) -> Result<(), CopyError> {
        let target = EntryPath::parse(&target.unwrap_or_default())?;
        let failed = |errno| CopyError::io("link", item.shown, errno);
        let parent = self.place.directory(target.parent()).map_err(failed)?;
        rustix::fs::linkat(&parent, target.name(), item.parent, item.name, AtFlags::empty()).map_err(failed)
    }

    fn node(&self, item: &Item<'_>, kind: FileType, device: u64) -> Result<(), CopyError> {
        let failed = |errno| CopyError::io("mknod", item.shown, errno);
        rustix::fs::mknodat(item.parent, item.name, kind, Mode::from_raw_mode(0o600), device).map_err(failed)?;
        self.own_by_name(item)?;
        rustix::fs::chmodat(item.parent, item.name, item.metadata.mode, AtFlags::empty()).map_err(failed)?;
        let times = mtime_as_times(item.metadata.modified);
        rustix::fs::utimensat(item.parent, item.name, &times, AtFlags::SYMLINK_NOFOLLOW).map_err(failed)
    }

    /// Owner, attributes, mode.
    fn dress(&self, made: &OwnedFd, item: &Item<'_>) -> Result<(), CopyError> {
        if let Some((uid, gid)) = self.owner(item.metadata) {
            rustix::fs::fchown(made, Some(uid), Some(gid))
                .map_err(|errno| CopyError::io("lchown", item.shown, errno))?;
        }
        write_xattrs(made, &item.metadata.xattrs).map_err(|errno| CopyError::io("setxattr", item.shown, errno))?;
        rustix::fs::fchmod(made, item.metadata.mode).map_err(|errno| CopyError::io("chmod", item.shown, errno))
    }

    fn own_by_name(&self, item: &Item<'_>) -> Result<(), CopyError> {
        let Some((uid, gid)) = self.owner(item.metadata) else { return Ok(()) };
        rustix::fs::chownat(item.parent, item.name, Some(uid), Some(gid), AtFlags::SYMLINK_NOFOLLOW)
            .map_err(|errno| CopyError::io("lchown", item.shown, errno))
    }

    fn owner(&self, metadata: &Metadata) -> Option<(Uid, Gid)> {
        let (uid, gid) = self.arrival.owner.or(self.arrival.keep_owners.then_some(metadata.owner))?;
        Some((Uid::from_raw(uid), Gid::from_raw(gid)))
    }

    /// The directory an entry stands in, made when the archive left it out.
    fn make_parent(&self, parent: &Path) -> Result<OwnedFd, CopyError> {
        match self.place.directory(parent) {
            Err(Errno::NOENT) if !parent.as_os_str().is_empty() => {}
            other => return other.map_err(|errno| CopyError::io("open", self.place.shown(parent), errno)),
        }
        let above = self.make_parent(parent.parent().unwrap_or(Path::new("")))?;
        let name: OsString = parent.file_name().unwrap_or_default().to_owned();
        let failed = |errno| CopyError::io("mkdir", self.place.shown(parent), errno);
        match rustix::fs::mkdirat(&above, &name, Mode::from_raw_mode(0o755)) {
            Ok(()) | Err(Errno::EXIST) => self.place.directory(parent).map_err(failed),
            Err(errno) => Err(failed(errno)),
        }
    }

    fn date_directories(&self) {
        for (path, modified) in &self.directories {
            // One that was taken away since needs no date.
            if let Ok(directory) = self.place.open(path, OFlags::RDONLY | OFlags::DIRECTORY) {
                let _ = rustix::fs::futimens(&directory, &mtime_as_times(*modified));
            }
        }
    }
}

/// What something is mounted on cannot be replaced. In its own namespace the kernel says so; from ours it would take the
/// container's mount away.
fn refuse_mount(parent: &OwnedFd, name: &OsString) -> Result<(), Errno> {
    let flags = OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let file = rustix::fs::openat(parent, name, flags, Mode::empty())?;
    let status = rustix::fs::statx(&file, "", AtFlags::EMPTY_PATH, StatxFlags::TYPE)?;
    if status.stx_attributes.contains(StatxAttributes::MOUNT_ROOT) { Err(Errno::BUSY) } else { Ok(()) }
}

/// One entry, where it goes.
struct Item<'a> {
    parent: &'a OwnedFd,
    name: &'a OsString,
    shown: &'a Path,
    metadata: &'a Metadata,
}
