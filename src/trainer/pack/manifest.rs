//! `paquet.json`: what is in a pack.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::engine::oci::Digest;

/// The first file of a pack.
pub(super) const MANIFEST: &str = "paquet.json";
/// The images, as `docker save` writes them.
pub(super) const IMAGES: &str = "images.tar";
/// The only format there is.
pub(super) const FORMAT_VERSION: u32 = 1;

/// What is in a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackManifest {
    /// Of this document.
    pub format_version: u32,
    /// What it is called once installed.
    pub name: String,
    /// The program and its version.
    pub made_by: String,
    /// When.
    pub made: Timestamp,
    /// The names of its lessons, in order.
    pub lessons: Vec<String>,
    /// Its images.
    pub images: Vec<PackImage>,
    /// Every other file of the pack, in the order they follow.
    pub files: Vec<PackFile>,
}

/// An image of a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackImage {
    /// As the lessons name it.
    pub reference: String,
    /// Its id: the digest of its config.
    pub id: String,
}

/// A file of a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackFile {
    /// Relative: `lessons/…`, `locales/…`, or `images.tar`.
    pub path: String,
    /// In bytes.
    pub size: u64,
    /// Of its content.
    pub digest: Digest,
}
