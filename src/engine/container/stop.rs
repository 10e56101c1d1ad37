//! `docker stop`, `kill`, `restart`, `wait`: the end of the first process.

use std::io;
use std::time::Duration;

use super::monitor_client::MonitorClient;
use super::{ContainerId, ContainerRecord, ContainerStatus};
use crate::engine::launch::protocol::Request;
use crate::engine::launch::signal;
use crate::engine::{Engine, EngineError};

/// Docker's own, when neither the command line nor the container says otherwise.
const DEFAULT_TIMEOUT_SECONDS: i64 = 10;
const DEFAULT_SIGNAL: &str = "SIGTERM";

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
    ///
    /// # Errors
    /// [`EngineError::InvalidSignal`].
    pub fn stop_container(&self, id: &ContainerId, request: &StopRequest) -> Result<(), EngineError> {
        let record = self.container(id)?;
        let chosen = request.signal.as_deref().unwrap_or(match record.config.stop_signal.as_str() {
            "" => DEFAULT_SIGNAL,
            own => own,
        });
        let number = signal::parse(chosen)?;
        let seconds = request.timeout_seconds.or(record.config.stop_timeout).unwrap_or(DEFAULT_TIMEOUT_SECONDS);
        let limit = u64::try_from(seconds).ok().map(Duration::from_secs);
        self.end(&record, number, limit)
    }

    /// Sends a signal by name (`SIGTERM`, `term`) or number.
    ///
    /// # Errors
    /// [`EngineError::KillNotRunning`], [`EngineError::InvalidSignal`].
    pub fn kill_container(&self, id: &ContainerId, signal: &str) -> Result<(), EngineError> {
        let number = signal::parse(signal)?;
        let record = self.container(id)?;
        let not_running = || EngineError::KillNotRunning { given: id.to_string(), id: id.clone() };
        if !record.state.is_running() {
            return Err(not_running());
        }
        let mut client = MonitorClient::connect(self.paths(), id).map_err(|_| not_running())?;
        let killing = number == nix::libc::SIGKILL;
        let sent = (|| {
            if killing {
                client.send(&Request::Wait)?;
            }
            client.send(&Request::Signal(number))?;
            if killing { client.wait_for_exit(None).map(|_| ()) } else { client.hang_up() }
        })();
        sent.map_err(|error| EngineError::io(self.paths().container(id), error))
    }

    /// Stops when running, then starts.
    ///
    /// # Errors
    /// Those of stop and start.
    pub fn restart_container(&self, id: &ContainerId, request: &StopRequest) -> Result<(), EngineError> {
        self.stop_container(id, request)?;
        self.start_container(id, None).map(|_| ())
    }

    /// Waits until it does not run; its exit code.
    ///
    /// # Errors
    /// [`EngineError::NoSuchContainer`].
    pub fn wait_container(&self, id: &ContainerId) -> Result<i32, EngineError> {
        if self.container(id)?.state.is_running() {
            self.listen(id, |client| client.wait_for_exit(None).map(|_| ()))?;
        }
        loop {
            let state = self.container(id)?.state;
            match &state.status {
                // Its monitor was killed, and takes it along: the kernel tells when that is done.
                ContainerStatus::Running { init, .. } => init.wait_for_end(),
                ContainerStatus::Created { .. } | ContainerStatus::Exited { .. } => return Ok(state.exit_code()),
            }
        }
    }

    /// Kills it and waits for its end.
    pub(super) fn kill_and_wait(&self, record: &ContainerRecord) -> Result<(), EngineError> {
        self.end(record, nix::libc::SIGKILL, None)
    }

    fn end(&self, record: &ContainerRecord, number: i32, limit: Option<Duration>) -> Result<(), EngineError> {
        if !record.state.is_running() {
            return Ok(());
        }
        self.listen(&record.id, |client| {
            client.send(&Request::Signal(number))?;
            if client.wait_for_exit(limit)? {
                return Ok(());
            }
            client.send(&Request::Signal(nix::libc::SIGKILL))?;
            client.wait_for_exit(None).map(|_| ())
        })
    }

    /// Talks to a monitor about the end of its container; one that has just gone has nothing more to say.
    fn listen(
        &self,
        id: &ContainerId,
        talk: impl FnOnce(&mut MonitorClient) -> io::Result<()>,
    ) -> Result<(), EngineError> {
        let Ok(mut client) = MonitorClient::connect(self.paths(), id) else { return Ok(()) };
        match client.send(&Request::Wait).and_then(|()| talk(&mut client)) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(EngineError::io(self.paths().container(id), error))
            }
            _ => Ok(()),
        }
    }
}
