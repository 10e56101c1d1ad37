//! An archive over a directory. The archive is hostile until proven otherwise: see [`Tree`] for where its names may
//! lead, [`EntryPath`] for the names themselves, [`UnpackLimits`] for how much of it we take.
//!
//! The result is in overlayfs' own format, directly usable as a lower directory. Device nodes are left out at every tier
//! (`/dev` of a container is ours, and without a device cgroup a node in the image would be a door to the host's disks).

use std::borrow::Cow;
use std::io::{self, Read};
use std::mem;
use std::path::Path;

use rustix::fs::{AtFlags, FileType, Gid, Mode, Timespec, Timestamps, Uid};
use rustix::io::Errno;
use tar::{Archive, Entry, EntryType};

use super::entry_path::EntryPath;
use super::extension::Extension;
use super::limits::UnpackLimits;
use super::overlay::OverlayXattrs;
use super::tree::{Tree, kind_at, remove_at};
use super::whiteout::{apply_whiteout, is_whiteout_name};
use super::{LayerError, xattr};
use crate::engine::launch::Tier;
use crate::engine::{PIECE, pour_through};

/// How an archive is laid down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnpackOptions {
    /// What happens to the owners the archive names.
    pub owners: Owners,
    /// Where overlayfs keeps its notes.
    pub xattrs: OverlayXattrs,
    /// How much we take.
    pub limits: UnpackLimits,
}

/// What happens to the owners the archive names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Owners {
    /// Each file is given to its owner.
    Keep,
    /// Every file is ours: no other id exists here.
    Ignore,
}

impl UnpackOptions {
    /// What fits this tier.
    pub fn of(tier: Tier) -> Self {
        Self {
            owners: if tier == Tier::SingleId { Owners::Ignore } else { Owners::Keep },
            xattrs: OverlayXattrs::of(tier),
            limits: UnpackLimits::default(),
        }
    }
}

/// Unpacks an uncompressed archive over an existing directory, reading it to its very end.
///
/// # Errors
/// [`LayerError::Refused`] and [`LayerError::TooMuch`] for what no honest layer holds, [`LayerError::Archive`] for what
/// is not a tar, [`LayerError::Io`] with the path. The directory then holds a part: the caller stages it.
pub fn unpack(archive: impl Read, directory: &Path, options: UnpackOptions) -> Result<(), LayerError> {
    let mut archive = Archive::new(archive);
    let mut unpacking = Unpacking {
        tree: Tree::open(directory)?,
        options,
        entries: 0,
        bytes: 0,
        directories: Vec::new(),
        buffer: vec![0; PIECE],
    };
    let mut extension = Extension::default();
    for entry in archive.entries().map_err(LayerError::Archive)?.raw(true) {
        let mut entry = entry.map_err(LayerError::Archive)?;
        unpacking.count(entry.size())?;
        if !extension.take_in(&mut entry)? {
            unpacking.entry(entry, &mem::take(&mut extension))?;
        }
    }
    unpacking.date_directories()?;
    drain(archive.into_inner(), options.limits.bytes)
}

struct Unpacking {
    tree: Tree,
    options: UnpackOptions,
    entries: u64,
    bytes: u64,
    /// Dated last: each file made in a directory changes its date.
    directories: Vec<(EntryPath, i64)>,
    /// What contents pass through.
    buffer: Vec<u8>,
}

/// What every kind of entry has.
pub(crate) struct Metadata {
    /// User and group.
    pub owner: (u32, u32),
    /// Permission bits, set-user-id and the like included.
    pub mode: Mode,
    /// Seconds since 1970.
    pub modified: i64,
    /// Those that travel.
    pub xattrs: Vec<(String, Vec<u8>)>,
}

impl Unpacking {
    fn count(&mut self, bytes: u64) -> Result<(), LayerError> {
        self.entries += 1;
        cap(self.entries, self.options.limits.entries, "entries")?;
        self.bytes = self.bytes.saturating_add(bytes);
        cap(self.bytes, self.options.limits.bytes, "bytes")
    }

    fn entry<R: Read>(&mut self, mut entry: Entry<'_, R>, extension: &Extension) -> Result<(), LayerError> {
        let kind = entry.header().entry_type();
        if kind == EntryType::XGlobalHeader {
            return Ok(());
        }
        let path = match &extension.path {
            Some(path) => EntryPath::parse(path)?,
            None => EntryPath::parse(&entry.path_bytes())?,
        };
        let metadata = Metadata::read(&entry, extension, &path)?;
        let target = extension.link.clone().or_else(|| entry.link_name_bytes().map(Cow::into_owned));
        if path.is_root() {
            return match kind {
                EntryType::Directory => self.dress(&path, &metadata),
                _ => Err(LayerError::refused(&entry.path_bytes(), "the root of a layer is a directory")),
            };
        }
        if path.parent().components().any(|component| is_whiteout_name(component.as_os_str())) {
            return Err(path.refused("inside what is removed"));
        }
        // Some readers pass over that many bytes, others (Go's) do not: they would see different entries behind it.
        if entry.size() > 0 && has_no_content(kind) {
            return Err(path.refused("a size where there is no content"));
        }
        if is_whiteout_name(&path.name()) {
            return self.whiteout(&path, &metadata);
        }
        match kind {
            EntryType::Directory => self.directory(&path, &metadata),
            EntryType::Regular | EntryType::Continuous => self.file(&path, &metadata, &mut entry),
            EntryType::Link => self.hard_link(&path, target),
            EntryType::Symlink => self.symbolic_link(&path, &metadata, target),
            EntryType::Fifo => self.fifo(&path, &metadata),
            EntryType::Char | EntryType::Block => Ok(()),
            _ => Err(path.refused("unknown kind of entry")),
        }
    }

    /// The mark itself has an owner and a date: packed again, the layer has the same bytes.
    fn whiteout(&self, path: &EntryPath, metadata: &Metadata) -> Result<(), LayerError> {
        let Some((parent, mark)) = apply_whiteout(&self.tree, path, self.options.xattrs)? else { return Ok(()) };
        let failed = |errno| LayerError::io(self.tree.on_host(path), errno);
        if let Some((uid, gid)) = self.owner(metadata) {
            rustix::fs::chownat(&parent, &mark, Some(uid), Some(gid), AtFlags::SYMLINK_NOFOLLOW).map_err(failed)?;
        }
        rustix::fs::utimensat(&parent, &mark, &times(metadata.modified), AtFlags::SYMLINK_NOFOLLOW).map_err(failed)
    }

    fn directory(&mut self, path: &EntryPath, metadata: &Metadata) -> Result<(), LayerError> {
        let parent = self.tree.make_parent(path)?;
        let name = path.name();
        let failed = |errno| LayerError::io(self.tree.on_host(path), errno);
        let was = kind_at(&parent, &name).map_err(failed)?;
        if was != Some(FileType::Directory) {
            if was.is_some() {
                remove_at(&parent, &name).map_err(failed)?;
            }
            self.tree.make_directory(&parent, &name, path, Mode::from_raw_mode(0o700))?;
            if was == Some(FileType::CharacterDevice) {
                // Removed, then made anew: nothing of the lower layers shows through.
                let made = self.tree.directory(path.as_path()).map_err(failed)?;
                self.options.xattrs.set_opaque(&made).map_err(failed)?;
            }
        }
        self.dress(path, metadata)
    }

    fn file(
        &mut self,
        path: &EntryPath,
        metadata: &Metadata,
        content: &mut Entry<'_, impl Read>,
    ) -> Result<(), LayerError> {
        use rustix::fs::OFlags;
        let parent = self.clear(path)?;
        let failed = |errno| LayerError::io(self.tree.on_host(path), errno);
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let file = rustix::fs::openat(&parent, path.name(), flags, Mode::from_raw_mode(0o600)).map_err(failed)?;
        let mut file = std::fs::File::from(file);
        let size = content.size();
        let copied = pour_through(&mut self.buffer, content, &mut file)
            .map_err(|error| LayerError::io(self.tree.on_host(path), error))?;
        if copied != size {
            return Err(LayerError::Archive(io::ErrorKind::UnexpectedEof.into()));
        }
        if let Some((uid, gid)) = self.owner(metadata) {
            rustix::fs::fchown(&file, Some(uid), Some(gid)).map_err(failed)?;
        }
        xattr::write(&file, &metadata.xattrs).map_err(failed)?;
        rustix::fs::fchmod(&file, metadata.mode).map_err(failed)?;
        rustix::fs::futimens(&file, &times(metadata.modified)).map_err(failed)
    }

    fn hard_link(&self, path: &EntryPath, target: Option<Vec<u8>>) -> Result<(), LayerError> {
        let target = target.ok_or_else(|| path.refused("a link without a target"))?;
        let target = EntryPath::parse(&target)?;
        if target == *path {
            return Err(path.refused("a link to itself"));
        }
        let missing = || path.refused("a hard link to what is not in the layer");
        let target_parent = self.tree.parent(&target).map_err(|_| missing())?;
        let failed = |errno| LayerError::io(self.tree.on_host(path), errno);
        match kind_at(&target_parent, &target.name()).map_err(failed)? {
            Some(FileType::Directory) => return Err(path.refused("a hard link to a directory")),
            Some(_) => {}
            None => return Err(missing()),
        }
        let parent = self.clear(path)?;
        match rustix::fs::linkat(&target_parent, target.name(), &parent, path.name(), AtFlags::empty()) {
            // Making room for the link removed its target: they were one name through a link.
            Err(Errno::NOENT) => Err(missing()),
            other => other.map_err(failed),
        }
    }

    fn symbolic_link(&self, path: &EntryPath, metadata: &Metadata, target: Option<Vec<u8>>) -> Result<(), LayerError> {
        let target = target.ok_or_else(|| path.refused("a link without a target"))?;
        if target.is_empty() || target.contains(&0) {
            return Err(path.refused("a link to nowhere"));
        }
        let parent = self.clear(path)?;
        let failed = |errno| LayerError::io(self.tree.on_host(path), errno);
        // Kept as it is, wherever it leads: it is only ever followed inside a root.
        rustix::fs::symlinkat(target, &parent, path.name()).map_err(failed)?;
        self.own(&parent, path, metadata)?;
        rustix::fs::utimensat(&parent, path.name(), &times(metadata.modified), AtFlags::SYMLINK_NOFOLLOW)
            .map_err(failed)
    }

    fn fifo(&self, path: &EntryPath, metadata: &Metadata) -> Result<(), LayerError> {
        let parent = self.clear(path)?;
        let failed = |errno| LayerError::io(self.tree.on_host(path), errno);
        rustix::fs::mkfifoat(&parent, path.name(), Mode::from_raw_mode(0o600)).map_err(failed)?;
        self.own(&parent, path, metadata)?;
        rustix::fs::chmodat(&parent, path.name(), metadata.mode, AtFlags::empty()).map_err(failed)?;
        rustix::fs::utimensat(&parent, path.name(), &times(metadata.modified), AtFlags::SYMLINK_NOFOLLOW)
            .map_err(failed)
    }

    /// The entry's parent, with nothing of the entry's name in it.
    fn clear(&self, path: &EntryPath) -> Result<std::os::fd::OwnedFd, LayerError> {
        let parent = self.tree.make_parent(path)?;
        match remove_at(&parent, &path.name()) {
            Ok(()) | Err(Errno::NOENT) => Ok(parent),
            Err(errno) => Err(LayerError::io(self.tree.on_host(path), errno)),
        }
    }

    /// Gives a directory its owner, mode and attributes; its date comes last.
    fn dress(&mut self, path: &EntryPath, metadata: &Metadata) -> Result<(), LayerError> {
        let failed = |errno| LayerError::io(self.tree.on_host(path), errno);
        let directory = self.tree.directory(path.as_path()).map_err(failed)?;
        if let Some((uid, gid)) = self.owner(metadata) {
            rustix::fs::fchown(&directory, Some(uid), Some(gid)).map_err(failed)?;
        }
        xattr::write(&directory, &metadata.xattrs).map_err(failed)?;
        rustix::fs::fchmod(&directory, metadata.mode).map_err(failed)?;
        self.directories.push((path.clone(), metadata.modified));
        Ok(())
    }

    fn own(&self, parent: &std::os::fd::OwnedFd, path: &EntryPath, metadata: &Metadata) -> Result<(), LayerError> {
        let Some((uid, gid)) = self.owner(metadata) else { return Ok(()) };
        rustix::fs::chownat(parent, path.name(), Some(uid), Some(gid), AtFlags::SYMLINK_NOFOLLOW)
            .map_err(|errno| LayerError::io(self.tree.on_host(path), errno))
    }

    fn owner(&self, metadata: &Metadata) -> Option<(Uid, Gid)> {
        let (uid, gid) = metadata.owner;
        (self.options.owners == Owners::Keep).then(|| (Uid::from_raw(uid), Gid::from_raw(gid)))
    }

    fn date_directories(&self) -> Result<(), LayerError> {
        for (path, modified) in &self.directories {
            // A later entry may have put something else in its place.
            if let Ok(directory) = self.tree.directory(path.as_path()) {
                rustix::fs::futimens(&directory, &times(*modified))
                    .map_err(|errno| LayerError::io(self.tree.on_host(path), errno))?;
            }
        }
        Ok(())
    }
}

impl Metadata {
    /// What the header says, corrected by what stood in front of it.
    pub(crate) fn read(
        entry: &Entry<'_, impl Read>,
        extension: &Extension,
        path: &EntryPath,
    ) -> Result<Self, LayerError> {
        let header = entry.header();
        if extension.number("size")?.is_some_and(|size| size != entry.size()) {
            return Err(path.refused("two sizes"));
        }
        let fields = header.as_old();
        let number = |key: &str, field: &[u8], read: io::Result<u64>| match extension.number(key)? {
            Some(number) => Ok(number),
            None => numeric(field, read),
        };
        let id = |number: u64| {
            // The highest number means "leave it" to the kernel, never an owner.
            u32::try_from(number)
                .ok()
                .filter(|id| *id != u32::MAX)
                .ok_or_else(|| path.refused("an owner that cannot be"))
        };
        let modified = match extension.modified()? {
            Some(seconds) => seconds,
            None => i64::try_from(numeric(&fields.mtime, header.mtime())?).unwrap_or(0),
        };
        Ok(Self {
            owner: (id(number("uid", &fields.uid, header.uid())?)?, id(number("gid", &fields.gid, header.gid())?)?),
            mode: Mode::from_raw_mode(numeric(&fields.mode, header.mode())? & 0o7777),
            modified,
            xattrs: xattr::asked_for(extension),
        })
    }
}

/// A number of a header; one that is not there is nought, as Go reads it.
fn numeric<T: Default>(field: &[u8], read: io::Result<T>) -> Result<T, LayerError> {
    if field.iter().all(|byte| matches!(byte, 0 | b' ')) { Ok(T::default()) } else { read.map_err(LayerError::Archive) }
}

fn has_no_content(kind: EntryType) -> bool {
    use EntryType::{Block, Char, Directory, Fifo, Link, Symlink};
    matches!(kind, Block | Char | Directory | Fifo | Link | Symlink)
}

fn cap(count: u64, limit: u64, unit: &'static str) -> Result<(), LayerError> {
    if count > limit { Err(LayerError::TooMuch { limit, unit }) } else { Ok(()) }
}

/// A date in whole seconds, as the kernel wants it.
pub(crate) fn times(modified: i64) -> Timestamps {
    let instant = Timespec { tv_sec: modified, tv_nsec: 0 };
    Timestamps { last_access: instant, last_modification: instant }
}

/// Archives are padded; whoever counts or hashes what we read must see all of it.
fn drain(rest: impl Read, limit: u64) -> Result<(), LayerError> {
    let drained = io::copy(&mut rest.take(limit.saturating_add(1)), &mut io::sink()).map_err(LayerError::Archive)?;
    cap(drained, limit, "bytes")
}
