//! The shell's side: whoever runs the host's lines, here or outside the namespace.

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::message::{HostReport, HostRequest, receive, send};
use super::run::HostShell;
use super::serve::NAME;

/// Runs the host's lines.
#[derive(Debug)]
pub enum HostHand {
    /// We are root: here.
    Here(HostShell),
    /// Through a process outside our namespace.
    Outside {
        /// The conversation.
        stream: UnixStream,
        /// The process; it ends with the conversation.
        child: Child,
    },
}

impl HostHand {
    /// Starts the process outside. To be called before the namespace is entered.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn start_outside(shell: &HostShell, program: &Path) -> io::Result<Self> {
        let (here, there) = UnixStream::pair()?;
        let child = Command::new(program)
            .arg0(NAME)
            .arg(&shell.program)
            .arg(&shell.directory)
            .env_clear()
            .envs(shell.variables.iter().map(|(name, value)| (name, value)))
            .stdin(OwnedFd::from(there))
            .spawn()?;
        Ok(Self::Outside { stream: here, child })
    }

    /// Runs a line to its end on these streams.
    ///
    /// # Errors
    /// When the shell cannot be started, or the process outside is gone.
    pub fn run(&mut self, request: &HostRequest, streams: [OwnedFd; 3]) -> io::Result<HostReport> {
        match self {
            Self::Here(shell) => shell.run(request, streams),
            Self::Outside { stream, .. } => {
                let borrowed = [streams[0].as_fd(), streams[1].as_fd(), streams[2].as_fd()];
                send(stream, request, &borrowed)?;
                let answer = receive::<HostReport>(stream)?;
                answer.map(|(report, _)| report).ok_or_else(|| io::ErrorKind::BrokenPipe.into())
            }
        }
    }
}

impl Drop for HostHand {
    fn drop(&mut self) {
        if let Self::Outside { stream, child } = self {
            let _ = stream.shutdown(std::net::Shutdown::Both);
            let _ = child.wait();
        }
    }
}

/// Ctrl-C is for the command, not for us. A handler rather than "ignore", which children would inherit.
///
/// # Errors
/// When the kernel refuses.
pub fn survive_interrupts() -> io::Result<()> {
    for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGQUIT] {
        signal_hook::flag::register(signal, Arc::new(AtomicBool::new(false)))?;
    }
    Ok(())
}
