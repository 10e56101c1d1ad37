//! A process of the container as the monitor sees it: its streams and its end.

use std::io;
use std::os::fd::{AsFd, OwnedFd};

use nix::fcntl::{FcntlArg, OFlag, fcntl};
use rustix::io::Errno;
use rustix::process::{WaitId, WaitIdOptions, waitid};

use super::input::Input;
use crate::engine::container::OutputStream;
use crate::engine::launch::spawn::StartedProcess;
use crate::engine::launch::streams::{self, MonitorStreams};

const READ_SIZE: usize = 32 * 1024;
/// What a shell adds to the number of the signal that ended a process.
const SIGNAL_BASE: i32 = 128;

/// A started process and our ends of its streams.
#[derive(Debug)]
pub struct Process {
    /// Becomes readable when it exits.
    pub pidfd: OwnedFd,
    /// Its standard input.
    pub input: Input,
    /// Its outputs that are still open.
    pub outputs: Vec<(OutputStream, OwnedFd)>,
    /// Whether its streams are a terminal.
    pub terminal: bool,
    /// Its exit code, once it has exited.
    pub exit_code: Option<i32>,
    /// The id events know it by, when `exec` added it.
    pub exec_id: Option<String>,
}

impl Process {
    /// Takes over a process that has just been executed.
    ///
    /// # Errors
    /// What `fcntl(2)` answers.
    pub fn new(started: StartedProcess) -> io::Result<Self> {
        let (input, outputs, terminal) = match started.streams {
            MonitorStreams::Terminal(master) => (Some(master.try_clone()?), vec![(OutputStream::Stdout, master)], true),
            MonitorStreams::Pipes { stdin, stdout, stderr } => {
                (stdin, vec![(OutputStream::Stdout, stdout), (OutputStream::Stderr, stderr)], false)
            }
        };
        for descriptor in input.iter().chain(outputs.iter().map(|(_, descriptor)| descriptor)) {
            fcntl(descriptor, FcntlArg::F_SETFL(OFlag::O_NONBLOCK))?;
        }
        // F_SETFL has cleared the access mode bits it ignores; nothing else was set on pipes of ours.
        Ok(Self { pidfd: started.pidfd, input: Input::new(input), outputs, terminal, exit_code: None, exec_id: None })
    }

    /// Sets the size of its terminal, if it has one.
    pub fn resize(&self, rows: u16, columns: u16) {
        if let (true, Some((_, master))) = (self.terminal, self.outputs.first()) {
            let _ = streams::resize(master.as_fd(), rows, columns);
        }
    }

    /// Sends it a signal; nothing happens when it has exited.
    pub fn signal(&self, number: i32) {
        if let Some(signal) = rustix::process::Signal::from_named_raw(number) {
            let _ = rustix::process::pidfd_send_signal(&self.pidfd, signal);
        }
    }

    /// Reads what one of its outputs holds; `None` when there is nothing more, now (`false`) or ever (`true`).
    pub fn read(&mut self, stream: OutputStream) -> Option<Vec<u8>> {
        let position = self.outputs.iter().position(|(name, _)| *name == stream)?;
        let mut buffer = vec![0; READ_SIZE];
        loop {
            match rustix::io::read(&self.outputs[position].1, &mut buffer) {
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => return None,
                // A terminal whose last process is gone answers EIO.
                Ok(0) | Err(_) => {
                    self.outputs.remove(position);
                    return None;
                }
                Ok(count) => {
                    buffer.truncate(count);
                    return Some(buffer);
                }
            }
        }
    }

    /// Notes its exit code if it has exited.
    pub fn reap(&mut self) {
        let Ok(Some(status)) = waitid(WaitId::PidFd(self.pidfd.as_fd()), WaitIdOptions::EXITED | WaitIdOptions::NOHANG)
        else {
            return;
        };
        self.exit_code =
            Some(status.exit_status().unwrap_or_else(|| SIGNAL_BASE + status.terminating_signal().unwrap_or_default()));
    }
}
