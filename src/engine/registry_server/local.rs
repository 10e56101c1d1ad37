//! The images of this state root, shown as repositories. Their manifests are made when they are asked for.

use std::collections::BTreeSet;
use std::io::{self, Read};

use super::answer::{Body, Refusal};
use crate::engine::oci::{ChainId, Descriptor, Digest, Manifest, Reference, media_type};
use crate::engine::store::{ImageRecord, LayerArchive, json};
use crate::engine::{Engine, EngineError};

/// The repository of a name: what is after the registry, `library/` left out.
fn repository(name: &Reference) -> &str {
    name.path().strip_prefix("library/").unwrap_or_else(|| name.path())
}

/// Every repository and tag there is, with its image.
fn named(engine: &Engine) -> Result<Vec<(String, String, ImageRecord)>, EngineError> {
    let mut all = Vec::new();
    for image in engine.images()? {
        for name in &image.tags {
            let tag = name.tag().unwrap_or_default().to_owned();
            all.push((repository(name).to_owned(), tag, image.clone()));
        }
    }
    Ok(all)
}

/// The repositories.
pub fn repositories(engine: &Engine) -> Result<BTreeSet<String>, EngineError> {
    Ok(named(engine)?.into_iter().map(|(repository, ..)| repository).collect())
}

/// The tags of a repository.
pub fn tags(engine: &Engine, wanted: &str) -> Result<BTreeSet<String>, EngineError> {
    let wanted = wanted.strip_prefix("library/").unwrap_or(wanted);
    Ok(named(engine)?.into_iter().filter(|(repository, ..)| repository == wanted).map(|(_, tag, _)| tag).collect())
}

/// The manifest of a tag, or of a digest it was given before.
pub fn manifest(engine: &Engine, wanted: &str, tag_or_digest: &str) -> Result<Option<Vec<u8>>, EngineError> {
    let wanted = wanted.strip_prefix("library/").unwrap_or(wanted);
    for (_, tag, image) in named(engine)?.into_iter().filter(|(repository, ..)| repository == wanted) {
        if tag == tag_or_digest {
            return manifest_of(engine, &image).map(Some);
        }
        if tag_or_digest.parse::<Digest>().is_ok() {
            let manifest = manifest_of(engine, &image)?;
            if Digest::of(&manifest).as_str() == tag_or_digest {
                return Ok(Some(manifest));
            }
        }
    }
    Ok(None)
}

fn manifest_of(engine: &Engine, image: &ImageRecord) -> Result<Vec<u8>, EngineError> {
    let config = engine
        .read_blob(image.id.digest())?
        .ok_or_else(|| EngineError::DamagedImage(image.id.clone(), "its config is missing".to_owned()))?;
    let mut layers = Vec::new();
    for chain in ChainId::stack(&image.config.rootfs.diff_ids) {
        layers.push(layer_descriptor(engine, &chain)?);
    }
    let manifest = Manifest {
        schema_version: 2,
        media_type: media_type::MANIFEST.to_owned(),
        config: Descriptor {
            media_type: media_type::CONFIG.to_owned(),
            digest: image.id.digest().clone(),
            size: config.len() as u64,
        },
        layers,
    };
    Ok(json::document(&manifest))
}

/// A layer as it came, or as the plain tar its files make.
fn layer_descriptor(engine: &Engine, chain: &ChainId) -> Result<Descriptor, EngineError> {
    let record = engine.layer_record(chain)?;
    Ok(match record.archive {
        Some(mut kept) => {
            // One manifest speaks one dialect.
            let kind = match kept.media_type.as_str() {
                media_type::LAYER_TAR | media_type::LAYER_ZSTD => kept.media_type,
                _ => media_type::LAYER_GZIP.to_owned(),
            };
            kept.media_type = kind;
            kept
        }
        None => Descriptor {
            media_type: media_type::LAYER_TAR.to_owned(),
            digest: record.diff_id.digest().clone(),
            size: engine.layer_tar_size(chain)?,
        },
    })
}

/// Where a blob of a local image is.
pub enum LocalBlob {
    /// A config.
    Config(Vec<u8>),
    /// A layer.
    Layer(ChainId, u64),
}

impl LocalBlob {
    /// Its length in bytes.
    pub fn length(&self) -> u64 {
        match self {
            Self::Config(bytes) => bytes.len() as u64,
            Self::Layer(_, length) => *length,
        }
    }

    /// A part of it.
    pub fn body(self, engine: &Engine, start: u64, length: u64) -> Result<Body, Refusal> {
        match self {
            Self::Config(bytes) => {
                let from = usize::try_from(start).unwrap_or(usize::MAX).min(bytes.len());
                let to = usize::try_from(start.saturating_add(length)).unwrap_or(usize::MAX).min(bytes.len());
                Ok(Body::bytes(bytes[from..to].to_vec()))
            }
            Self::Layer(chain, _) => match engine.layer_archive(&chain)? {
                LayerArchive::Kept(_, file) => Ok(Body::file(file, start, length)?),
                LayerArchive::ToPack(_) => packed(engine, chain, start, length),
            },
        }
    }
}

/// A blob of a local image, by digest.
pub fn blob(engine: &Engine, digest: &Digest) -> Result<Option<LocalBlob>, EngineError> {
    for image in engine.images()? {
        if image.id.digest() == digest {
            return Ok(engine.read_blob(digest)?.map(LocalBlob::Config));
        }
        for chain in ChainId::stack(&image.config.rootfs.diff_ids) {
            let record = engine.layer_record(&chain)?;
            let its = record.archive.as_ref().map_or(record.diff_id.digest(), |kept| &kept.digest);
            if its == digest {
                return Ok(Some(LocalBlob::Layer(chain.clone(), layer_descriptor(engine, &chain)?.size)));
            }
        }
    }
    Ok(None)
}

/// Packs a layer while it is sent.
fn packed(engine: &Engine, chain: ChainId, start: u64, length: u64) -> Result<Body, Refusal> {
    let (mut reader, mut writer) = io::pipe()?;
    let engine = engine.clone();
    std::thread::spawn(move || {
        // A client that goes away breaks the pipe: there is nobody to tell.
        let _ = engine.write_layer_tar(&chain, &mut writer);
    });
    io::copy(&mut reader.by_ref().take(start), &mut io::sink())?;
    Ok(Body { reader: Box::new(reader.take(length)), length })
}
