//! A directory as an archive, the same bytes for the same content: sorted names, whole seconds, no names of users.
//!
//! Reads an overlay upper directory (whiteouts become `.wh.` entries) or any plain tree. Works by descriptors and never
//! follows a link, for a container may be busy in the directory while we read it. Sockets and devices are left out.

use std::collections::HashMap;
use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, FileType, Mode, OFlags, Stat};
use rustix::io::Errno;
use tar::EntryType;

use super::overlay::{OPAQUE_NAME, OverlayXattrs, WHITEOUT_PREFIX, is_whiteout};
use super::tar_writer::{TarEntry, TarWriter};
use super::tree::{Tree, names};
use super::{LayerError, xattr};

/// Writes the content of a directory (not the directory itself) as an uncompressed archive; whether all of it is in there.
///
/// # Errors
/// [`LayerError::Io`] with the path, or [`LayerError::Archive`] when `output` fails.
pub fn pack(directory: &Path, xattrs: OverlayXattrs, output: impl Write) -> Result<Packed, LayerError> {
    let tree = Tree::open(directory)?;
    let mut packer = Packer { marks: Some(xattrs), ..Packer::plain(directory, output) };
    packer.children(tree.root(), Path::new(""))?;
    let packed = if packer.left_out { Packed::InPart } else { Packed::Whole };
    packer.finish()?;
    Ok(packed)
}

/// Whether an archive holds all that is in the directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packed {
    /// It does.
    Whole,
    /// There are sockets or devices, which it does not hold.
    InPart,
}

/// An archive being made of trees.
pub(crate) struct Packer<W: Write> {
    on_host: PathBuf,
    /// How overlayfs' notes are read; `None` for a tree that has none, whose devices are packed like all else.
    marks: Option<OverlayXattrs>,
    writer: TarWriter<W>,
    /// The first name of every file that has several.
    linked: HashMap<(u64, u64), PathBuf>,
    /// Something was there that is not packed.
    left_out: bool,
}

impl<W: Write> Packer<W> {
    /// For trees that are not layers. `on_host` is for messages.
    pub(crate) fn plain(on_host: &Path, output: W) -> Self {
        Self {
            on_host: on_host.to_owned(),
            marks: None,
            writer: TarWriter::new(output),
            linked: HashMap::new(),
            left_out: false,
        }
    }

    /// Ends the archive.
    pub(crate) fn finish(self) -> Result<(), LayerError> {
        self.writer.finish().map_err(LayerError::Archive)
    }

    /// An open directory under this name, and all that is in it.
    pub(crate) fn directory_itself(&mut self, directory: &OwnedFd, path: &Path, stat: &Stat) -> Result<(), LayerError> {
        self.open_directory(directory, TarEntry::of(path, stat), stat)
    }

    /// All that is in an open directory, under this path.
    pub(crate) fn children(&mut self, directory: &OwnedFd, path: &Path) -> Result<(), LayerError> {
        for name in names(directory).map_err(|errno| self.failed(path, errno))? {
            let child = path.join(&name);
            match rustix::fs::statat(directory, &name, AtFlags::SYMLINK_NOFOLLOW) {
                Ok(stat) => self.child(directory, &name, &child, &stat)?,
                // Gone since it was listed: a container may be at work.
                Err(Errno::NOENT) => {}
                Err(errno) => return Err(self.failed(&child, errno)),
            }
        }
        Ok(())
    }

    /// A name of an open directory under this path, and all that is in it. Sockets are left out.
    pub(crate) fn child(
        &mut self,
        directory: &OwnedFd,
        name: &OsStr,
        path: &Path,
        stat: &Stat,
    ) -> Result<(), LayerError> {
        if self.marks.is_some() && is_whiteout(stat) {
            let mut hidden = OsString::from(WHITEOUT_PREFIX);
            hidden.push(name);
            return self.marker(&path.with_file_name(hidden), stat);
        }
        let mut entry = TarEntry::of(path, stat);
        match FileType::from_raw_mode(stat.st_mode) {
            FileType::Directory => return self.directory(directory, name, entry, stat),
            FileType::RegularFile => {
                if self.linked_before(&mut entry, stat) {
                    return self.write(&entry, io::empty());
                }
                let Some(file) = self.open(directory, name, path, OFlags::empty())? else { return Ok(()) };
                entry.xattrs = xattr::read(&file).map_err(|errno| self.failed(path, errno))?;
                let file = File::from(file);
                // As long as it was when we looked, whatever happens to it meanwhile.
                return self.write(&entry, file.chain(io::repeat(0)).take(entry.size));
            }
            FileType::Symlink => {
                if self.linked_before(&mut entry, stat) {
                    return self.write(&entry, io::empty());
                }
                let target =
                    rustix::fs::readlinkat(directory, name, Vec::new()).map_err(|errno| self.failed(path, errno))?;
                entry.kind = EntryType::Symlink;
                entry.link = Some(OsStr::from_bytes(target.as_bytes()).into());
            }
            FileType::Fifo => entry.kind = EntryType::Fifo,
            kind @ (FileType::CharacterDevice | FileType::BlockDevice) if self.marks.is_none() => {
                let character = kind == FileType::CharacterDevice;
                entry.kind = if character { EntryType::Char } else { EntryType::Block };
                entry.device = Some((rustix::fs::major(stat.st_rdev), rustix::fs::minor(stat.st_rdev)));
            }
            _ => {
                self.left_out = true;
                return Ok(());
            }
        }
        self.write(&entry, io::empty())
    }

    fn directory(&mut self, above: &OwnedFd, name: &OsStr, entry: TarEntry, stat: &Stat) -> Result<(), LayerError> {
        let Some(directory) = self.open(above, name, &entry.path, OFlags::DIRECTORY)? else { return Ok(()) };
        self.open_directory(&directory, entry, stat)
    }

    fn open_directory(&mut self, directory: &OwnedFd, mut entry: TarEntry, stat: &Stat) -> Result<(), LayerError> {
        let path = entry.path.clone();
        entry.kind = EntryType::Directory;
        entry.xattrs = xattr::read(directory).map_err(|errno| self.failed(&path, errno))?;
        self.write(&entry, io::empty())?;
        if let Some(marks) = self.marks
            && marks.is_opaque(directory).map_err(|errno| self.failed(&path, errno))?
        {
            self.marker(&path.join(OPAQUE_NAME), stat)?;
        }
        self.children(directory, &path)
    }

    /// An empty file whose name says it all.
    fn marker(&mut self, path: &Path, stat: &Stat) -> Result<(), LayerError> {
        let mut entry = TarEntry::of(path, stat);
        entry.mode = 0o600;
        entry.size = 0;
        self.write(&entry, io::empty())
    }

    /// Whether another name of the same file was packed already: then this one is a hard link to it.
    fn linked_before(&mut self, entry: &mut TarEntry, stat: &Stat) -> bool {
        if stat.st_nlink < 2 {
            return false;
        }
        if let Some(first) = self.linked.get(&(stat.st_dev, stat.st_ino)) {
            entry.kind = EntryType::Link;
            entry.link = Some(first.clone());
            entry.size = 0;
            return true;
        }
        self.linked.insert((stat.st_dev, stat.st_ino), entry.path.clone());
        false
    }

    /// `None` when it went away, or became something else, since it was listed.
    fn open(
        &self,
        directory: impl AsFd,
        name: &OsStr,
        path: &Path,
        kind: OFlags,
    ) -> Result<Option<OwnedFd>, LayerError> {
        let flags = kind | OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        match rustix::fs::openat(directory, name, flags, Mode::empty()) {
            Ok(file) => Ok(Some(file)),
            Err(Errno::NOENT | Errno::LOOP | Errno::NOTDIR | Errno::NXIO) => Ok(None),
            Err(errno) => Err(self.failed(path, errno)),
        }
    }

    fn write(&mut self, entry: &TarEntry, content: impl Read) -> Result<(), LayerError> {
        self.writer.append(entry, content).map_err(LayerError::Archive)
    }

    fn failed(&self, path: &Path, errno: Errno) -> LayerError {
        LayerError::io(self.on_host.join(path), errno)
    }
}
