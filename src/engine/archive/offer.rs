//! An image of an archive on offer: pulled from a file as from a registry, so that a course pack is the classroom's.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::sync::Arc;

use super::documents::{INDEX, ImageIndex, NAME_ANNOTATION};
use super::index::ArchiveIndex;
use super::layout::{checked, parse};
use crate::engine::oci::{Manifest, Reference};
use crate::engine::store::{LayerBlob, OfferedImage};
use crate::engine::{Engine, EngineError};

/// A layer of an archive that stays open.
struct ArchivedLayer {
    archive: Arc<ArchiveIndex>,
    name: String,
}

impl LayerBlob for ArchivedLayer {
    fn open(&self) -> io::Result<Box<dyn Read + '_>> {
        let file = self.archive.file(&self.name).map_err(io::Error::other)?;
        Ok(Box::new(file.into_reader()))
    }
}

impl Engine {
    /// The image of this name, in the first of the archives at hand that has it.
    ///
    /// # Errors
    /// An archive that cannot be read.
    pub(crate) fn offer_from_archives(&self, reference: &Reference) -> Result<Option<OfferedImage>, EngineError> {
        for path in &self.registry.archives {
            if let Some(offer) = self.offer_from(path, reference)? {
                return Ok(Some(offer));
            }
        }
        Ok(None)
    }

    fn offer_from(&self, path: &Path, reference: &Reference) -> Result<Option<OfferedImage>, EngineError> {
        let file = File::open(path).map_err(|error| EngineError::io(path, error))?;
        let archive = ArchiveIndex::open(self, file)?;
        let index: ImageIndex = parse(INDEX, &archive.document(INDEX)?)?;
        let named = reference.to_string();
        let found = index.manifests.iter().find(|item| match reference.digest() {
            Some(digest) => item.descriptor.digest == *digest,
            None => item.annotations.get(NAME_ANNOTATION) == Some(&named),
        });
        let Some(item) = found else { return Ok(None) };
        let manifest_json = checked(&archive, &item.descriptor)?;
        let manifest: Manifest = parse(INDEX, &manifest_json)?;
        let config_json = checked(&archive, &manifest.config)?;
        let archive = Arc::new(archive);
        let layer = |name| Box::new(ArchivedLayer { archive: archive.clone(), name }) as Box<dyn LayerBlob>;
        let layers = manifest.layers.iter().map(|blob| layer(super::layout::path_of(blob))).collect();
        Ok(Some(OfferedImage { manifest_json, manifest, config_json, layers, embedded: false }))
    }
}
