//! `docker exec`: one more process in a running container.

use super::monitor_client::MonitorClient;
use super::names::random_bytes;
use super::session::{AttachRequest, Session};
use super::{ContainerId, launch_plan};
use crate::engine::launch::protocol::{Reply, Request};
use crate::engine::{Engine, EngineError};

/// What `exec` is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
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

/// The id of a process to be added: 64 random hexadecimal digits, as a container's; empty when the kernel has none to give.
pub(in crate::engine) fn exec_id() -> String {
    random_bytes::<32>().map(|bytes| ContainerId::from_random(bytes).to_string()).unwrap_or_default()
}

impl Engine {
    /// Runs a process in a running container. With `attach` the session's end carries its exit code;
    /// without (`-d`) `None` comes back once the process has been executed.
    ///
    /// # Errors
    /// [`EngineError::NotRunning`]; [`EngineError::Launch`] when the command cannot be executed.
    pub fn exec(
        &self,
        id: &ContainerId,
        request: ExecRequest,
        attach: Option<AttachRequest>,
    ) -> Result<Option<Session>, EngineError> {
        let record = self.container(id)?;
        if record.state.is_restarting() {
            return Err(EngineError::Restarting(id.clone()));
        }
        if !record.state.is_running() {
            return Err(EngineError::NotRunning(id.clone()));
        }
        if record.state.paused {
            return Err(EngineError::ExecPaused(record.name.to_string()));
        }
        let gone = |_| EngineError::NotRunning(id.clone());
        let process = launch_plan::joined(self, &record, request, attach.and_then(|attach| attach.window))?;
        let mut client = MonitorClient::connect(self.paths(), id).map_err(gone)?;
        client.send(&Request::Exec(Box::new(process), attach)).map_err(gone)?;
        match client.receive(None).map_err(gone)? {
            Some(Reply::Failed(error)) => Err(error.into()),
            Some(_) => {
                let (connection, inbox) = client.into_parts();
                Ok(attach.map(|_| Session::new(connection, inbox)))
            }
            None => Err(EngineError::NotRunning(id.clone())),
        }
    }
}
