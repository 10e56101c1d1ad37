//! Which containers there are.

use std::fs;

use super::{ContainerId, ContainerRecord, state_file};
use crate::engine::{Engine, EngineError};

impl Engine {
    /// Every container, newest first, with its present state. Those of the steps of builds are not among them.
    ///
    /// # Errors
    /// [`EngineError::Io`], [`EngineError::DamagedState`].
    pub fn containers(&self) -> Result<Vec<ContainerRecord>, EngineError> {
        let mut records = self.all_containers()?;
        records.retain(|record| record.builder.is_none());
        Ok(records)
    }

    /// Every container there is: for those who must know what is in use.
    pub(in crate::engine) fn all_containers(&self) -> Result<Vec<ContainerRecord>, EngineError> {
        let mut records = Vec::new();
        for id in self.container_ids()? {
            match state_file::read(&self.paths, &id) {
                Ok(record) => records.push(record),
                // Removed, or not complete yet, while we looked.
                Err(EngineError::NoSuchContainer(_)) => {}
                Err(error) => return Err(error),
            }
        }
        records.sort_by_key(|record| std::cmp::Reverse(record.created));
        Ok(records)
    }

    /// One container with its present state.
    ///
    /// # Errors
    /// [`EngineError::NoSuchContainer`], [`EngineError::DamagedState`].
    pub fn container(&self, id: &ContainerId) -> Result<ContainerRecord, EngineError> {
        state_file::read(&self.paths, id)
    }

    /// A container by whole id, name or unambiguous id prefix, in Docker's order; blanks around it do not count.
    ///
    /// # Errors
    /// [`EngineError::NoContainerNamed`], [`EngineError::NoSuchContainer`], [`EngineError::AmbiguousPrefix`].
    pub fn resolve_container(&self, name_or_id: &str) -> Result<ContainerRecord, EngineError> {
        let name_or_id = name_or_id.trim();
        if name_or_id.is_empty() {
            return Err(EngineError::NoContainerNamed);
        }
        let missing = || EngineError::NoSuchContainer(name_or_id.to_owned());
        if let Ok(id) = name_or_id.parse::<ContainerId>()
            && let Ok(record) = self.container(&id)
        {
            return Ok(record);
        }
        if let Some(id) = self.named(name_or_id.strip_prefix('/').unwrap_or(name_or_id)) {
            match self.container(&id) {
                // Left by a renaming that was cut short: it answers to another name.
                Ok(record) if record.name.as_str() != name_or_id.strip_prefix('/').unwrap_or(name_or_id) => {}
                Err(EngineError::NoSuchContainer(_)) => return Err(missing()),
                other => return other,
            }
        }
        let mut fitting = self.container_ids()?.into_iter().filter(|id| id.as_str().starts_with(name_or_id));
        match (fitting.next(), fitting.next()) {
            (None, _) => Err(missing()),
            (Some(id), None) => self.container(&id),
            (Some(_), Some(_)) => Err(EngineError::AmbiguousPrefix(name_or_id.to_owned())),
        }
    }

    pub(in crate::engine) fn container_ids(&self) -> Result<Vec<ContainerId>, EngineError> {
        let directory = self.paths.containers();
        let entries = fs::read_dir(&directory).map_err(|error| EngineError::io(&directory, error))?;
        Ok(entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect())
    }
}
