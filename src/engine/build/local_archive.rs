//! Which local files ADD unpacks: tar archives, plain or compressed, told by their first bytes.

use std::io::{Read, Seek};
use std::path::Path;

use rustix::io::Errno;

use super::BuildError;
use super::files::LeafNode;
use super::staged_context::is_tar_header;
use crate::engine::EngineError;
use crate::engine::layer::{Decompressed, LayerError};

/// Whether a file's first header is one of a tar: its checksum says so.
pub(super) fn is_archive(leaf: &LeafNode) -> Result<bool, Errno> {
    let mut file = leaf.open()?;
    let mut block = Vec::new();
    let opened = file.rewind().and_then(|()| Decompressed::new(file));
    let read = opened.and_then(|content| content.take(512).read_to_end(&mut block));
    Ok(read.is_ok() && is_tar_header(&block))
}

/// The archive, uncompressed.
pub(super) fn open_archive(leaf: &LeafNode) -> Result<impl Read + use<>, BuildError> {
    let file = leaf.open().map_err(|errno| super::transfer::at(Path::new("archive"), errno))?;
    let content = Decompressed::new(file);
    Ok(content.map_err(|error| EngineError::from(LayerError::Archive(error)))?)
}
