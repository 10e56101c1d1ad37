//! A layer as the plain tar whose digest is its diff id: what leaves in the archives of `save`.

use std::io::{self, Write};

use super::hashing::Hashing;
use super::layers::LayerArchive;
use crate::engine::layer::{Decompressed, LayerError, OverlayXattrs, pack};
use crate::engine::oci::ChainId;
use crate::engine::{Engine, EngineError, PIECE, pour};

impl Engine {
    /// How long a layer's plain tar is, in bytes.
    pub(crate) fn layer_tar_size(&self, chain: &ChainId) -> Result<u64, EngineError> {
        let record = self.layer_record(chain)?;
        if record.tar_size > 0 {
            return Ok(record.tar_size);
        }
        self.write_layer_tar(chain, &mut io::sink())
    }

    /// Writes a layer's plain tar; its length.
    ///
    /// # Errors
    /// [`EngineError::DamagedState`] when its bytes are not what its diff id says: what was written then is worth nothing.
    pub(crate) fn write_layer_tar(&self, chain: &ChainId, output: &mut dyn Write) -> Result<u64, EngineError> {
        let mut output = Hashing::new(io::BufWriter::with_capacity(PIECE, output));
        match self.layer_archive(chain)? {
            LayerArchive::ToPack(directory) => drop(pack(&directory, OverlayXattrs::of(self.tier), &mut output)?),
            LayerArchive::Kept(_, file) => {
                let mut plain = Decompressed::new(file).map_err(LayerError::Archive)?;
                pour(&mut plain, &mut output).map_err(LayerError::Archive)?;
            }
        }
        output.flush().map_err(LayerError::Archive)?;
        let (digest, length) = output.finish();
        if digest == *self.layer_record(chain)?.diff_id.digest() {
            Ok(length)
        } else {
            let reason = "its files are not what its digest says".to_owned();
            Err(EngineError::DamagedState { path: self.paths.layer(chain), reason })
        }
    }
}
