//! A conversation with the standard streams of a container's process, through its monitor.

use std::io::{self, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signalfd::SignalFd;
use serde::{Deserialize, Serialize};

use super::OutputStream;
use super::detach::DetachScanner;
use crate::engine::EngineError;
use crate::engine::launch::protocol::{Inbox, Reply, Request};

const READ_SIZE: usize = 16 * 1024;

/// Which streams a client wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachRequest {
    /// Forward our input.
    pub stdin: bool,
    /// Receive its output.
    pub stdout: bool,
    /// Receive its errors.
    pub stderr: bool,
    /// Rows and columns of our window, for a process with a terminal.
    pub window: Option<(u16, u16)>,
}

/// A connected session. Dropping it detaches.
#[derive(Debug)]
pub struct Session {
    connection: UnixStream,
    inbox: Inbox,
}

/// What the client lends to a session while it lasts.
pub struct SessionIo<'a> {
    /// Where input is read; `None`: no input.
    pub stdin: Option<BorrowedFd<'a>>,
    /// Where its output goes.
    pub stdout: &'a mut dyn Write,
    /// Where its errors go.
    pub stderr: &'a mut dyn Write,
    /// The terminal whose size the container's follows; `None` without `-t`.
    pub terminal: Option<BorrowedFd<'a>>,
    /// What comes to the client besides input; `None`: nothing is listened to.
    pub signals: Option<SessionSignals<'a>>,
    /// The bytes that detach when typed in a row (`ctrl-p,ctrl-q`); only with a terminal.
    pub detach_keys: &'a [u8],
}

/// The signals a client hears while it holds a session. SIGWINCH is always about its window.
#[derive(Debug, Clone, Copy)]
pub struct SessionSignals<'a> {
    /// They come as bytes.
    pub descriptor: &'a SignalFd,
    /// Whether the process gets them; otherwise the first of them ends the session.
    pub passed_on: bool,
}

/// How often somebody must ask us to end before we do, when the process was told and goes on.
const INSISTENCE: u32 = 3;

/// How a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionEnd {
    /// The process exited with this code.
    Exited(i32),
    /// The detach keys were typed.
    Detached,
    /// Nobody reads the client's output any more; the process goes on.
    Unheard,
    /// The client was asked to end: once where signals are its own, three times where they are passed on. The process
    /// goes on.
    Interrupted,
    /// The monitor went away without a word: the container was killed from outside.
    Lost,
}

impl Session {
    /// Takes over a connection on which [`Reply::Started`] has been received; `inbox` holds what came after it.
    pub(super) fn new(connection: UnixStream, inbox: Inbox) -> Self {
        Self { connection, inbox }
    }

    /// Moves bytes until the process exits or the client detaches.
    ///
    /// # Errors
    /// [`EngineError::Io`] when one of the client's own streams fails.
    pub fn run(mut self, mut io: SessionIo<'_>) -> Result<SessionEnd, EngineError> {
        self.exchange(&mut io).map_err(|error| EngineError::io("attached streams", error))
    }

    /// Tells the container the size of our window.
    ///
    /// # Errors
    /// [`EngineError::Io`] when the monitor is gone.
    pub fn resize(&mut self, rows: u16, columns: u16) -> Result<(), EngineError> {
        self.send(&Request::Resize { rows, columns }).map_err(|error| EngineError::io("monitor", error))
    }

    fn exchange(&mut self, io: &mut SessionIo<'_>) -> io::Result<SessionEnd> {
        let mut input = io.stdin;
        let mut interrupts = 0;
        let mut keys = DetachScanner::new(if io.terminal.is_some() { io.detach_keys } else { &[] });
        if let Some((rows, columns)) = io.terminal.and_then(window_of) {
            // A monitor that is gone is noticed below.
            let _ = self.send(&Request::Resize { rows, columns });
        }
        loop {
            if let Some(end) = self.deliver(io)? {
                return Ok(end);
            }
            let (replies, typed, signalled) = self.wait(input, io.signals.map(|signals| signals.descriptor))?;
            if signalled && self.hear_signal(io, &mut interrupts) {
                return Ok(SessionEnd::Interrupted);
            }
            if typed && let Some(descriptor) = input {
                let mut buffer = [0; READ_SIZE];
                match rustix::io::read(descriptor, &mut buffer) {
                    Ok(0) | Err(rustix::io::Errno::IO) => {
                        input = None;
                        let _ = self.send(&Request::InputClosed);
                    }
                    Ok(count) => {
                        let (bytes, detached) = keys.scan(&buffer[..count]);
                        let _ = self.send(&Request::Input(bytes));
                        if detached {
                            return Ok(SessionEnd::Detached);
                        }
                    }
                    Err(rustix::io::Errno::INTR | rustix::io::Errno::AGAIN) => {}
                    Err(error) => return Err(error.into()),
                }
            }
            if replies {
                let mut buffer = [0; READ_SIZE];
                match self.connection.read(&mut buffer) {
                    Ok(0) => return Ok(self.deliver(io)?.unwrap_or(SessionEnd::Lost)),
                    Ok(count) => self.inbox.extend(&buffer[..count]),
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    Err(error) if error.kind() == io::ErrorKind::ConnectionReset => return Ok(SessionEnd::Lost),
                    Err(error) => return Err(error),
                }
            }
        }
    }

    /// Waits for the monitor, for input, for a signal.
    fn wait(&self, input: Option<BorrowedFd<'_>>, signals: Option<&SignalFd>) -> io::Result<(bool, bool, bool)> {
        let nobody = self.connection.as_fd();
        let mut watched = [
            PollFd::new(self.connection.as_fd(), PollFlags::POLLIN),
            PollFd::new(input.unwrap_or(nobody), PollFlags::POLLIN),
            PollFd::new(signals.map_or(nobody, AsFd::as_fd), PollFlags::POLLIN),
        ];
        match poll(&mut watched, PollTimeout::NONE) {
            Err(nix::Error::EINTR) => return Ok((false, false, false)),
            other => other?,
        };
        let ready = |index: usize| watched[index].any().unwrap_or(false);
        Ok((ready(0), input.is_some() && ready(1), signals.is_some() && ready(2)))
    }

    /// Hands over all output that has come; the end when it has come too.
    fn deliver(&mut self, io: &mut SessionIo<'_>) -> io::Result<Option<SessionEnd>> {
        while let Some(reply) = self.inbox.next_reply()? {
            match reply {
                Reply::Output(OutputStream::Stdout, bytes) => {
                    if !heard(io.stdout, &bytes)? {
                        return Ok(Some(SessionEnd::Unheard));
                    }
                }
                Reply::Output(OutputStream::Stderr, bytes) => {
                    if !heard(io.stderr, &bytes)? {
                        return Ok(Some(SessionEnd::Unheard));
                    }
                }
                Reply::Exited(code) => return Ok(Some(SessionEnd::Exited(code))),
                Reply::Started | Reply::Failed(_) => {}
            }
        }
        Ok(None)
    }

    /// Deals with one signal; whether the session ends with it.
    fn hear_signal(&mut self, io: &SessionIo<'_>, interrupts: &mut u32) -> bool {
        let Some(signals) = io.signals else { return false };
        let Ok(Some(information)) = signals.descriptor.read_signal() else { return false };
        let number = i32::try_from(information.ssi_signo).unwrap_or_default();
        if number == nix::libc::SIGWINCH {
            if let Some((rows, columns)) = io.terminal.and_then(window_of) {
                let _ = self.send(&Request::Resize { rows, columns });
            }
            return false;
        }
        if !signals.passed_on {
            return true;
        }
        let _ = self.send(&Request::Signal(number));
        *interrupts += u32::from(matches!(number, nix::libc::SIGINT | nix::libc::SIGTERM));
        *interrupts >= INSISTENCE
    }

    fn send(&mut self, request: &Request) -> io::Result<()> {
        self.connection.write_all(&request.encode())
    }
}

/// Writes at once; whether somebody still reads.
fn heard(output: &mut dyn Write, bytes: &[u8]) -> io::Result<bool> {
    match output.write_all(bytes).and_then(|()| output.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(false),
        other => other.map(|()| true),
    }
}

fn window_of(terminal: BorrowedFd<'_>) -> Option<(u16, u16)> {
    let size = rustix::termios::tcgetwinsize(terminal).ok()?;
    (size.ws_row > 0 && size.ws_col > 0).then_some((size.ws_row, size.ws_col))
}
