//! A conversation with the standard streams of a container's process, through its monitor.

use std::io::Write;
use std::os::fd::BorrowedFd;

use crate::engine::EngineError;

/// Which streams a client wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AttachRequest {
    /// Forward our input.
    pub stdin: bool,
    /// Receive its output.
    pub stdout: bool,
    /// Receive its errors.
    pub stderr: bool,
}

/// A connected session. Dropping it detaches.
#[derive(Debug)]
pub struct Session {}

/// What the client lends to a session while it lasts.
pub struct SessionIo<'a> {
    /// Where input is read (non-blocking not needed); `None`: no input.
    pub stdin: Option<BorrowedFd<'a>>,
    /// Where its output goes.
    pub stdout: &'a mut dyn Write,
    /// Where its errors go.
    pub stderr: &'a mut dyn Write,
    /// The terminal whose size the container's follows; `None` without `-t`.
    pub terminal: Option<BorrowedFd<'a>>,
    /// A signalfd carrying SIGWINCH and the signals to pass on; `None`: nothing is passed on.
    pub signals: Option<BorrowedFd<'a>>,
    /// The bytes that detach when typed in a row (`ctrl-p,ctrl-q`); only with a terminal.
    pub detach_keys: &'a [u8],
}

/// How a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionEnd {
    /// The process exited with this code.
    Exited(i32),
    /// The detach keys were typed.
    Detached,
    /// The monitor went away without a word: the container was killed from outside.
    Lost,
}

impl Session {
    /// Moves bytes until the process exits or the client detaches.
    ///
    /// # Errors
    /// [`EngineError::Io`] when one of the client's own streams fails.
    pub fn run(self, io: SessionIo<'_>) -> Result<SessionEnd, EngineError> {
        let _ = io;
        todo!()
    }
}

impl Session {
    /// Tells the container the size of its terminal, before anything is moved.
    pub fn resize(&mut self, rows: u16, columns: u16) -> Result<(), EngineError> {
        let _ = (rows, columns);
        todo!()
    }
}
