//! `docker rm`.

use std::fs;

use super::{ContainerId, ContainerRecord};
use crate::engine::store::Stage;
use crate::engine::{Engine, EngineError};

/// How far `rm` goes.
#[derive(Debug, Clone, Copy, Default)]
pub struct RemoveRequest {
    /// `-f`: kill it first.
    pub force: bool,
    /// `-v`: its anonymous volumes too.
    pub volumes: bool,
}

impl Engine {
    /// Removes a container and its writable layer.
    ///
    /// # Errors
    /// [`EngineError::RemoveRunning`] without `force`.
    pub fn remove_container(&self, id: &ContainerId, request: RemoveRequest) -> Result<(), EngineError> {
        let record = self.container(id)?;
        if record.state.is_running() {
            if !request.force && record.state.paused {
                return Err(EngineError::RemovePaused(record.name.to_string()));
            }
            if !request.force {
                return Err(EngineError::RemoveRunning { name: record.name.to_string(), state: record.state.word() });
            }
            match self.kill_and_wait(&record) {
                // `--rm` was faster.
                Err(EngineError::NoSuchContainer(_)) => return Ok(()),
                other => other?,
            }
        }
        let result = self.discard(&record, request.volumes);
        match result {
            Err(EngineError::NoSuchContainer(_)) => Ok(()),
            other => other,
        }
    }

    /// What the monitor of a `--rm` container does last: its anonymous volumes go with it.
    pub(in crate::engine) fn remove_stopped(&self, id: &ContainerId) -> Result<(), EngineError> {
        self.discard(&self.container(id)?, true)
    }

    /// Frees the name, moves the directory out of sight in one rename, then deletes it.
    fn discard(&self, record: &ContainerRecord, volumes: bool) -> Result<(), EngineError> {
        let lock = self.lock_container(&record.id)?;
        let directory = self.paths().container(&record.id);
        let stage = Stage::new(&self.paths)?;
        let doomed = stage.path().join("container");
        fs::rename(&directory, &doomed).map_err(|error| EngineError::io(&directory, error))?;
        self.release_name(&record.name);
        // Its monitor has removed it, unless it was killed.
        self.group_of(record).remove();
        drop(lock);
        fs::remove_dir_all(&doomed).map_err(|error| EngineError::io(&doomed, error))?;
        if volumes {
            for mount in &record.mounts {
                self.remove_if_anonymous(&mount.source);
            }
        }
        self.note_container(record, "destroy", &[]);
        self.release_image(&record.image)
    }
}
