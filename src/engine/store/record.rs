//! What is known of an image.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::engine::oci::{ImageConfig, ImageId, Reference};

/// An image in the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageRecord {
    /// The digest of its config.
    pub id: ImageId,
    /// Its config.
    pub config: ImageConfig,
    /// `repository:tag` names, sorted.
    pub tags: Vec<Reference>,
    /// `repository@digest` names, sorted: only images that were pulled or pushed have some.
    pub digests: Vec<Reference>,
    /// Sum of its unpacked layers, in bytes.
    pub size: u64,
    /// Size in bytes of each layer, lowest first (as many as `config.rootfs.diff_ids`).
    pub layer_sizes: Vec<u64>,
    /// The image it was built or committed on, when that one is known here.
    pub parent: Option<ImageId>,
    /// When a name was last given to it.
    pub last_tagged: Option<Timestamp>,
}

/// One line of `docker rmi`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImageDeletion {
    /// A name is gone.
    Untagged(Reference),
    /// The image is gone.
    Deleted(ImageId),
    /// A layer is gone.
    DeletedLayer(crate::engine::oci::ChainId),
}
