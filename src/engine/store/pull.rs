//! `docker pull`: images enter the store through this door, whether embedded or (later) from a registry.

use super::ImageRecord;
use crate::engine::oci::{Digest, Reference};
use crate::engine::{Engine, EngineError};

/// What happens while an image is pulled, in order. Layer names are the first 12 digits of the layer digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PullEvent {
    /// `latest: Pulling from library/alpine`
    Started { tag: String, repository: String },
    /// The layer is here already.
    AlreadyExists { layer: String },
    /// `Pulling fs layer`
    LayerStarted { layer: String },
    /// Bytes of the blob received so far.
    Downloading { layer: String, done: u64, total: u64 },
    /// `Verifying Checksum`
    Verifying { layer: String },
    /// `Download complete`
    Downloaded { layer: String },
    /// Bytes of the blob unpacked so far.
    Extracting { layer: String, done: u64, total: u64 },
    /// `Pull complete`
    LayerComplete { layer: String },
}

/// How a pull ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pulled {
    /// The image.
    pub image: ImageRecord,
    /// The manifest's digest.
    pub digest: Digest,
    /// False when it was up to date.
    pub downloaded: bool,
    /// True for the stand-ins that live inside this program: the course says so once.
    pub embedded: bool,
}

impl Engine {
    /// Brings an image into the store under this reference.
    ///
    /// # Errors
    /// [`EngineError::PullDenied`] when no such repository is known, [`EngineError::ManifestUnknown`] for its tag.
    pub fn pull_image(&self, reference: &Reference, events: &mut dyn FnMut(PullEvent)) -> Result<Pulled, EngineError> {
        let _ = (reference, events);
        todo!()
    }
}
