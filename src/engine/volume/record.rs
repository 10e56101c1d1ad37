//! Volumes made, found and listed. The field names are those of Docker's API: `volume inspect` prints them as they are.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::PathBuf;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{ANONYMOUS_LABEL, content, name};
use crate::engine::container::mounts::anonymous_name;
use crate::engine::journal::ObjectKind;
use crate::engine::store::json;
use crate::engine::store::staging::{self, Stage};
use crate::engine::{Engine, EngineError};

/// All that is known of a volume.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct VolumeRecord {
    /// When it was made, to the second.
    pub created_at: Timestamp,
    /// Always `local`.
    pub driver: String,
    /// Free words.
    pub labels: Option<BTreeMap<String, String>>,
    /// Its `_data` directory.
    pub mountpoint: PathBuf,
    /// Its name; 64 hexadecimal digits when nobody gave it one.
    pub name: String,
    /// `-o`: see [`super::VolumeContent`].
    pub options: Option<BTreeMap<String, String>>,
    /// Always `local`.
    pub scope: String,
}

/// What `volume create` is asked.
#[derive(Debug, Clone, Default)]
pub struct VolumeRequest {
    /// Its name; made up when absent.
    pub name: Option<String>,
    /// `-d`: `local`, or empty for the same.
    pub driver: String,
    /// `--label`.
    pub labels: BTreeMap<String, String>,
    /// `-o`.
    pub options: BTreeMap<String, String>,
}

impl Engine {
    /// The volume of this name, made when there is none; one that is there stays as it is.
    ///
    /// # Errors
    /// [`EngineError::InvalidRequest`] for a name or options Docker refuses, [`EngineError::NoSuchVolumeDriver`],
    /// [`EngineError::UnsupportedVolumeType`], [`EngineError::Io`].
    pub fn create_volume(&self, request: &VolumeRequest) -> Result<VolumeRecord, EngineError> {
        let mut labels = request.labels.clone();
        let name = if let Some(name) = &request.name {
            name.clone()
        } else {
            labels.insert(ANONYMOUS_LABEL.to_owned(), String::new());
            anonymous_name()?
        };
        if !matches!(request.driver.as_str(), "" | "local") {
            return Err(EngineError::NoSuchVolumeDriver { name, driver: request.driver.clone() });
        }
        name::check(&name)?;
        match self.volume(&name) {
            Err(EngineError::NoSuchVolume(_)) => {}
            other => return other,
        }
        content::check(&name, &request.options)?;
        let directory = self.paths.volume(&name);
        let created_at = self.clock.now();
        let record = VolumeRecord {
            created_at: Timestamp::from_second(created_at.as_second()).unwrap_or(created_at),
            driver: "local".to_owned(),
            labels: Some(labels).filter(|labels| !labels.is_empty()),
            mountpoint: directory.join("_data"),
            name: name.clone(),
            options: Some(request.options.clone()).filter(|options| !options.is_empty()),
            scope: "local".to_owned(),
        };
        let stage = Stage::new(&self.paths)?;
        let staged = stage.path().join("volume");
        let failed = |error| EngineError::io(&staged, error);
        fs::create_dir(&staged).and_then(|()| fs::create_dir(staged.join("_data"))).map_err(failed)?;
        let json = json::state(&record);
        fs::write(staged.join("volume.json"), json).map_err(failed)?;
        stage.sync()?;
        staging::place_directory(&staged, &directory)?;
        self.note(ObjectKind::Volume, "create", &name, &[("driver", "local")]);
        self.volume(&name)
    }

    /// One volume.
    ///
    /// # Errors
    /// [`EngineError::NoSuchVolume`], [`EngineError::DamagedState`].
    pub fn volume(&self, name: &str) -> Result<VolumeRecord, EngineError> {
        let missing = || EngineError::NoSuchVolume(name.to_owned());
        name::check(name).map_err(|_| missing())?;
        let path = self.paths.volume(name).join("volume.json");
        let json = match fs::read(&path) {
            Ok(json) => json,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(missing()),
            Err(error) => return Err(EngineError::io(path, error)),
        };
        let mut record: VolumeRecord = serde_json::from_slice(&json)
            .map_err(|error| EngineError::DamagedState { path, reason: error.to_string() })?;
        // The state root may have been moved since.
        record.mountpoint = self.paths.volume(name).join("_data");
        Ok(record)
    }

    /// Every volume, by name.
    pub fn volumes(&self) -> Result<Vec<VolumeRecord>, EngineError> {
        let directory = self.paths.volumes();
        let entries = fs::read_dir(&directory).map_err(|error| EngineError::io(&directory, error))?;
        let mut names: Vec<String> =
            entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect();
        names.sort();
        let mut records = Vec::new();
        for name in names {
            match self.volume(&name) {
                Ok(record) => records.push(record),
                // Removed while we looked, or nothing of ours.
                Err(EngineError::NoSuchVolume(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(records)
    }
}
