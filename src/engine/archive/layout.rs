//! What images an archive holds, whichever way it says so.

use super::ArchiveError;
use super::documents::{
    DockerItem, INDEX, ImageIndex, IndexItem, MANIFEST, NAME_ANNOTATION, REF_ANNOTATION, ReadManifest,
};
use super::index::ArchiveIndex;
use crate::engine::EngineError;
use crate::engine::oci::{Descriptor, Digest, ImageId, Platform, Reference, media_type};

/// Images of one archive.
const MAX_IMAGES: usize = 1000;
/// Indexes one in the other.
const MAX_NESTING: usize = 3;

/// An image of an archive.
#[derive(Debug)]
pub struct ArchivedImage {
    /// Where its config is.
    pub config: Blob,
    /// Where its layers are, lowest first.
    pub layers: Vec<Blob>,
    /// Its names.
    pub names: Vec<Reference>,
    /// The image it was made on.
    pub parent: Option<ImageId>,
}

/// A file of the archive, with what is promised of it.
#[derive(Debug)]
pub struct Blob {
    /// Its name in the archive.
    pub name: String,
    /// Its digest, when it is known by one.
    pub digest: Option<Digest>,
}

/// The images of an archive, in its order; of an index for several platforms, the one that is asked for.
pub fn images(index: &ArchiveIndex, platform: Option<&Platform>) -> Result<Vec<ArchivedImage>, EngineError> {
    let images = if index.has(MANIFEST) {
        docker_images(index)?
    } else if index.has(INDEX) {
        let top: ImageIndex = parse(INDEX, &index.document(INDEX)?)?;
        let mut images = Vec::new();
        for item in &top.manifests {
            images.extend(oci_image(index, item, platform, 0)?);
            limit(images.len())?;
        }
        if let (true, Some(wanted)) = (images.is_empty(), platform) {
            return Err(ArchiveError::NoPlatform(wanted.to_string()).into());
        }
        images
    } else {
        return Err(ArchiveError::NoManifest.into());
    };
    limit(images.len())?;
    Ok(images)
}

fn limit(count: usize) -> Result<(), EngineError> {
    if count <= MAX_IMAGES {
        return Ok(());
    }
    Err(ArchiveError::Refused("the archive".to_owned(), "too many images").into())
}

fn docker_images(index: &ArchiveIndex) -> Result<Vec<ArchivedImage>, EngineError> {
    let items: Vec<DockerItem> = parse(MANIFEST, &index.document(MANIFEST)?)?;
    items.into_iter().map(docker_image).collect()
}

fn docker_image(item: DockerItem) -> Result<ArchivedImage, EngineError> {
    let blob = |name: String| {
        // In the new layout the name is the digest.
        let digest = name.strip_prefix("blobs/sha256/").and_then(|hex| format!("sha256:{hex}").parse().ok());
        Blob { name, digest }
    };
    let mut names = Vec::new();
    for tag in &item.repo_tags {
        let name: Reference = tag.parse()?;
        if name.tag().is_none() || name.digest().is_some() {
            return Err(ArchiveError::Document(MANIFEST.to_owned(), format!("invalid tag \"{tag}\"")).into());
        }
        names.push(name.canonical());
    }
    let layers = item.layers.into_iter().map(blob).collect();
    Ok(ArchivedImage { config: blob(item.config), layers, names, parent: item.parent })
}

/// `None` when it is for another platform, or no image at all.
fn oci_image(
    index: &ArchiveIndex,
    item: &IndexItem,
    platform: Option<&Platform>,
    depth: usize,
) -> Result<Option<ArchivedImage>, EngineError> {
    let name = path_of(&item.descriptor);
    if matches!(item.descriptor.media_type.as_str(), media_type::INDEX | media_type::DOCKER_INDEX) {
        if depth >= MAX_NESTING {
            return Err(ArchiveError::Refused(name, "indexes nested too deep").into());
        }
        let nested: ImageIndex = parse(&name, &checked(index, &item.descriptor)?)?;
        let wanted = platform.cloned().unwrap_or_else(Platform::host);
        for inner in &nested.manifests {
            let fits = inner
                .platform
                .as_ref()
                .is_none_or(|its| its.os == wanted.os && its.architecture == wanted.architecture);
            if fits && let Some(mut image) = oci_image(index, inner, platform, depth + 1)? {
                image.names.extend(names_of(item));
                return Ok(Some(image));
            }
        }
        return Ok(None);
    }
    let other = |its: &super::documents::ItemPlatform, wanted: &Platform| {
        its.os != wanted.os || its.architecture != wanted.architecture
    };
    if let (Some(wanted), Some(its)) = (platform, &item.platform)
        && other(its, wanted)
    {
        return Ok(None);
    }
    let manifest: ReadManifest = parse(&name, &checked(index, &item.descriptor)?)?;
    let blob = |descriptor: &Descriptor| Blob { name: path_of(descriptor), digest: Some(descriptor.digest.clone()) };
    Ok(Some(ArchivedImage {
        config: blob(&manifest.config),
        layers: manifest.layers.iter().map(blob).collect(),
        names: names_of(item),
        parent: None,
    }))
}

/// The full name when it is there; else the short one, when it is more than a tag.
fn names_of(item: &IndexItem) -> Vec<Reference> {
    let full = item.annotations.get(NAME_ANNOTATION);
    let short = item.annotations.get(REF_ANNOTATION).filter(|name| name.contains([':', '/']));
    let name = full.or(short).and_then(|name| name.parse::<Reference>().ok());
    name.filter(|name| name.digest().is_none()).map(|name| name.canonical()).into_iter().collect()
}

pub(super) fn checked(index: &ArchiveIndex, descriptor: &Descriptor) -> Result<Vec<u8>, EngineError> {
    let name = path_of(descriptor);
    let bytes = index.document(&name)?;
    let found = Digest::of(&bytes);
    if found == descriptor.digest {
        Ok(bytes)
    } else {
        Err(ArchiveError::Digest { name, expected: descriptor.digest.clone(), found }.into())
    }
}

pub(super) fn path_of(descriptor: &Descriptor) -> String {
    format!("blobs/sha256/{}", descriptor.digest.hex())
}

pub(super) fn parse<T: serde::de::DeserializeOwned>(name: &str, json: &[u8]) -> Result<T, EngineError> {
    serde_json::from_slice(json).map_err(|error| ArchiveError::Document(name.to_owned(), error.to_string()).into())
}
