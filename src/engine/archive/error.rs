//! What can be wrong with an archive of images, or with what is asked to be in one.

use crate::engine::oci::Digest;

/// An archive of images that is refused; in Docker's words where it has some.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// Not a tar, or cut short.
    #[error("{0}")]
    Unreadable(String),
    /// Neither `manifest.json` nor `index.json`.
    #[error("invalid archive: neither manifest.json nor index.json is in it")]
    NoManifest,
    /// Something that is named is not there.
    #[error("invalid archive: {0} is not in it")]
    Missing(String),
    /// Something no honest archive holds: its name, why.
    #[error("invalid archive: {0}: {1}")]
    Refused(String, &'static str),
    /// A document that is no JSON of its kind.
    #[error("invalid archive: {0}: {1}")]
    Document(String, String),
    /// What stands under a digest has another.
    #[error("invalid archive: {name}: its digest is {found}, not {expected}")]
    Digest {
        /// Its name in the archive.
        name: String,
        /// What it should be.
        expected: Digest,
        /// What it is.
        found: Digest,
    },
    /// The manifest and the config disagree.
    #[error("invalid manifest, layers length mismatch: expected {expected}, got {found}")]
    LayerCount {
        /// In the config.
        expected: usize,
        /// In the manifest.
        found: usize,
    },
    /// A layer is not the one the config names.
    #[error("invalid diffID for layer {layer}: expected \"{expected}\", got \"{found}\"")]
    DiffId {
        /// Which, from 0.
        layer: usize,
        /// In the config.
        expected: Digest,
        /// What it is.
        found: Digest,
    },
    /// An image for something else than Linux.
    #[error("image operating system \"{0}\" cannot be used on this platform")]
    OperatingSystem(String),
    /// More layers than can be mounted.
    #[error("max depth exceeded")]
    TooDeep,
    /// Nothing in it is for the platform that was asked for.
    #[error("requested platform ({0}) not found: image might be available for other platforms")]
    NoPlatform(String),
    /// An image is for another platform than was asked for.
    #[error(
        "image with reference {name} was found but its platform ({found}) does not match the specified platform ({wanted})"
    )]
    OtherPlatform {
        /// As asked.
        name: String,
        /// The image's.
        found: String,
        /// As asked.
        wanted: String,
    },
}
