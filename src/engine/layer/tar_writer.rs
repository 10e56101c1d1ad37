//! Writes archives entry by entry, always the same bytes for the same entries: ustar headers, PAX records only where
//! ustar has no room. Source: POSIX.1-2017 pax, and what Docker writes (no user names, whole seconds).

use std::io::{self, Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use rustix::fs::{FileType, Stat};
use tar::{Builder, EntryType, Header};

use super::xattr::PAX_PREFIX;

/// What ustar's eight octal digits hold.
const MAX_USTAR_ID: u64 = 0o777_7777;
/// What ustar's twelve octal digits hold.
const MAX_USTAR_SIZE: u64 = 0o777_7777_7777;

/// One entry, without its content.
#[derive(Debug, Clone)]
pub(crate) struct TarEntry {
    /// Relative.
    pub path: PathBuf,
    /// What it is.
    pub kind: EntryType,
    /// Permission bits, set-user-id and the like included.
    pub mode: u32,
    /// Owner.
    pub uid: u64,
    /// Group.
    pub gid: u64,
    /// Seconds since 1970.
    pub modified: u64,
    /// Bytes of content.
    pub size: u64,
    /// Where a link leads.
    pub link: Option<PathBuf>,
    /// Major and minor numbers of a device.
    pub device: Option<(u32, u32)>,
    /// Extended attributes, sorted.
    pub xattrs: Vec<(String, Vec<u8>)>,
}

impl TarEntry {
    /// An entry of root's.
    pub(crate) fn new(path: impl Into<PathBuf>, kind: EntryType, mode: u32, modified: u64) -> Self {
        Self {
            path: path.into(),
            kind,
            mode,
            uid: 0,
            gid: 0,
            modified,
            size: 0,
            link: None,
            device: None,
            xattrs: Vec::new(),
        }
    }

    /// A regular file's entry, from what the kernel knows of it.
    pub(crate) fn of(path: &Path, stat: &Stat) -> Self {
        let regular = FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile;
        Self {
            path: path.to_owned(),
            kind: EntryType::Regular,
            mode: stat.st_mode & 0o7777,
            uid: stat.st_uid.into(),
            gid: stat.st_gid.into(),
            modified: u64::try_from(stat.st_mtime).unwrap_or(0),
            size: if regular { u64::try_from(stat.st_size).unwrap_or(0) } else { 0 },
            link: None,
            device: None,
            xattrs: Vec::new(),
        }
    }
}

/// An archive being written.
pub(crate) struct TarWriter<W: Write>(Builder<W>);

impl<W: Write> TarWriter<W> {
    /// Starts an archive.
    pub(crate) fn new(output: W) -> Self {
        Self(Builder::new(output))
    }

    /// Adds an entry with exactly `entry.size` bytes of content.
    pub(crate) fn append(&mut self, entry: &TarEntry, content: impl Read) -> io::Result<()> {
        let mut header = Header::new_ustar();
        let mut records: Vec<(String, Vec<u8>)> = Vec::new();
        let mut record = |key: &str, value: &[u8]| records.push((key.to_owned(), value.to_vec()));

        let mut path = entry.path.as_os_str().as_bytes().to_vec();
        if entry.kind == EntryType::Directory && !path.ends_with(b"/") {
            path.push(b'/');
        }
        if !put_name(&mut header, &path) {
            record("path", &path);
            header.set_path("long-name")?;
        }
        if let Some(link) = &entry.link {
            let name = link.as_os_str().as_bytes();
            // Byte for byte: a link's target is not a path to be tidied.
            if name.len() > 100 || header.set_link_name_literal(name).is_err() {
                record("linkpath", name);
                header.set_link_name_literal("long-name")?;
            }
        }
        header.set_uid(fitting("uid", entry.uid, MAX_USTAR_ID, &mut record));
        header.set_gid(fitting("gid", entry.gid, MAX_USTAR_ID, &mut record));
        header.set_size(fitting("size", entry.size, MAX_USTAR_SIZE, &mut record));
        header.set_mtime(entry.modified.min(MAX_USTAR_SIZE));
        header.set_mode(entry.mode);
        header.set_entry_type(entry.kind);
        if let Some((major, minor)) = entry.device {
            header.set_device_major(major)?;
            header.set_device_minor(minor)?;
        }
        for (name, value) in &entry.xattrs {
            record(&format!("{PAX_PREFIX}{name}"), value);
        }
        header.set_cksum();
        if !records.is_empty() {
            self.0.append_pax_extensions(records.iter().map(|(key, value)| (key.as_str(), value.as_slice())))?;
        }
        self.0.append(&header, content)
    }

    /// Adds only the header of an entry: its content and the padding of that are the caller's.
    pub(crate) fn append_header(&mut self, entry: &TarEntry) -> io::Result<()> {
        self.append(entry, io::empty())
    }

    /// What it is written to, for the content of an entry whose header was just written: the padding is the caller's too.
    pub(crate) fn output(&mut self) -> &mut W {
        self.0.get_mut()
    }

    /// Ends the archive, and gives back what it was written to.
    pub(crate) fn into_inner(self) -> io::Result<W> {
        self.0.into_inner()
    }

    /// Ends the archive.
    pub(crate) fn finish(self) -> io::Result<()> {
        self.into_inner()?.flush()
    }
}

/// Puts a name into a header byte for byte; false when it has no room for it.
fn put_name(header: &mut Header, name: &[u8]) -> bool {
    let field = &mut header.as_old_mut().name;
    if let Some(room) = field.get_mut(..name.len()) {
        room.copy_from_slice(name);
        return true;
    }
    header.set_path(Path::new(std::ffi::OsStr::from_bytes(name))).is_ok()
}

/// The number when the header has room for it; 0 and a PAX record otherwise.
fn fitting(key: &str, number: u64, limit: u64, record: &mut impl FnMut(&str, &[u8])) -> u64 {
    if number <= limit {
        return number;
    }
    record(key, number.to_string().as_bytes());
    0
}
