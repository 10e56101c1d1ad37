//! The archive of an embedded image's layer: described once, computed each time it is read.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use tar::EntryType;

use crate::engine::layer::{LayerError, TarEntry, TarWriter};
use crate::engine::store::LayerBlob;

/// Bytes of a tar's end mark.
const END_MARK: usize = 1024;
const BLOCK: u64 = 512;

/// What a layer holds; everything in it has the same date.
#[derive(Debug)]
pub(crate) struct ArchivePlan {
    modified: u64,
    entries: Vec<(TarEntry, Content)>,
}

#[derive(Debug)]
enum Content {
    Bytes(Vec<u8>),
    /// Read when the archive is.
    File(PathBuf),
}

impl ArchivePlan {
    /// Nothing yet. `modified`: seconds since 1970.
    pub(crate) fn new(modified: u64) -> Self {
        Self { modified, entries: Vec::new() }
    }

    /// A directory of root's; those above it are named before it.
    pub(crate) fn directory(&mut self, path: &str, mode: u32) {
        self.add(path, EntryType::Directory, mode, Content::Bytes(Vec::new()));
    }

    /// A file of root's.
    pub(crate) fn file(&mut self, path: &str, mode: u32, content: &[u8]) {
        self.add(path, EntryType::Regular, mode, Content::Bytes(content.to_vec())).size = content.len() as u64;
    }

    /// A copy of a file of the host.
    pub(crate) fn copy(&mut self, path: &str, mode: u32, source: &Path) -> Result<(), LayerError> {
        let size = std::fs::metadata(source).map_err(|error| LayerError::io(source, error))?.len();
        self.add(path, EntryType::Regular, mode, Content::File(source.to_owned())).size = size;
        Ok(())
    }

    /// A symbolic link.
    pub(crate) fn link(&mut self, path: &str, target: &str) {
        self.add(path, EntryType::Symlink, 0o777, Content::Bytes(Vec::new())).link = Some(target.into());
    }

    fn add(&mut self, path: &str, kind: EntryType, mode: u32, content: Content) -> &mut TarEntry {
        let entry = TarEntry::new(path.trim_start_matches('/'), kind, mode, self.modified);
        self.entries.push((entry, content));
        &mut self.entries.last_mut().expect("one was just pushed").0
    }

    /// The archive, entries in the order [`crate::engine::layer::pack`] would give them.
    pub(crate) fn archive(mut self) -> io::Result<PlannedArchive> {
        self.entries.sort_by(|(one, _), (other, _)| one.path.cmp(&other.path));
        let mut segments = Vec::new();
        let mut writer = TarWriter::new(Vec::new());
        for (entry, content) in &self.entries {
            match content {
                Content::Bytes(bytes) => writer.append(entry, bytes.as_slice())?,
                Content::File(path) => {
                    writer.append_header(entry)?;
                    let mut header = writer.into_inner()?;
                    header.truncate(header.len() - END_MARK);
                    segments.push(Segment::Bytes(header));
                    segments.push(Segment::File { path: path.clone(), size: entry.size });
                    segments.push(Segment::Zeros(entry.size.next_multiple_of(BLOCK) - entry.size));
                    writer = TarWriter::new(Vec::new());
                }
            }
        }
        segments.push(Segment::Bytes(writer.into_inner()?));
        Ok(PlannedArchive(segments))
    }
}

/// An archive in pieces, some of which are files of the host.
#[derive(Debug)]
pub(crate) struct PlannedArchive(Vec<Segment>);

#[derive(Debug)]
enum Segment {
    Bytes(Vec<u8>),
    File { path: PathBuf, size: u64 },
    Zeros(u64),
}

impl LayerBlob for PlannedArchive {
    fn open(&self) -> io::Result<Box<dyn Read + '_>> {
        let mut whole: Box<dyn Read + '_> = Box::new(io::empty());
        for segment in &self.0 {
            let piece: Box<dyn Read + '_> = match segment {
                Segment::Bytes(bytes) => Box::new(bytes.as_slice()),
                // Short or long, the archive would be wrong: its digest then says so.
                Segment::File { path, size } => Box::new(File::open(path)?.take(*size)),
                Segment::Zeros(count) => Box::new(io::repeat(0).take(*count)),
            };
            whole = Box::new(whole.chain(piece));
        }
        Ok(whole)
    }
}
