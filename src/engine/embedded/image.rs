//! An embedded image put into the shape of any image: config, manifest, layer blob.

use std::collections::BTreeMap;
use std::io;

use jiff::Timestamp;

use super::archive::ArchivePlan;
use crate::engine::EngineError;
use crate::engine::layer::LayerError;
use crate::engine::oci::{
    Descriptor, DiffId, Digest, HistoryEntry, ImageConfig, Manifest, Platform, RootFs, RuntimeConfig, media_type,
};
use crate::engine::store::json;
use crate::engine::store::{Hashing, LayerBlob, OfferedImage};

/// 2026-11-01T00:00:00Z: when every embedded image was made, so that the same program always holds the same images.
pub(super) const CREATED_SECONDS: u64 = 1_793_491_200;

/// An image.
#[derive(Debug)]
pub(super) struct EmbeddedImage {
    /// Defaults of its containers.
    pub config: RuntimeConfig,
    /// What each layer holds and what made it, as `docker history` shows it; lowest first.
    pub layers: Vec<(ArchivePlan, String)>,
    /// What was done after, and made no layer.
    pub settings: Vec<String>,
}

impl EmbeddedImage {
    /// Computes its digests.
    pub(super) fn offer(self) -> Result<OfferedImage, EngineError> {
        let mut archives: Vec<Box<dyn LayerBlob>> = Vec::new();
        let mut descriptors = Vec::new();
        let mut history = Vec::new();
        for (plan, made_by) in self.layers {
            let layer = plan.archive().map_err(LayerError::Archive)?;
            let (digest, size) = digest_of(&layer).map_err(LayerError::Archive)?;
            descriptors.push(Descriptor { media_type: media_type::LAYER_TAR.to_owned(), digest, size });
            archives.push(Box::new(layer));
            history.push((made_by, false));
        }
        history.extend(self.settings.into_iter().map(|setting| (setting, true)));
        let diff_ids = descriptors.iter().map(|layer| DiffId::new(layer.digest.clone())).collect();
        let created = Timestamp::from_second(CREATED_SECONDS.cast_signed()).ok();
        let platform = Platform::host();
        let config = ImageConfig {
            created,
            author: String::new(),
            architecture: platform.architecture,
            os: platform.os,
            variant: String::new(),
            config: self.config,
            rootfs: RootFs { kind: "layers".to_owned(), diff_ids },
            history: history
                .into_iter()
                .map(|(created_by, empty_layer)| HistoryEntry {
                    created,
                    created_by,
                    empty_layer,
                    ..HistoryEntry::default()
                })
                .collect(),
        };
        let config_json = json::document(&config);
        let manifest = Manifest {
            schema_version: 2,
            media_type: media_type::MANIFEST.to_owned(),
            config: Descriptor {
                media_type: media_type::CONFIG.to_owned(),
                digest: Digest::of(&config_json),
                size: config_json.len() as u64,
            },
            layers: descriptors,
        };
        let manifest_json = json::document(&manifest);
        Ok(OfferedImage { manifest_json, manifest, config_json, layers: archives, embedded: true })
    }
}

/// The labels that say what an embedded image is. `description` is data: it is shown to people.
pub(super) fn labels(title: &str, description: &str) -> BTreeMap<String, String> {
    [
        ("io.moussaillon.stand-in", "true"),
        ("org.opencontainers.image.title", title),
        ("org.opencontainers.image.description", description.trim_end()),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .collect()
}

fn digest_of(layer: &dyn LayerBlob) -> io::Result<(Digest, u64)> {
    let mut hashing = Hashing::new(io::sink());
    io::copy(&mut io::BufReader::with_capacity(64 << 10, layer.open()?), &mut hashing)?;
    Ok(hashing.finish())
}
