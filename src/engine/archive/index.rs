//! Where each file of an archive begins and ends, so that it can be read in any order, and more than once.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Seek};
use std::mem;
use std::os::unix::fs::FileExt;

use tar::{Archive, EntryType};

use super::ArchiveError;
use crate::engine::layer::{Compression, Decompressed, EntryPath, Extension};
use crate::engine::oci::Digest;
use crate::engine::store::{Hashing, Reopen, Stage};
use crate::engine::{Engine, EngineError, pour};

/// More than any honest archive of images: each layer is one file.
const MAX_ENTRIES: usize = 100_000;
/// Of one document.
const MAX_DOCUMENT: u64 = 8 << 20;

/// An archive, open, and what is in it.
#[derive(Debug)]
pub struct ArchiveIndex {
    file: File,
    files: BTreeMap<String, Span>,
    /// Holds the file when it is a copy of ours.
    _stage: Option<Stage>,
}

/// A file of the archive.
#[derive(Debug, Clone, Copy)]
struct Span {
    start: u64,
    length: u64,
}

impl ArchiveIndex {
    /// Reads the headers of an archive. A plain file is read where it is, a pipe or a compressed file is copied first.
    pub fn open(engine: &Engine, mut file: File) -> Result<Self, EngineError> {
        let plain_file = file.metadata().is_ok_and(|status| status.is_file())
            && file.stream_position().is_ok_and(|position| position == 0);
        if plain_file && Decompressed::new(&mut file).is_ok_and(|opened| opened.compression() == Compression::Plain) {
            return Self::of(file, None);
        }
        if plain_file {
            file.rewind().map_err(|error| unreadable(&error))?;
        }
        let stage = Stage::new(&engine.paths)?;
        let path = stage.path().join("archive.tar");
        let copy = File::options().read(true).write(true).create_new(true).open(&path);
        let mut copy = copy.map_err(|error| EngineError::io(&path, error))?;
        let content = Decompressed::new(file);
        content.and_then(|mut content| pour(&mut content, &mut copy)).map_err(|error| unreadable(&error))?;
        Self::of(copy, Some(stage))
    }

    fn of(mut file: File, stage: Option<Stage>) -> Result<Self, EngineError> {
        file.rewind().map_err(|error| unreadable(&error))?;
        let length = file.metadata().map_err(|error| unreadable(&error))?.len();
        if length == 0 {
            return Err(unreadable(&io::ErrorKind::UnexpectedEof.into()));
        }
        let mut files = BTreeMap::new();
        let mut extension = Extension::default();
        let mut archive = Archive::new(&file);
        for (number, entry) in archive.entries_with_seek().map_err(|error| unreadable(&error))?.raw(true).enumerate() {
            let mut entry = entry.map_err(|error| unreadable(&error))?;
            if number >= MAX_ENTRIES {
                return Err(refused("the archive", "too many entries"));
            }
            if extension.take_in(&mut entry)? {
                continue;
            }
            let extension = mem::take(&mut extension);
            let name = extension.path.clone().unwrap_or_else(|| entry.path_bytes().into_owned());
            let shown = String::from_utf8_lossy(&name).into_owned();
            let name = EntryPath::parse(&name).map_err(|_| refused(&shown, "it leads outside the archive"))?;
            match entry.header().entry_type() {
                // Archives for very old programs hold links to layers. They are how a name leads elsewhere: never followed.
                EntryType::Directory | EntryType::XGlobalHeader | EntryType::Symlink | EntryType::Link => continue,
                EntryType::Regular | EntryType::Continuous => {}
                _ => return Err(refused(&shown, "it is neither a file nor a directory")),
            }
            if extension.number("size")?.is_some_and(|size| size != entry.size()) {
                return Err(refused(&shown, "two sizes"));
            }
            let span = Span { start: entry.raw_file_position(), length: entry.size() };
            if span.start.checked_add(span.length).is_none_or(|end| end > length) {
                return Err(unreadable(&io::ErrorKind::UnexpectedEof.into()));
            }
            let name = name.as_path().to_str().ok_or_else(|| refused(&shown, "its name is not UTF-8"))?;
            if files.insert(name.to_owned(), span).is_some() {
                return Err(refused(&shown, "it is there twice"));
            }
        }
        Ok(Self { file, files, _stage: stage })
    }

    /// Whether a file is in it.
    pub fn has(&self, name: &str) -> bool {
        self.files.contains_key(name)
    }

    /// A file of it, to be read any number of times.
    pub fn file(&self, name: &str) -> Result<ArchivedFile<'_>, EngineError> {
        let name = normal(name)?;
        match self.files.get(&name) {
            Some(span) => Ok(ArchivedFile { file: &self.file, span: *span }),
            None => Err(ArchiveError::Missing(name).into()),
        }
    }

    /// A whole document.
    pub fn document(&self, name: &str) -> Result<Vec<u8>, EngineError> {
        let file = self.file(name)?;
        if file.span.length > MAX_DOCUMENT {
            return Err(refused(name, "it is too large for a document"));
        }
        let mut bytes = Vec::new();
        file.reader().read_to_end(&mut bytes).map_err(|error| unreadable(&error))?;
        Ok(bytes)
    }
}

/// A file of an archive.
#[derive(Debug, Clone, Copy)]
pub struct ArchivedFile<'a> {
    file: &'a File,
    span: Span,
}

impl<'a> ArchivedFile<'a> {
    /// Its length in bytes.
    pub fn length(&self) -> u64 {
        self.span.length
    }

    /// The digest of its bytes.
    pub fn digest(&self) -> io::Result<Digest> {
        let mut hashing = Hashing::new(io::sink());
        pour(&mut self.reader(), &mut hashing)?;
        Ok(hashing.finish().0)
    }

    /// Reads it from its beginning.
    pub fn into_reader(self) -> impl Read + 'a {
        self.reader()
    }

    fn reader(&self) -> SpanReader<'a> {
        SpanReader { file: self.file, position: self.span.start, left: self.span.length }
    }
}

impl Reopen for ArchivedFile<'_> {
    fn open(&self) -> io::Result<Box<dyn Read + '_>> {
        Ok(Box::new(self.reader()))
    }
}

/// Reads at places of its own: several may read one file at a time.
struct SpanReader<'a> {
    file: &'a File,
    position: u64,
    left: u64,
}

impl Read for SpanReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let wanted = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        let count = self.file.read_at(&mut buffer[..wanted], self.position)?;
        self.position += count as u64;
        self.left -= count as u64;
        if count == 0 && wanted > 0 { Err(io::ErrorKind::UnexpectedEof.into()) } else { Ok(count) }
    }
}

/// A name as the archive's documents write it, `./` and the like taken away.
fn normal(name: &str) -> Result<String, EngineError> {
    let path = EntryPath::parse(name.as_bytes()).map_err(|_| refused(name, "it leads outside the archive"))?;
    Ok(path.as_path().to_string_lossy().into_owned())
}

fn refused(name: &str, reason: &'static str) -> EngineError {
    ArchiveError::Refused(name.to_owned(), reason).into()
}

/// In the words of Go's reader.
fn unreadable(error: &io::Error) -> EngineError {
    let words = match error.kind() {
        io::ErrorKind::UnexpectedEof => "unexpected EOF".to_owned(),
        _ if error.raw_os_error().is_some() => error.to_string(),
        _ => "archive/tar: invalid tar header".to_owned(),
    };
    ArchiveError::Unreadable(words).into()
}
