//! Which local files ADD unpacks: tar archives, plain or compressed, told by their first bytes.

use std::fs::File;
use std::io::{self, Read, Seek};

use rustix::io::Errno;

use super::BuildError;
use super::files::LeafNode;
use super::staged_context::is_tar_header;
use crate::engine::EngineError;
use crate::engine::layer::{Decompressed, LayerError};

/// How an archive is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ArchiveKind {
    /// Plain, gzip or zstd.
    Readable,
    /// Known, not read yet: its name.
    Unsupported(&'static str),
}

impl ArchiveKind {
    /// What a file is; `None` when it is not an archive.
    pub(super) fn of(leaf: &LeafNode) -> Result<Option<Self>, Errno> {
        let mut file = leaf.open()?;
        let mut start = Vec::new();
        if io::Read::by_ref(&mut file).take(512).read_to_end(&mut start).is_err() {
            return Ok(None);
        }
        Ok(match start.as_slice() {
            [b'B', b'Z', b'h', ..] => Some(Self::Unsupported("bzip2")),
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Some(Self::Unsupported("xz")),
            _ => holds_tar(file).then_some(Self::Readable),
        })
    }

    /// The archive, uncompressed.
    pub(super) fn open(self, leaf: &LeafNode) -> Result<Box<dyn Read>, BuildError> {
        let file = leaf.open().map_err(|errno| super::transfer::at(std::path::Path::new("archive"), errno))?;
        match self {
            Self::Readable => {
                let content = Decompressed::new(file);
                Ok(Box::new(content.map_err(|error| EngineError::from(LayerError::Archive(error)))?))
            }
            Self::Unsupported(name) => Err(BuildError::Unsupported(format!("ADD of a {name} archive"))),
        }
    }
}

/// Whether the first header is one of a tar: its checksum says so.
fn holds_tar(mut file: File) -> bool {
    let mut block = Vec::new();
    let opened = file.rewind().and_then(|()| Decompressed::new(file));
    let read = opened.and_then(|content| content.take(512).read_to_end(&mut block));
    read.is_ok() && is_tar_header(&block)
}
