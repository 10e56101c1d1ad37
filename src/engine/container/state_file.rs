//! The files of a container's directory, and how its state is read and written: whole or not at all.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{ContainerId, ContainerRecord, ContainerState, ContainerStatus, HealthState, ProcessIdentity};
use crate::engine::network::Attachments;
use crate::engine::{EngineError, Paths};

/// What was asked, written once.
pub const CONFIG: &str = "config.json";
/// Where it is in its life, rewritten by its monitor.
pub const STATE: &str = "state.json";
/// Where its monitor listens.
pub const SOCKET: &str = "monitor.sock";
/// What it wrote, Docker's `json-file` format.
pub const LOG: &str = "container.log";
/// There when its root is a copy of its layers.
pub const COPIED: &str = "copied";
/// Held while it is being started or removed.
pub const LOCK: &str = "lock";

/// The exit code of a container whose monitor vanished: it was killed with it.
const KILLED: i32 = 137;

/// Writes the state.
///
/// # Errors
/// [`EngineError::Io`].
pub fn write(paths: &Paths, id: &ContainerId, state: &ContainerState) -> Result<(), EngineError> {
    write_json(&paths.container(id).join(STATE), state)
}

/// Reads a container; a state that claims a dead process is corrected.
///
/// # Errors
/// [`EngineError::NoSuchContainer`] when there is none, [`EngineError::DamagedState`].
pub fn read(paths: &Paths, id: &ContainerId) -> Result<ContainerRecord, EngineError> {
    let directory = paths.container(id);
    let mut record: ContainerRecord = match read_json(&directory.join(CONFIG)) {
        Err(EngineError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
            return Err(EngineError::NoSuchContainer(id.to_string()));
        }
        other => other?,
    };
    record.state = match read_json(&directory.join(STATE)) {
        Ok(state) => with_liveness(state, &directory),
        Err(EngineError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => ContainerState::created(),
        Err(error) => return Err(error),
    };
    record.attachments = Attachments::read(paths, id)?;
    Ok(record)
}

/// The state of a container whose file claims what is no more, corrected; `None` when the file is right.
///
/// # Errors
/// As [`read`].
pub fn corrected(paths: &Paths, id: &ContainerId) -> Result<Option<ContainerState>, EngineError> {
    let directory = paths.container(id);
    let written: ContainerState = match read_json(&directory.join(STATE)) {
        Err(EngineError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => return Ok(None),
        other => other?,
    };
    let found = with_liveness(written.clone(), &directory);
    Ok((found.word() != written.word() && !found.is_running()).then_some(found))
}

/// "Running" is what the kernel says, not what a file says.
fn with_liveness(mut state: ContainerState, directory: &Path) -> ContainerState {
    if let ContainerStatus::Running { init, .. } = &state.status {
        state.paused = super::pause::is_paused(directory, init);
    }
    let is_alive = |process: &Option<ProcessIdentity>| process.as_ref().is_some_and(ProcessIdentity::is_alive);
    let (exit_code, started_at, finished_at) = match &state.status {
        ContainerStatus::Created { .. } | ContainerStatus::Exited { .. } => return state,
        _ if is_alive(&state.monitor) => return state,
        ContainerStatus::Running { init, .. } if init.is_alive() => return state,
        ContainerStatus::Running { started_at, .. } => (KILLED, *started_at, last_word(directory).max(*started_at)),
        ContainerStatus::Restarting { exit_code, started_at, finished_at } => (*exit_code, *started_at, *finished_at),
    };
    let error = String::new();
    let status = ContainerStatus::Exited { exit_code, started_at, finished_at, oom_killed: false, error };
    ContainerState { status, monitor: None, health: state.health.map(HealthState::of_stopped), paused: false, ..state }
}

/// The best witness of when a container ended is the last thing it wrote.
fn last_word(directory: &Path) -> Timestamp {
    let written = fs::metadata(directory.join(LOG)).and_then(|status| status.modified()).ok();
    written.and_then(|time| Timestamp::try_from(time).ok()).unwrap_or(Timestamp::MIN)
}

/// Writes a JSON file beside its name, then renames it into place.
///
/// # Errors
/// [`EngineError::Io`] with the path.
pub fn write_json<T: Serialize>(path: &Path, value: &T) -> Result<(), EngineError> {
    // One of each writer's own, in this process too.
    static WRITERS: AtomicU64 = AtomicU64::new(0);
    let number = WRITERS.fetch_add(1, Ordering::Relaxed);
    let staged = path.with_extension(format!("{}-{number}.new", std::process::id()));
    let bytes = serde_json::to_vec_pretty(value).map_err(|error| EngineError::io(path, error.into()))?;
    fs::write(&staged, bytes).and_then(|()| fs::rename(&staged, path)).map_err(|error| EngineError::io(path, error))
}

/// Reads a JSON file.
///
/// # Errors
/// [`EngineError::Io`], [`EngineError::DamagedState`].
pub fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, EngineError> {
    let bytes = fs::read(path).map_err(|error| EngineError::io(path, error))?;
    serde_json::from_slice(&bytes)
        .map_err(|error| EngineError::DamagedState { path: path.to_path_buf(), reason: error.to_string() })
}
