//! `docker stop`, `kill`, `restart`, `wait`: the end of the first process.

use std::cell::Cell;
use std::io;
use std::os::fd::BorrowedFd;
use std::time::Duration;

use super::monitor_client::{MonitorClient, WaitEnd};
use super::{ContainerId, ContainerRecord, ContainerStatus, ProcessIdentity};
use crate::engine::launch::protocol::Request;
use crate::engine::launch::signal;
use crate::engine::{Engine, EngineError};

/// Docker's own, when neither the command line nor the container says otherwise.
const DEFAULT_TIMEOUT_SECONDS: i64 = 10;

/// How long a container may still end by itself when its stop signal is none the kernel knows.
const WITHOUT_SIGNAL: Duration = Duration::from_secs(2);

/// How `stop` insists.
#[derive(Debug, Clone, Default)]
pub struct StopRequest {
    /// `-s`; the container's stop signal when absent.
    pub signal: Option<String>,
    /// `-t`, seconds; negative waits for ever; the container's own or 10 when absent.
    pub timeout_seconds: Option<i64>,
}

impl Engine {
    /// Sends the stop signal, waits, then kills; its restart policy does not start it again. Nothing happens when it
    /// does not run.
    ///
    /// # Errors
    /// [`EngineError::InvalidSignal`].
    pub fn stop_container(&self, id: &ContainerId, request: &StopRequest) -> Result<(), EngineError> {
        let record = self.container(id)?;
        if !record.state.is_running() {
            return Ok(());
        }
        let number = match &request.signal {
            Some(asked) => signal::parse(asked)?,
            None => stop_signal(&record)?.unwrap_or(nix::libc::SIGTERM),
        };
        let seconds = request.timeout_seconds.or(record.config.stop_timeout).unwrap_or(DEFAULT_TIMEOUT_SECONDS);
        let limit = u64::try_from(seconds).ok().map(Duration::from_secs);
        let limit = if signal::is_known(number) { limit } else { limit.map(|_| WITHOUT_SIGNAL) };
        self.end(id, number, limit)?;
        self.note_container(&record, "stop", &[]);
        Ok(())
    }

    /// Sends a signal by name (`SIGTERM`, `term`) or number. No restart follows, unless the container names another signal
    /// as the one that stops it.
    ///
    /// # Errors
    /// [`EngineError::NotRunning`], [`EngineError::InvalidSignal`], [`EngineError::UnknownSignal`].
    pub fn kill_container(&self, id: &ContainerId, signal: &str) -> Result<(), EngineError> {
        let number = signal::parse(signal)?;
        if !signal::is_known(number) {
            return Err(EngineError::UnknownSignal(number));
        }
        let mut noted = false;
        loop {
            let record = self.container(id)?;
            let client = match MonitorClient::connect(self.paths(), id) {
                _ if !record.state.is_running() => None,
                Ok(client) => Some(client),
                // It hands over to the next one, or leaves.
                Err(_) if record.state.monitor.as_ref().is_some_and(ProcessIdentity::is_alive) => {
                    record.state.monitor.iter().for_each(ProcessIdentity::wait_for_end);
                    continue;
                }
                Err(_) => None,
            };
            let Some(client) = client else {
                return if noted { Ok(()) } else { Err(EngineError::NotRunning(id.clone())) };
            };
            if !noted && !record.state.is_restarting() {
                self.note_kill(&record, number);
            }
            noted = true;
            let is_final = number == nix::libc::SIGKILL || stop_signal(&record)?.is_none_or(|stop| stop == number);
            match self.deliver(number, is_final, &record, client) {
                Ok(WaitEnd::Gone) => {}
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
                Ok(_) => return Ok(()),
                Err(error) => return Err(EngineError::io(self.paths().container(id), error)),
            }
        }
    }

    /// Has a monitor send a signal, and waits for the end when there can be no other. [`WaitEnd::Gone`]: it has heard
    /// nothing, the next one has to be told.
    fn deliver(
        &self,
        number: i32,
        is_final: bool,
        record: &ContainerRecord,
        mut client: MonitorClient,
    ) -> io::Result<WaitEnd> {
        let restarting = record.state.is_restarting();
        let killing = number == nix::libc::SIGKILL && !restarting;
        if is_final {
            client.send(&Request::StayDown)?;
            if client.receive(None)?.is_none() {
                return Ok(WaitEnd::Gone);
            }
        }
        if restarting {
            return client.hang_up().map(|()| WaitEnd::TooLate);
        }
        if killing {
            client.send(&Request::Wait)?;
        }
        client.send(&Request::Signal(number))?;
        // What stands still hears nothing; Docker lets it go on.
        let _ = self.resume(record);
        if killing { client.wait_for_exit(None) } else { client.hang_up().map(|()| WaitEnd::TooLate) }
    }

    /// Stops when running, then starts.
    ///
    /// # Errors
    /// Those of stop and start.
    pub fn restart_container(&self, id: &ContainerId, request: &StopRequest) -> Result<(), EngineError> {
        self.stop_container(id, request)?;
        self.start_container(id, None)?;
        self.note_container(&self.container(id)?, "restart", &[]);
        Ok(())
    }

    /// Waits for its next end when it runs; its exit code.
    ///
    /// # Errors
    /// [`EngineError::NoSuchContainer`].
    pub fn wait_container(&self, id: &ContainerId) -> Result<i32, EngineError> {
        match self.until_end(id, |_, client| client.wait_for_exit(None))? {
            Some(code) => Ok(code),
            None => Ok(self.container(id)?.state.exit_code()),
        }
    }

    /// The same, until this becomes readable; `None` when it did.
    ///
    /// # Errors
    /// [`EngineError::NoSuchContainer`].
    pub fn wait_container_unless(
        &self,
        id: &ContainerId,
        interrupt: BorrowedFd<'_>,
    ) -> Result<Option<i32>, EngineError> {
        let interrupted = Cell::new(false);
        let ended = self.until_end(id, |_, client| {
            interrupted.set(!client.speaks_before(interrupt)?);
            if interrupted.get() { Ok(WaitEnd::Exited(0)) } else { client.wait_for_exit(None) }
        })?;
        match ended {
            Some(_) if interrupted.get() => Ok(None),
            Some(code) => Ok(Some(code)),
            None => Ok(Some(self.container(id)?.state.exit_code())),
        }
    }

    /// Kills it and waits for its end.
    pub(super) fn kill_and_wait(&self, record: &ContainerRecord) -> Result<(), EngineError> {
        self.end(&record.id, nix::libc::SIGKILL, None)
    }

    fn end(&self, id: &ContainerId, number: i32, limit: Option<Duration>) -> Result<(), EngineError> {
        let ended = self.until_end(id, |record, client| {
            client.send(&Request::StayDown)?;
            if record.state.is_restarting() {
                return client.wait_for_exit(None);
            }
            if signal::is_known(number) {
                self.note_kill(record, number);
                client.send(&Request::Signal(number))?;
            }
            let _ = self.resume(record);
            match client.wait_for_exit(limit)? {
                WaitEnd::TooLate => {
                    self.note_kill(record, nix::libc::SIGKILL);
                    client.send(&Request::Signal(nix::libc::SIGKILL))?;
                    client.wait_for_exit(None)
                }
                end => Ok(end),
            }
        });
        ended.map(|_| ())
    }

    /// Talks to the monitor about the end of its container, and to the next one when it has just handed over. The exit
    /// code; `None` when it does not run, or nobody is left who could tell.
    fn until_end(
        &self,
        id: &ContainerId,
        talk: impl Fn(&ContainerRecord, &mut MonitorClient) -> io::Result<WaitEnd>,
    ) -> Result<Option<i32>, EngineError> {
        loop {
            let record = self.container(id)?;
            if !record.state.is_running() {
                return Ok(None);
            }
            let Ok(mut client) = MonitorClient::connect(self.paths(), id) else {
                // It is about to leave, or was killed and takes the container along: the kernel tells when that is done.
                // What stands still does not die.
                let _ = self.resume(&record);
                match (&record.state.monitor, &record.state.status) {
                    (Some(monitor), _) if monitor.is_alive() => monitor.wait_for_end(),
                    // A program that changes its user (set-user-ID) outlives its monitor: nobody else can end it.
                    (_, ContainerStatus::Running { init, .. }) => {
                        init.end().map_err(|error| EngineError::io(self.paths().container(id), error))?;
                    }
                    _ => {}
                }
                continue;
            };
            match client.send(&Request::Wait).and_then(|()| talk(&record, &mut client)) {
                Ok(WaitEnd::Exited(code)) => return Ok(Some(code)),
                Ok(WaitEnd::Gone | WaitEnd::TooLate) => {}
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
                Err(error) => return Err(EngineError::io(self.paths().container(id), error)),
            }
        }
    }

    fn note_kill(&self, record: &ContainerRecord, number: i32) {
        self.note_container(record, "kill", &[("signal", &number.to_string())]);
    }
}

/// The signal a container says stops it.
fn stop_signal(record: &ContainerRecord) -> Result<Option<i32>, EngineError> {
    match record.config.stop_signal.as_str() {
        "" => Ok(None),
        own => signal::parse(own).map(Some),
    }
}
