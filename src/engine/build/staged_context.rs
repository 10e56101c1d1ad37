//! A build context that came as an archive: laid down in a directory of ours for as long as the build takes.

use std::fs;
use std::io::{self, Read};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

use crate::engine::layer::{Decompressed, Owners, UnpackOptions, unpack};
use crate::engine::store::Stage;
use crate::engine::{Engine, EngineError};

/// A context of our own; it goes away with this.
#[derive(Debug)]
pub struct StagedContext {
    directory: PathBuf,
    _stage: Stage,
}

impl StagedContext {
    /// Where it is.
    pub fn directory(&self) -> &Path {
        &self.directory
    }
}

/// The first bytes an archive is told by.
const HEADER: usize = 512;

/// Whether what begins so is an archive: compressed, or a tar whose first header is whole.
pub fn begins_archive(start: &[u8]) -> bool {
    let compressed: [&[u8]; 4] = [&[0x1f, 0x8b], &[0x28, 0xb5, 0x2f, 0xfd], b"BZh", &[0xfd, b'7', b'z', b'X', b'Z', 0]];
    compressed.iter().any(|magic| start.starts_with(magic)) || is_tar_header(start)
}

/// Whether a block's checksum is the one written in it.
pub(super) fn is_tar_header(block: &[u8]) -> bool {
    let Some(block) = block.get(..HEADER) else { return false };
    let sum = |bytes: &[u8]| bytes.iter().map(|byte| u64::from(*byte)).sum::<u64>();
    let counted = sum(&block[..148]) + 8 * u64::from(b' ') + sum(&block[156..]);
    let written: String = block[148..156].iter().map(|byte| char::from(*byte)).collect();
    u64::from_str_radix(written.trim_matches([' ', '\0']), 8) == Ok(counted)
}

impl Engine {
    /// A file nobody else sees, for what is not handed on before it is whole.
    ///
    /// # Errors
    /// It cannot be made on the state root's file system.
    pub fn unnamed_file(&self) -> io::Result<fs::File> {
        let stage = Stage::new(&self.paths).map_err(io::Error::other)?;
        fs::File::options().read(true).write(true).create_new(true).open(stage.path().join("file"))
    }

    /// Lays an archive down as a context. It is a stranger's: nothing in it leads outside.
    ///
    /// # Errors
    /// [`EngineError::Layer`] for what is no archive, or does what no honest one does.
    pub fn stage_context(&self, archive: impl Read) -> Result<StagedContext, EngineError> {
        let stage = Stage::new(&self.paths)?;
        let directory = stage.path().join("context");
        let failed = |error: io::Error| EngineError::io(&directory, error);
        fs::DirBuilder::new().mode(0o755).create(&directory).map_err(failed)?;
        let options = UnpackOptions { owners: Owners::Ignore, ..UnpackOptions::of(self.tier) };
        unpack(Decompressed::new(archive).map_err(failed)?, &directory, options)?;
        Ok(StagedContext { directory, _stage: stage })
    }
}
