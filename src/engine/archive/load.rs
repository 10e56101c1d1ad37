//! `docker load`.

use std::collections::BTreeMap;
use std::fs::File;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::ArchiveError;
use super::index::ArchiveIndex;
use super::layout::{ArchivedImage, Blob, images};
use crate::engine::oci::{ChainId, Digest, ImageConfig, ImageId, Platform, Reference};
use crate::engine::store::{StagedLayer, StoreLock};
use crate::engine::{Engine, EngineError};

/// The deepest stack Docker takes.
const MAX_LAYERS: usize = 125;
/// More at a time only wait for the disk.
const MAX_WORKERS: usize = 4;

/// What `load` is asked.
#[derive(Debug, Clone, Default)]
pub struct LoadRequest {
    /// `--platform`.
    pub platform: Option<Platform>,
}

/// What happens while images are loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoadEvent {
    /// A layer is in: the first 12 digits of its diff id, its size in the archive.
    Layer {
        /// Which.
        layer: String,
        /// Bytes.
        size: u64,
    },
    /// A name leaves the image that had it.
    Renamed {
        /// The name.
        name: Reference,
        /// Who had it.
        owner: ImageId,
    },
    /// An image is in under a name.
    Loaded(Reference),
    /// An image is in without a name.
    LoadedId(ImageId),
}

/// An image of the archive, its config read.
struct Planned {
    archived: ArchivedImage,
    config_json: Vec<u8>,
    config: ImageConfig,
}

/// A layer to be brought in.
struct Wanted<'a> {
    blob: &'a Blob,
    /// Its place in the first image that has it.
    position: usize,
    diff_id: Digest,
}

impl Engine {
    /// Brings in the images of an archive.
    ///
    /// # Errors
    /// [`EngineError::Archive`], [`EngineError::Layer`]; then no image of the archive is in.
    pub fn load_images(
        &self,
        archive: File,
        request: &LoadRequest,
        events: &mut dyn FnMut(LoadEvent),
    ) -> Result<Vec<ImageId>, EngineError> {
        let index = ArchiveIndex::open(self, archive)?;
        let mut planned = Vec::new();
        for archived in images(&index, request.platform.as_ref())? {
            planned.push(plan(&index, archived, request)?);
        }
        let staged = self.stage_layers(&index, &planned, events)?;
        StagedLayer::sync_all(staged.values())?;
        let lock = StoreLock::acquire(&self.paths)?;
        let mut loaded = Vec::new();
        for image in &planned {
            loaded.push(self.register_loaded(&lock, image, &staged, events)?);
        }
        // A parent may come after its child.
        for image in &planned {
            if let Some(parent) = self.loaded_parent(image) {
                self.register_image(&lock, &image.config_json, Some(parent), &[])?;
            }
        }
        Ok(loaded)
    }

    fn register_loaded(
        &self,
        lock: &StoreLock,
        image: &Planned,
        staged: &BTreeMap<ChainId, StagedLayer>,
        events: &mut dyn FnMut(LoadEvent),
    ) -> Result<ImageId, EngineError> {
        let diffs = &image.config.rootfs.diff_ids;
        for (position, chain) in ChainId::stack(diffs).iter().enumerate() {
            if let Some(layer) = staged.get(chain)
                && !self.has_layer(chain)
            {
                self.place_layer(&diffs[..position], layer)?;
            }
        }
        let id = ImageId::new(Digest::of(&image.config_json));
        let names = &image.archived.names;
        for name in names {
            if let Ok(owner) = self.resolve_image(&name.to_string())
                && owner.id != id
            {
                events(LoadEvent::Renamed { name: name.clone(), owner: owner.id });
            }
        }
        self.register_image(lock, &image.config_json, None, names)?;
        for name in names {
            self.note_image(&id, "load", name);
            events(LoadEvent::Loaded(name.clone()));
        }
        if names.is_empty() {
            events(LoadEvent::LoadedId(id.clone()));
        }
        Ok(id)
    }

    /// The parent the archive names, when it is here and the image really stands on its layers.
    fn loaded_parent(&self, image: &Planned) -> Option<ImageId> {
        let parent = image.archived.parent.clone().filter(|parent| self.paths.image(parent).exists())?;
        let below = self.image_config(&parent).ok()?;
        image.config.rootfs.diff_ids.starts_with(&below.rootfs.diff_ids).then_some(parent)
    }

    /// Unpacks the layers that are not here, several at a time; each by the stack it is the top of.
    fn stage_layers(
        &self,
        index: &ArchiveIndex,
        planned: &[Planned],
        events: &mut dyn FnMut(LoadEvent),
    ) -> Result<BTreeMap<ChainId, StagedLayer>, EngineError> {
        let mut wanted: Vec<(ChainId, Wanted<'_>)> = Vec::new();
        for image in planned {
            let diffs = &image.config.rootfs.diff_ids;
            for (position, (chain, blob)) in ChainId::stack(diffs).into_iter().zip(&image.archived.layers).enumerate() {
                if !self.has_layer(&chain) && wanted.iter().all(|(known, _)| *known != chain) {
                    let diff_id = diffs[position].digest().clone();
                    wanted.push((chain, Wanted { blob, position, diff_id }));
                }
            }
        }
        let next = AtomicUsize::new(0);
        let done = Mutex::new(Vec::new());
        let work = || {
            while let Some((_, layer)) = wanted.get(next.fetch_add(1, Ordering::Relaxed)) {
                let result = self.stage_wanted(index, layer);
                let failed = result.is_err();
                if let Ok(mut done) = done.lock() {
                    done.push((layer.position, result));
                }
                if failed {
                    // The others need not begin anything more.
                    next.store(wanted.len(), Ordering::Relaxed);
                }
            }
        };
        let workers = std::thread::available_parallelism().map_or(1, usize::from).min(MAX_WORKERS).min(wanted.len());
        std::thread::scope(|scope| {
            for _ in 1..workers {
                scope.spawn(work);
            }
            work();
        });
        let mut staged = BTreeMap::new();
        for (_, result) in done.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner) {
            let (layer, size): (StagedLayer, u64) = result?;
            let digest = layer.record.diff_id.digest().clone();
            if let Some((chain, _)) =
                wanted.iter().find(|(chain, wanted)| wanted.diff_id == digest && !staged.contains_key(chain))
            {
                events(LoadEvent::Layer { layer: digest.hex()[..12].to_owned(), size });
                staged.insert(chain.clone(), layer);
            }
        }
        Ok(staged)
    }

    fn stage_wanted(&self, index: &ArchiveIndex, wanted: &Wanted<'_>) -> Result<(StagedLayer, u64), EngineError> {
        let file = index.file(&wanted.blob.name)?;
        // Under its diff id it is checked while it is unpacked; under any other digest, first.
        if let Some(expected) = wanted.blob.digest.as_ref().filter(|digest| **digest != wanted.diff_id) {
            let found = file.digest().map_err(|error| ArchiveError::Unreadable(error.to_string()))?;
            if found != *expected {
                let (name, expected) = (wanted.blob.name.clone(), expected.clone());
                return Err(ArchiveError::Digest { name, expected, found }.into());
            }
        }
        let layer = self.stage_foreign_layer(&file)?;
        let found = layer.record.diff_id.digest();
        if *found == wanted.diff_id {
            return Ok((layer, file.length()));
        }
        let (layer, expected, found) = (wanted.position, wanted.diff_id.clone(), found.clone());
        Err(ArchiveError::DiffId { layer, expected, found }.into())
    }
}

fn plan(index: &ArchiveIndex, archived: ArchivedImage, request: &LoadRequest) -> Result<Planned, EngineError> {
    let name = &archived.config.name;
    let config_json = index.document(name)?;
    let found = Digest::of(&config_json);
    if let Some(expected) = archived.config.digest.clone().filter(|expected| *expected != found) {
        return Err(ArchiveError::Digest { name: name.clone(), expected, found }.into());
    }
    let config: ImageConfig = serde_json::from_slice(&config_json)
        .map_err(|error| ArchiveError::Document(name.clone(), error.to_string()))?;
    if config.os != "linux" {
        return Err(ArchiveError::OperatingSystem(config.os).into());
    }
    let (expected, count) = (config.rootfs.diff_ids.len(), archived.layers.len());
    if expected != count {
        return Err(ArchiveError::LayerCount { expected, found: count }.into());
    }
    if count > MAX_LAYERS + 2 {
        return Err(ArchiveError::TooDeep.into());
    }
    if let Some(wanted) = &request.platform
        && (config.os != wanted.os || config.architecture != wanted.architecture)
    {
        return Err(ArchiveError::NoPlatform(wanted.to_string()).into());
    }
    Ok(Planned { archived, config_json, config })
}
