//! Layers that were packed elsewhere, and must leave under the digest they came with.

use std::fs::File;
use std::io::{self, Read};

use super::hashing::Hashing;
use super::layers::{LayerContent, StagedLayer};
use super::staging::Stage;
use crate::engine::layer::{Compression, Decompressed, LayerError};
use crate::engine::oci::{Descriptor, media_type};
use crate::engine::{Engine, EngineError, pour};

/// Bytes that can be read more than once.
pub(crate) trait Reopen: Sync {
    /// From the beginning.
    fn open(&self) -> io::Result<Box<dyn Read + '_>>;
}

impl Engine {
    /// Unpacks a layer, plain or compressed. Its bytes are kept as they came, unless they are a plain tar that packing
    /// its files makes again: then they would only be there twice.
    pub(crate) fn stage_foreign_layer(&self, archive: &dyn Reopen) -> Result<StagedLayer, EngineError> {
        let mut content =
            Decompressed::new(archive.open().map_err(LayerError::Archive)?).map_err(LayerError::Archive)?;
        let (kind, unwrapped) = match content.compression() {
            Compression::Plain => (media_type::LAYER_TAR, false),
            Compression::Gzip => (media_type::LAYER_GZIP, false),
            Compression::Zstd => (media_type::LAYER_ZSTD, false),
            // No layer travels so: it is kept as what it holds.
            Compression::Bzip2 | Compression::Xz => (media_type::LAYER_TAR, true),
        };
        let mut staged = self.stage_layer(LayerContent::Archive(&mut content))?;
        if kind == media_type::LAYER_TAR && staged.packs_again(self.tier)? {
            return Ok(staged);
        }
        let stage = Stage::new(&self.paths)?;
        let path = stage.path().join("archive");
        let failed = |error| EngineError::io(&path, error);
        let mut kept = Hashing::new(File::create_new(&path).map_err(failed)?);
        let mut bytes = archive.open().map_err(LayerError::Archive)?;
        if unwrapped {
            bytes = Box::new(Decompressed::new(bytes).map_err(LayerError::Archive)?);
        }
        pour(&mut *bytes, &mut kept).map_err(failed)?;
        let (digest, size) = kept.finish();
        staged.keep_archive(&path, Descriptor { media_type: kind.to_owned(), digest, size })?;
        Ok(staged)
    }
}
