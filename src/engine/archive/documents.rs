//! The documents of an archive. Sources: moby `image/tarexport`, OCI image-spec `image-layout.md` and `image-index.md`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::engine::oci::{Descriptor, Digest, ImageId, null_as_default};

/// The name of docker's list of images.
pub const MANIFEST: &str = "manifest.json";
/// The name of OCI's.
pub const INDEX: &str = "index.json";
/// The name of OCI's mark.
pub const LAYOUT: &str = "oci-layout";
/// Docker's names, for programs older than `manifest.json`.
pub const REPOSITORIES: &str = "repositories";
/// The full name of an image of an index.
pub const NAME_ANNOTATION: &str = "io.containerd.image.name";
/// Its tag, or whatever its maker calls it.
pub const REF_ANNOTATION: &str = "org.opencontainers.image.ref.name";

/// An image of `manifest.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DockerItem {
    /// Where its config is.
    pub config: String,
    /// Its names.
    #[serde(default, deserialize_with = "null_as_default")]
    pub repo_tags: Vec<String>,
    /// Where its layers are, lowest first.
    #[serde(default, deserialize_with = "null_as_default")]
    pub layers: Vec<String>,
    /// The image it was made on, when that one is in the archive too.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<ImageId>,
    /// What its layers are, by diff id.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty", deserialize_with = "null_as_default")]
    pub layer_sources: BTreeMap<Digest, LayerSource>,
}

/// What a layer of `manifest.json` is, in the order Docker writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LayerSource {
    /// Its kind.
    pub media_type: String,
    /// In bytes.
    pub size: u64,
    /// Its digest.
    pub digest: Digest,
}

impl From<Descriptor> for LayerSource {
    fn from(layer: Descriptor) -> Self {
        Self { media_type: layer.media_type, size: layer.size, digest: layer.digest }
    }
}

/// `index.json`, and the indexes it leads to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ImageIndex {
    /// Always 2.
    pub schema_version: u32,
    /// May be left out.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub media_type: String,
    /// Its images, or further indexes.
    #[serde(default, deserialize_with = "null_as_default")]
    pub manifests: Vec<IndexItem>,
}

/// An image of an index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexItem {
    /// Its manifest, or a further index.
    #[serde(flatten)]
    pub descriptor: Descriptor,
    /// Words about it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty", deserialize_with = "null_as_default")]
    pub annotations: BTreeMap<String, String>,
    /// What it runs on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform: Option<ItemPlatform>,
}

/// What an image of an index runs on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemPlatform {
    /// As Go names it.
    pub architecture: String,
    /// As Go names it.
    pub os: String,
}

/// A manifest that may leave its own media type out.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ReadManifest {
    /// The config blob.
    pub config: Descriptor,
    /// The layer blobs, lowest first.
    #[serde(default, deserialize_with = "null_as_default")]
    pub layers: Vec<Descriptor>,
}
