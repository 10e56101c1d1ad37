//! The client's side of a container's monitor: connect, ask, listen.

use std::io::{self, Read, Write};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use super::{ContainerId, state_file};
use crate::engine::launch::protocol::{Inbox, Reply, Request};
use crate::engine::{Engine, EngineError, Paths};

/// A connection to a monitor.
#[derive(Debug)]
pub struct MonitorClient {
    connection: UnixStream,
    inbox: Inbox,
}

impl MonitorClient {
    /// Connects to the monitor of a running container.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`] or [`io::ErrorKind::ConnectionRefused`] when there is none.
    pub fn connect(paths: &Paths, id: &ContainerId) -> io::Result<Self> {
        // A Unix socket's path is limited to 108 bytes, a state root is not: go through its directory's number.
        let directory = std::fs::File::open(paths.container(id))?;
        let path = format!("/proc/self/fd/{}/{}", directory.as_raw_fd(), state_file::SOCKET);
        Ok(Self::over(UnixStream::connect(path)?))
    }

    /// Talks over a connection made otherwise.
    pub fn over(connection: UnixStream) -> Self {
        Self { connection, inbox: Inbox::default() }
    }

    /// Says something.
    ///
    /// # Errors
    /// What the socket answers.
    pub fn send(&mut self, request: &Request) -> io::Result<()> {
        self.connection.write_all(&request.encode())
    }

    /// The next reply; `None` when the monitor has gone.
    ///
    /// # Errors
    /// What the socket answers; [`io::ErrorKind::WouldBlock`] past the time limit.
    pub fn receive(&mut self, limit: Option<Duration>) -> io::Result<Option<Reply>> {
        let deadline = limit.map(|limit| Instant::now() + limit);
        let mut buffer = [0; 4096];
        loop {
            if let Some(reply) = self.inbox.next_reply()? {
                return Ok(Some(reply));
            }
            let remaining = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            if remaining == Some(Duration::ZERO) {
                return Err(io::ErrorKind::WouldBlock.into());
            }
            self.connection.set_read_timeout(remaining)?;
            match self.connection.read(&mut buffer) {
                Ok(0) => return Ok(None),
                Ok(count) => self.inbox.extend(&buffer[..count]),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::ConnectionReset => return Ok(None),
                Err(error) => return Err(error),
            }
        }
    }

    /// Waits until the first process has exited or the monitor has gone.
    ///
    /// # Errors
    /// What the socket answers.
    pub fn wait_for_exit(&mut self, limit: Option<Duration>) -> io::Result<WaitEnd> {
        let deadline = limit.map(|limit| Instant::now() + limit);
        loop {
            let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
            match self.receive(left) {
                Ok(Some(Reply::Exited(code))) => return Ok(WaitEnd::Exited(code)),
                Ok(None) => return Ok(WaitEnd::Gone),
                Ok(Some(_)) => {}
                Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {
                    return Ok(WaitEnd::TooLate);
                }
                Err(error) => return Err(error),
            }
        }
    }

    /// Waits for the monitor to speak or go: true; false when this became readable first.
    ///
    /// # Errors
    /// What `poll(2)` answers.
    pub fn speaks_before(&self, other: BorrowedFd<'_>) -> io::Result<bool> {
        loop {
            let mut watched =
                [self.connection.as_fd(), other].map(|descriptor| PollFd::new(descriptor, PollFlags::POLLIN));
            match poll(&mut watched, PollTimeout::NONE) {
                Err(nix::Error::EINTR) => {}
                Err(error) => return Err(error.into()),
                Ok(_) => return Ok(watched[0].any().unwrap_or(true)),
            }
        }
    }

    /// Says no more, and waits until the monitor has dealt with all that was said.
    ///
    /// # Errors
    /// What the socket answers.
    pub fn hang_up(mut self) -> io::Result<()> {
        self.connection.shutdown(std::net::Shutdown::Write)?;
        while self.receive(None)?.is_some() {}
        Ok(())
    }

    /// Becomes readable when the monitor speaks, or goes.
    pub fn as_fd(&self) -> BorrowedFd<'_> {
        self.connection.as_fd()
    }

    /// The connection, and what has come on it unread.
    pub fn into_parts(self) -> (UnixStream, Inbox) {
        (self.connection, self.inbox)
    }
}

/// How a wait for an end ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitEnd {
    /// The first process exited with this code.
    Exited(i32),
    /// The monitor left without a word.
    Gone,
    /// The time limit passed.
    TooLate,
}

impl Engine {
    /// Has the monitor of a running container do something, and waits until it has.
    pub(in crate::engine) fn ask_monitor(&self, id: &ContainerId, request: &Request) -> Result<(), EngineError> {
        let failed = |error| EngineError::io(self.paths().container(id), error);
        let mut client = MonitorClient::connect(self.paths(), id).map_err(failed)?;
        client.send(request).map_err(failed)?;
        match client.receive(None).map_err(failed)? {
            Some(Reply::Failed(error)) => Err(error.into()),
            Some(_) => Ok(()),
            None => Err(EngineError::NotRunning(id.clone())),
        }
    }
}
