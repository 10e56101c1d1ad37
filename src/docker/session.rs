//! The client's side of a conversation with a container: raw mode, window size, signals, detach keys.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;

use nix::sys::signal::{SigSet, Signal};
use nix::sys::signalfd::{SfdFlags, SignalFd};

use super::context::Context;
use super::detach_keys;
use super::failure::Failure;
use crate::engine::EngineError;
use crate::engine::container::{AttachRequest, ContainerId, Session, SessionEnd, SessionIo, SessionSignals};

/// What a conversation needs to know.
#[derive(Debug, Clone)]
pub struct Conversation {
    /// Our input is sent.
    pub stdin: bool,
    /// The container has a terminal.
    pub tty: bool,
    /// The signals we receive are passed on.
    pub proxy_signals: bool,
    /// What detaches.
    pub detach_keys: Vec<u8>,
}

/// Signals that cannot be caught, or speak of us and not of the container.
const NEVER_PASSED_ON: &[Signal] = &[
    Signal::SIGKILL,
    Signal::SIGSTOP,
    Signal::SIGCHLD,
    Signal::SIGPIPE,
    Signal::SIGURG,
    Signal::SIGTSTP,
    Signal::SIGCONT,
];

/// What a user says to make us stop.
const INTERRUPTS: [Signal; 3] = [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP];

/// What a shell adds to the number of the signal that ended a process.
const SIGNAL_BASE: i32 = 128;

/// Signals that come as bytes for as long as this lives.
#[derive(Debug)]
pub struct SignalGuard {
    descriptor: SignalFd,
    before: SigSet,
}

impl Conversation {
    /// Refuses what `-it` cannot do: typing into a container's terminal from something that is not one.
    ///
    /// # Errors
    /// Docker's sentence.
    pub fn check_terminal(&self, context: &Context<'_>) -> Result<(), Failure> {
        if self.stdin && self.tty && !context.streams.stdin_is_terminal {
            return Err(Failure::client("the input device is not a TTY"));
        }
        Ok(())
    }

    /// What is asked of the monitor for these streams: standard output and error as said, our window.
    pub fn request(&self, context: &Context<'_>, stdout: bool, stderr: bool) -> AttachRequest {
        let terminal = context.streams.terminal.filter(|_| self.tty);
        let window = terminal.and_then(|terminal| rustix::termios::tcgetwinsize(terminal).ok());
        let window = window.map(|size| (size.ws_row, size.ws_col)).filter(|(rows, columns)| *rows > 0 && *columns > 0);
        AttachRequest { stdin: self.stdin, stdout, stderr, window }
    }

    /// Catches the signals to pass on, or those that end the conversation. To be called before the container starts, so
    /// that none is lost.
    ///
    /// # Errors
    /// [`EngineError::Io`] when the kernel refuses.
    pub fn catch_signals(&self) -> Result<SignalGuard, Failure> {
        let passed_on = Signal::iterator().filter(|signal| !NEVER_PASSED_ON.contains(signal));
        let ours = INTERRUPTS.into_iter().chain(self.tty.then_some(Signal::SIGWINCH));
        let wanted: SigSet = if self.proxy_signals { passed_on.collect() } else { ours.collect() };
        SignalGuard::catch(&wanted)
    }

    /// Talks until the process exits or the client detaches. Raw mode lasts as long, when there is a terminal.
    ///
    /// # Errors
    /// The engine's, when a stream of ours fails; Docker's, when somebody insists and the process does not mind.
    pub fn hold(
        &self,
        context: &mut Context<'_>,
        session: Session,
        signals: &SignalGuard,
    ) -> Result<SessionEnd, Failure> {
        let streams = &mut context.streams;
        let raw = (self.tty && self.stdin && streams.stdin_is_terminal)
            .then(|| (streams.raw_mode)(streams.stdin))
            .transpose()
            .map_err(|error| EngineError::io("/dev/tty", error))?;
        let io = SessionIo {
            stdin: self.stdin.then_some(streams.stdin),
            stdout: &mut *streams.stdout,
            stderr: &mut *streams.stderr,
            terminal: if self.tty { streams.terminal } else { None },
            signals: Some(SessionSignals { descriptor: &signals.descriptor, passed_on: self.proxy_signals }),
            detach_keys: &self.detach_keys,
        };
        let end = session.run(io);
        drop(raw);
        match end? {
            SessionEnd::Interrupted if self.proxy_signals => {
                Err(Failure::client("\ngot 3 SIGTERM/SIGINTs, forcefully exiting"))
            }
            end => Ok(end),
        }
    }
}

/// Catches what a user says to make us stop: Ctrl-C, a hang-up, a plain `kill`.
///
/// # Errors
/// [`EngineError::Io`] when the kernel refuses.
pub fn catch_interrupts() -> Result<SignalGuard, Failure> {
    SignalGuard::catch(&INTERRUPTS.into_iter().collect())
}

impl SignalGuard {
    fn catch(wanted: &SigSet) -> Result<Self, Failure> {
        let failed = |error: nix::Error| EngineError::io("signalfd", error.into());
        let before = SigSet::thread_get_mask().map_err(failed)?;
        wanted.thread_block().map_err(failed)?;
        match SignalFd::with_flags(wanted, SfdFlags::SFD_NONBLOCK | SfdFlags::SFD_CLOEXEC) {
            Ok(descriptor) => Ok(Self { descriptor, before }),
            Err(error) => {
                let _ = before.thread_set_mask();
                Err(failed(error).into())
            }
        }
    }

    /// Becomes readable with the first signal.
    pub fn as_fd(&self) -> BorrowedFd<'_> {
        self.descriptor.as_fd()
    }

    /// A descriptor of its own that becomes readable with the first signal.
    ///
    /// # Errors
    /// [`EngineError::Io`] when there are too many descriptors.
    pub fn watch(&self) -> Result<Arc<OwnedFd>, Failure> {
        let copy = self.descriptor.as_fd().try_clone_to_owned();
        Ok(Arc::new(copy.map_err(|error| EngineError::io("signalfd", error))?))
    }
}

impl SignalGuard {
    /// The exit code of who was told to stop; `None` when nobody was.
    pub fn exit_code(&self) -> Option<i32> {
        let signal = self.descriptor.read_signal().ok()??;
        Some(SIGNAL_BASE + i32::try_from(signal.ssi_signo).ok()?)
    }
}

impl Drop for SignalGuard {
    fn drop(&mut self) {
        // What was not read must not strike us the moment the mask is lifted.
        while let Ok(Some(_)) = self.descriptor.read_signal() {}
        let _ = self.before.thread_set_mask();
    }
}

/// The bytes of `--detach-keys`.
///
/// # Errors
/// What the client says when the daemon takes no such keys, and so does not let it attach.
pub fn detach_bytes(keys: Option<&str>) -> Result<Vec<u8>, Failure> {
    let Some(keys) = keys else { return Ok(detach_keys::DEFAULT.to_vec()) };
    detach_keys::parse(keys).ok_or_else(|| Failure::client("unable to upgrade to tcp, received 400"))
}

/// The exit code of a container whose monitor was killed from outside, once its processes have followed it.
pub(super) fn exit_code_of_lost(context: &Context<'_>, id: &ContainerId) -> i32 {
    context.engine.wait_container(id).unwrap_or(KILLED)
}

/// Docker's exit code of what SIGKILL ended.
const KILLED: i32 = 137;
