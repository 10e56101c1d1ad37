//! `docker exec`: one more process in a running container.

use super::session::{AttachRequest, Session};
use super::ContainerId;
use crate::engine::{Engine, EngineError};

/// What `exec` is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ExecRequest {
    /// Command and arguments.
    pub command: Vec<String>,
    /// `-t`.
    pub tty: bool,
    /// `-i`.
    pub stdin: bool,
    /// `-e`, `NAME=value`.
    pub env: Vec<String>,
    /// `-w`.
    pub working_dir: Option<String>,
    /// `-u`; the container's user when absent.
    pub user: Option<String>,
    /// `--privileged`.
    pub privileged: bool,
}

impl Engine {
    /// Runs a process in a running container. With `attach` the session's end carries its exit code;
    /// without (`-d`) `None` comes back once the process has been executed.
    ///
    /// # Errors
    /// [`EngineError::NotRunning`]; [`EngineError::Launch`] when the command cannot be executed.
    pub fn exec(&self, id: &ContainerId, request: ExecRequest, attach: Option<AttachRequest>) -> Result<Option<Session>, EngineError> {
        let _ = (id, request, attach);
        todo!()
    }
}
