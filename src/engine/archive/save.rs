//! `docker save`.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use serde_json::{Map, Value, json};
use tar::EntryType;

use super::ArchiveError;
use super::ahead::LayersAhead;
use super::documents::{
    DockerItem, INDEX, ImageIndex, IndexItem, LAYOUT, MANIFEST, NAME_ANNOTATION, REF_ANNOTATION, REPOSITORIES,
};
use crate::engine::layer::{LayerError, TarEntry, TarWriter};
use crate::engine::oci::{ChainId, Descriptor, Digest, ImageId, Manifest, Platform, Reference, media_type};
use crate::engine::store::{ImageRecord, json as bytes};
use crate::engine::{Engine, EngineError};

const BLOCK: usize = 512;

/// What `save` is asked.
#[derive(Debug, Clone, Default)]
pub struct SaveRequest {
    /// Names, repositories (all their tags) or ids.
    pub images: Vec<String>,
    /// `--platform`.
    pub platform: Option<Platform>,
    /// Names every image is saved under beside its own: what a build was asked to call its result.
    pub extra_names: Vec<Reference>,
}

/// An image about to be saved, and the names it is saved under.
struct Outgoing {
    record: ImageRecord,
    names: Vec<Reference>,
}

/// A blob of the archive.
enum Content {
    Bytes(Vec<u8>),
    Layer(ChainId),
}

impl Engine {
    /// Writes an archive of images.
    ///
    /// # Errors
    /// [`EngineError::NoSuchImage`] before anything is written; [`EngineError::DamagedState`] for a layer whose files are
    /// not what its digest says, after a part was.
    pub fn save_images(&self, request: &SaveRequest, output: impl Write) -> Result<(), EngineError> {
        let images = self.outgoing(request)?;
        let mut blobs: BTreeMap<Digest, (u64, Content)> = BTreeMap::new();
        let mut items = Vec::new();
        let mut index = Vec::new();
        let mut repositories: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
        for image in &images {
            let config_json = self.read_blob(image.record.id.digest())?.ok_or_else(|| {
                EngineError::DamagedImage(image.record.id.clone(), "its config is missing".to_owned())
            })?;
            let layers = self.outgoing_layers(&image.record, &mut blobs)?;
            let config = document(media_type::CONFIG, config_json, &mut blobs);
            let manifest = Manifest {
                schema_version: 2,
                media_type: media_type::MANIFEST.to_owned(),
                config: config.clone(),
                layers: layers.clone(),
            };
            let manifest = document(media_type::MANIFEST, bytes::document(&manifest), &mut blobs);
            let top = legacy_documents(&image.record, &mut blobs);
            for name in &image.names {
                let tag = name.tag().unwrap_or_default().to_owned();
                repositories.entry(name.familiar_name()).or_default().insert(tag.clone(), top.clone());
                let annotations =
                    [(NAME_ANNOTATION.to_owned(), name.to_string()), (REF_ANNOTATION.to_owned(), tag)].into();
                index.push(IndexItem { descriptor: manifest.clone(), annotations, platform: None });
            }
            if image.names.is_empty() {
                index.push(IndexItem { descriptor: manifest, annotations: BTreeMap::new(), platform: None });
            }
            items.push(DockerItem {
                config: blob_path(&config.digest),
                repo_tags: image.names.iter().map(Reference::familiar).collect(),
                layers: layers.iter().map(|layer| blob_path(&layer.digest)).collect(),
                parent: image
                    .record
                    .parent
                    .clone()
                    .filter(|parent| images.iter().any(|other| other.record.id == *parent)),
                layer_sources: layers.into_iter().map(|layer| (layer.digest.clone(), layer.into())).collect(),
            });
        }
        let index = ImageIndex { schema_version: 2, media_type: media_type::INDEX.to_owned(), manifests: index };
        let mut documents = vec![
            (INDEX, bytes::document(&index)),
            (MANIFEST, bytes::document(&items)),
            (LAYOUT, br#"{"imageLayoutVersion": "1.0.0"}"#.to_vec()),
        ];
        if !repositories.is_empty() {
            documents.push((REPOSITORIES, bytes::document(&repositories)));
        }
        self.write_archive(&blobs, &documents, output)?;
        for image in &images {
            let id = image.record.id.to_string();
            self.note(crate::engine::journal::ObjectKind::Image, "save", &id, &[("name", &id)]);
        }
        Ok(())
    }

    fn write_archive(
        &self,
        blobs: &BTreeMap<Digest, (u64, Content)>,
        documents: &[(&str, Vec<u8>)],
        output: impl Write,
    ) -> Result<(), EngineError> {
        let layers: Vec<ChainId> = blobs
            .values()
            .filter_map(|(_, content)| match content {
                Content::Layer(chain) => Some(chain.clone()),
                Content::Bytes(_) => None,
            })
            .collect();
        LayersAhead::of(self, &layers, |layers| self.write_entries(blobs, layers, documents, output))
    }

    fn write_entries(
        &self,
        blobs: &BTreeMap<Digest, (u64, Content)>,
        layers: &mut LayersAhead,
        documents: &[(&str, Vec<u8>)],
        output: impl Write,
    ) -> Result<(), EngineError> {
        let failed = |error| EngineError::from(LayerError::Archive(error));
        let mut writer = TarWriter::new(output);
        for directory in ["blobs", "blobs/sha256"] {
            let entry = TarEntry::new(directory, EntryType::Directory, 0o755, 0);
            writer.append(&entry, std::io::empty()).map_err(failed)?;
        }
        for (digest, (size, content)) in blobs {
            let mut entry = TarEntry::new(blob_path(digest), EntryType::Regular, 0o644, 0);
            entry.size = *size;
            match content {
                Content::Bytes(bytes) => writer.append(&entry, bytes.as_slice()).map_err(failed)?,
                Content::Layer(chain) => {
                    writer.append_header(&entry).map_err(failed)?;
                    let written = layers.write_next(writer.output(), failed)?;
                    if written != *size {
                        let reason = "its length is not what its record says".to_owned();
                        return Err(EngineError::DamagedState { path: self.paths.layer(chain), reason });
                    }
                    let over = usize::try_from(size % BLOCK as u64).unwrap_or(0);
                    writer.output().write_all(&[0; BLOCK][..(BLOCK - over) % BLOCK]).map_err(failed)?;
                }
            }
        }
        for (name, content) in documents {
            let mut entry = TarEntry::new(*name, EntryType::Regular, 0o644, 0);
            entry.size = content.len() as u64;
            writer.append(&entry, content.as_slice()).map_err(failed)?;
        }
        writer.finish().map_err(failed)
    }

    /// Which images are meant, each once, with the names that were meant.
    fn outgoing(&self, request: &SaveRequest) -> Result<Vec<Outgoing>, EngineError> {
        let mut images: Vec<Outgoing> = Vec::new();
        for typed in &request.images {
            let found = self.images_meant(typed)?;
            if found.is_empty() {
                return Err(EngineError::NoSuchImage(typed.clone()));
            }
            for (record, name) in found {
                check_platform(typed, &record, request.platform.as_ref())?;
                let at = images.iter().position(|known| known.record.id == record.id).unwrap_or_else(|| {
                    images.push(Outgoing { record, names: Vec::new() });
                    images.len() - 1
                });
                if let Some(name) = name.filter(|name| !images[at].names.contains(name)) {
                    images[at].names.push(name);
                }
            }
        }
        for image in &mut images {
            image.names.extend(request.extra_names.iter().cloned());
        }
        Ok(images)
    }

    /// A repository means all its tags, a name itself, an id no name.
    fn images_meant(&self, typed: &str) -> Result<Vec<(ImageRecord, Option<Reference>)>, EngineError> {
        if let Ok(name) = typed.parse::<Reference>() {
            if name.tag().is_none() && name.digest().is_none() || !typed_tag(typed) {
                let mut all = Vec::new();
                for image in self.images()? {
                    let tags = image.tags.iter().filter(|tag| tag.familiar_name() == name.familiar_name());
                    let tags: Vec<Reference> = tags.cloned().collect();
                    all.extend(tags.into_iter().map(|tag| (image.clone(), Some(tag))));
                }
                if !all.is_empty() {
                    return Ok(all);
                }
            }
            let canonical = name.canonical();
            if let Ok(image) = self.resolve_image(typed)
                && (image.tags.contains(&canonical) || image.digests.contains(&canonical))
            {
                let tag = image.tags.contains(&canonical).then_some(canonical);
                return Ok(vec![(image, tag)]);
            }
        }
        match self.resolve_image(typed) {
            Ok(image) => Ok(vec![(image, None)]),
            Err(EngineError::NoSuchImage(_)) => Err(EngineError::NoSuchImage(typed.to_owned())),
            Err(error) => Err(error),
        }
    }

    fn outgoing_layers(
        &self,
        image: &ImageRecord,
        blobs: &mut BTreeMap<Digest, (u64, Content)>,
    ) -> Result<Vec<Descriptor>, EngineError> {
        self.layer_directories(image)?;
        let diffs = &image.config.rootfs.diff_ids;
        let mut layers = Vec::with_capacity(diffs.len());
        for (diff, chain) in diffs.iter().zip(ChainId::stack(diffs)) {
            let digest = diff.digest().clone();
            let size = match blobs.get(&digest) {
                Some((size, _)) => *size,
                None => self.layer_tar_size(&chain)?,
            };
            blobs.entry(digest.clone()).or_insert_with(|| (size, Content::Layer(chain)));
            layers.push(Descriptor { media_type: media_type::LAYER_TAR.to_owned(), digest, size });
        }
        Ok(layers)
    }
}

fn check_platform(typed: &str, image: &ImageRecord, wanted: Option<&Platform>) -> Result<(), EngineError> {
    let found = Platform { os: image.config.os.clone(), architecture: image.config.architecture.clone() };
    match wanted {
        Some(wanted) if *wanted != found => {
            let (found, wanted) = (found.to_string(), wanted.to_string());
            Err(ArchiveError::OtherPlatform { name: typed.to_owned(), found, wanted }.into())
        }
        _ => Ok(()),
    }
}

/// Whether a tag or a digest was typed: a colon before the last slash belongs to a registry's port.
fn typed_tag(typed: &str) -> bool {
    typed.rsplit('/').next().is_some_and(|last| last.contains([':', '@']))
}

fn document(kind: &str, content: Vec<u8>, blobs: &mut BTreeMap<Digest, (u64, Content)>) -> Descriptor {
    let (digest, size) = (Digest::of(&content), content.len() as u64);
    blobs.insert(digest.clone(), (size, Content::Bytes(content)));
    Descriptor { media_type: kind.to_owned(), digest, size }
}

/// One document per layer, for programs older than `manifest.json`; the id of the topmost.
fn legacy_documents(image: &ImageRecord, blobs: &mut BTreeMap<Digest, (u64, Content)>) -> String {
    let mut parent = String::new();
    let chains = ChainId::stack(&image.config.rootfs.diff_ids);
    for (position, chain) in chains.iter().enumerate() {
        let is_top = position + 1 == chains.len();
        let mut object = Map::new();
        let mut put = |key: &str, value: Value| object.insert(key.to_owned(), value);
        if is_top {
            put("architecture", json!(image.config.architecture));
            put("config", json!(image.config.config));
        }
        put("created", json!(image.config.created.filter(|_| is_top).unwrap_or(jiff::Timestamp::UNIX_EPOCH)));
        put("layer_id", json!(chain.to_string()));
        put("os", json!(image.config.os));
        if !parent.is_empty() {
            put("parent", json!(parent));
        }
        let id = ImageId::new(Digest::of(&bytes::document(&object)));
        object.insert("id".to_owned(), json!(id.hex()));
        id.hex().clone_into(&mut parent);
        document("", bytes::document(&object), blobs);
    }
    parent
}

fn blob_path(digest: &Digest) -> String {
    Path::new("blobs/sha256").join(digest.hex()).display().to_string()
}
