//! One image in the store: its config is a blob, `images/ID.json` holds what the config does not say.

use std::fs;
use std::io;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::ImageRecord;
use super::json;
use super::lock::StoreLock;
use super::repositories::Repositories;
use super::staging;
use crate::engine::oci::{ChainId, Digest, ImageConfig, ImageId, Reference};
use crate::engine::{Engine, EngineError};

/// What the config does not say.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct ImageFile {
    /// The image it was built or committed on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    parent: Option<ImageId>,
    /// When a name was last given to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last_tagged: Option<Timestamp>,
}

impl Engine {
    /// Adds an image whose layers are in the store, and gives it these names (they leave the images that had them).
    ///
    /// # Errors
    /// [`EngineError::DamagedImage`] when a layer is missing.
    pub(crate) fn create_image(
        &self,
        config: &ImageConfig,
        parent: Option<ImageId>,
        names: &[Reference],
    ) -> Result<ImageRecord, EngineError> {
        let lock = StoreLock::acquire(&self.paths)?;
        let json = json::document(config);
        self.register_image(&lock, &json, parent, names)
    }

    /// An image without a name for something that will not survive us: it may be lost, and is to be forgotten.
    pub(in crate::engine) fn create_passing_image(&self, config: &ImageConfig) -> Result<ImageId, EngineError> {
        let _lock = StoreLock::acquire(&self.paths)?;
        let json = json::document(config);
        let id = ImageId::new(Digest::of(&json));
        staging::write_loosely(&self.paths, &self.paths.blob(id.digest()), &json)?;
        staging::write_loosely(&self.paths, &self.paths.image(&id), &json::state(&ImageFile::default()))?;
        Ok(id)
    }

    /// The same for a config whose bytes, and so whose digest, are given.
    pub(crate) fn register_image(
        &self,
        lock: &StoreLock,
        config_json: &[u8],
        parent: Option<ImageId>,
        names: &[Reference],
    ) -> Result<ImageRecord, EngineError> {
        let id = ImageId::new(self.write_blob(config_json)?);
        let config: ImageConfig = serde_json::from_slice(config_json)
            .map_err(|error| EngineError::DamagedImage(id.clone(), error.to_string()))?;
        for chain in ChainId::stack(&config.rootfs.diff_ids) {
            if !self.has_layer(&chain) {
                return Err(EngineError::DamagedImage(id, format!("its layer {chain} is missing")));
            }
        }
        let mut file = self.read_image_file(&id)?.unwrap_or_default();
        file.parent = parent.filter(|parent| *parent != id).or(file.parent);
        self.write_named(lock, &id, file, names)?;
        self.image(&id)?.ok_or_else(|| EngineError::NoSuchImage(id.to_string()))
    }

    /// Gives an image these names.
    pub(crate) fn name_image(&self, lock: &StoreLock, id: &ImageId, names: &[Reference]) -> Result<(), EngineError> {
        let file = self.read_image_file(id)?.unwrap_or_default();
        self.write_named(lock, id, file, names)
    }

    /// The image first: a name never leads to what is not there.
    fn write_named(
        &self,
        _lock: &StoreLock,
        id: &ImageId,
        mut file: ImageFile,
        names: &[Reference],
    ) -> Result<(), EngineError> {
        if !names.is_empty() {
            file.last_tagged = Some(self.clock.now());
        }
        staging::write_file(&self.paths, &self.paths.image(id), &json::state(&file))?;
        if names.is_empty() {
            return Ok(());
        }
        let mut repositories = Repositories::read(&self.paths)?;
        for name in names {
            repositories.insert(name.clone(), id.clone());
        }
        repositories.write(&self.paths)
    }

    /// The image of this id, when the store has it.
    ///
    /// # Errors
    /// [`EngineError::DamagedImage`] when its config is missing or cannot be read.
    pub fn image(&self, id: &ImageId) -> Result<Option<ImageRecord>, EngineError> {
        self.image_with(&Repositories::read(&self.paths)?, id)
    }

    pub(crate) fn image_with(
        &self,
        repositories: &Repositories,
        id: &ImageId,
    ) -> Result<Option<ImageRecord>, EngineError> {
        let Some(file) = self.read_image_file(id)? else { return Ok(None) };
        let config = self.image_config(id)?;
        // A layer someone deleted weighs nothing; whoever needs it is told by name.
        let layer_sizes: Vec<u64> = ChainId::stack(&config.rootfs.diff_ids)
            .iter()
            .map(|chain| self.layer_record(chain).map_or(0, |layer| layer.size))
            .collect();
        let (digests, tags) = repositories.names_of(id).into_iter().partition(|name| name.digest().is_some());
        let parent = file.parent.filter(|parent| self.paths.image(parent).exists());
        Ok(Some(ImageRecord {
            id: id.clone(),
            config,
            tags,
            digests,
            size: layer_sizes.iter().sum(),
            layer_sizes,
            parent,
            last_tagged: file.last_tagged,
        }))
    }

    /// The config of an image; it outlives the image while a container was made from it.
    pub(crate) fn image_config(&self, id: &ImageId) -> Result<ImageConfig, EngineError> {
        let damaged = |reason: String| EngineError::DamagedImage(id.clone(), reason);
        let json = match self.read_blob(id.digest()) {
            Ok(Some(json)) => json,
            Ok(None) => return Err(damaged("its config is missing".to_owned())),
            Err(EngineError::DamagedState { reason, .. }) => return Err(damaged(reason)),
            Err(error) => return Err(error),
        };
        serde_json::from_slice(&json).map_err(|error| damaged(error.to_string()))
    }

    /// The image this one was made on, when that one is here.
    pub(crate) fn image_parent(&self, id: &ImageId) -> Result<Option<ImageId>, EngineError> {
        Ok(self.read_image_file(id)?.and_then(|file| file.parent).filter(|parent| self.paths.image(parent).exists()))
    }

    /// Forgets an image; its config and its layers stay.
    pub(crate) fn forget_image(&self, _lock: &StoreLock, id: &ImageId) -> Result<(), EngineError> {
        let path = self.paths.image(id);
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(EngineError::io(path, error)),
            _ => staging::sync_parent(&path),
        }
    }

    /// The ids of all images, in no order.
    pub(crate) fn image_ids(&self) -> Result<Vec<ImageId>, EngineError> {
        let directory = self.paths.images();
        let failed = |error| EngineError::io(&directory, error);
        let mut ids = Vec::new();
        for entry in fs::read_dir(&directory).map_err(failed)? {
            let name = entry.map_err(failed)?.file_name();
            if let Some(id) = name.to_str().and_then(|name| name.strip_suffix(".json")) {
                ids.extend(format!("sha256:{id}").parse::<ImageId>());
            }
        }
        Ok(ids)
    }

    fn read_image_file(&self, id: &ImageId) -> Result<Option<ImageFile>, EngineError> {
        let path = self.paths.image(id);
        match fs::read(&path) {
            Ok(json) => serde_json::from_slice(&json)
                .map(Some)
                .map_err(|error| EngineError::DamagedState { path, reason: error.to_string() }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(EngineError::io(path, error)),
        }
    }
}
