//! `docker stop`, `kill`, `restart`, `wait`: the end of the first process.

use super::ContainerId;
use crate::engine::{Engine, EngineError};

/// How `stop` insists.
#[derive(Debug, Clone, Default)]
pub struct StopRequest {
    /// `-s`; the container's stop signal when absent.
    pub signal: Option<String>,
    /// `-t`, seconds; negative waits for ever; the container's own or 10 when absent.
    pub timeout_seconds: Option<i64>,
}

impl Engine {
    /// Sends the stop signal, waits, then kills. Nothing happens when it does not run.
    pub fn stop_container(&self, id: &ContainerId, request: &StopRequest) -> Result<(), EngineError> {
        let _ = (id, request);
        todo!()
    }

    /// Sends a signal by name (`SIGTERM`, `term`) or number.
    ///
    /// # Errors
    /// [`EngineError::KillNotRunning`], [`EngineError::InvalidSignal`].
    pub fn kill_container(&self, id: &ContainerId, signal: &str) -> Result<(), EngineError> {
        let _ = (id, signal);
        todo!()
    }

    /// Stops when running, then starts.
    pub fn restart_container(&self, id: &ContainerId, request: &StopRequest) -> Result<(), EngineError> {
        let _ = (id, request);
        todo!()
    }

    /// Waits until it does not run; its exit code.
    pub fn wait_container(&self, id: &ContainerId) -> Result<i32, EngineError> {
        let _ = id;
        todo!()
    }
}
