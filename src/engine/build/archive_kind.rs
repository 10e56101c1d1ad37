//! Which local files ADD unpacks: tar archives, plain or compressed, told by their first bytes.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek};

use rustix::io::Errno;

use super::BuildError;
use super::files::LeafNode;

/// How an archive is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ArchiveKind {
    Plain,
    Gzip,
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
            [0x1f, 0x8b, ..] => holds_tar(file, Self::Gzip).then_some(Self::Gzip),
            [b'B', b'Z', b'h', ..] => Some(Self::Unsupported("bzip2")),
            [0xfd, b'7', b'z', b'X', b'Z', 0, ..] => Some(Self::Unsupported("xz")),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Self::Unsupported("zstd")),
            _ => holds_tar(file, Self::Plain).then_some(Self::Plain),
        })
    }

    /// The archive, uncompressed.
    pub(super) fn open(self, leaf: &LeafNode) -> Result<Box<dyn Read>, BuildError> {
        let file = leaf.open().map_err(|errno| super::transfer::at(std::path::Path::new("archive"), errno))?;
        match self {
            Self::Plain => Ok(Box::new(BufReader::new(file))),
            Self::Gzip => Ok(Box::new(flate2::read::MultiGzDecoder::new(BufReader::new(file)))),
            Self::Unsupported(name) => Err(BuildError::Unsupported(format!("ADD of a {name} archive"))),
        }
    }
}

/// Whether the first header is one of a tar: its checksum says so.
fn holds_tar(mut file: File, kind: ArchiveKind) -> bool {
    if file.rewind().is_err() {
        return false;
    }
    let mut block = [0_u8; 512];
    let read = match kind {
        ArchiveKind::Gzip => flate2::read::MultiGzDecoder::new(BufReader::new(file)).read_exact(&mut block),
        _ => file.read_exact(&mut block),
    };
    if read.is_err() || block[0] == 0 {
        return false;
    }
    let sum = |byte: &u8| u64::from(*byte);
    let counted: u64 =
        block[..148].iter().map(sum).sum::<u64>() + 8 * u64::from(b' ') + block[156..].iter().map(sum).sum::<u64>();
    let written: String = block[148..156].iter().map(|byte| char::from(*byte)).collect();
    u64::from_str_radix(written.trim_matches([' ', '\0']), 8) == Ok(counted)
}
