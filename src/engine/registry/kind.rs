//! What a document of a registry is: an image's manifest, or an index of several.

use super::RegistryError;
use super::repository::Document;
use crate::engine::oci::media_type;

/// The two kinds of documents that names and digests lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Manifest,
    Index,
}

impl Kind {
    /// What a document says of itself, or else what the registry said of it.
    pub(super) fn of(document: &Document) -> Result<Self, RegistryError> {
        let unknown = |media: &str| RegistryError::MediaType(media.to_owned());
        let own: Own = serde_json::from_slice(&document.content).map_err(|_| unknown(&document.media_type))?;
        let media = if own.media_type.is_empty() { &document.media_type } else { &own.media_type };
        match media.as_str() {
            media_type::INDEX | media_type::DOCKER_INDEX => Ok(Self::Index),
            media_type::MANIFEST | media_type::DOCKER_MANIFEST => Ok(Self::Manifest),
            _ if own.manifests.is_some() => Ok(Self::Index),
            other => Err(unknown(other)),
        }
    }
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Own {
    #[serde(default)]
    media_type: String,
    #[serde(default)]
    manifests: Option<serde::de::IgnoredAny>,
}
