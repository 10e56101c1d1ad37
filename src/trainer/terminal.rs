//! A line run on a terminal of its own, and typed into.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::pty::{Winsize, openpty};
use rustix::process::{Pid, PidfdFlags, pidfd_open};

use crate::course::{LineOutcome, SandboxError};

/// A terminal is quiet when nothing has appeared for this long.
const QUIET: Duration = Duration::from_millis(120);
/// A program that shows nothing is spoken to after this long.
const SILENCE: Duration = Duration::from_secs(2);
/// Control-D.
const END_OF_FILE: &[u8] = b"\x04";

/// Runs a command on a new terminal, types each line once the terminal is quiet, then an end of file.
pub(super) fn type_into(
    mut command: Command,
    lines: &[String],
    patience: Duration,
) -> Result<LineOutcome, SandboxError> {
    let size = Winsize { ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0 };
    let pair = openpty(&size, None).map_err(|errno| SandboxError(format!("openpty: {errno}")))?;
    let copy = |fd: &OwnedFd| fd.try_clone().map_err(|error| SandboxError(error.to_string()));
    command.stdin(copy(&pair.slave)?).stdout(copy(&pair.slave)?).stderr(pair.slave);
    let child = command.spawn().map_err(|error| SandboxError(error.to_string()))?;
    // The command holds the terminal's other side too: its end is seen only once it is gone.
    drop(command);
    let mut terminal = Terminal { master: File::from(pair.master), shown: Vec::new(), ended: false };
    let deadline = Instant::now() + patience;
    for line in lines {
        terminal.settle(deadline)?;
        terminal.write(format!("{line}\n").as_bytes());
    }
    terminal.settle(deadline)?;
    terminal.write(END_OF_FILE);
    while !terminal.ended && Instant::now() < deadline {
        terminal.read(deadline.saturating_duration_since(Instant::now()))?;
    }
    let exit_code = end_within(child, deadline.saturating_duration_since(Instant::now()))?;
    Ok(LineOutcome { exit_code, output: terminal.shown })
}

/// Waits for a process, and kills it when it takes too long. Its exit code, as a shell tells it.
pub(super) fn end_within(mut child: Child, patience: Duration) -> Result<i32, SandboxError> {
    let io = |error: std::io::Error| SandboxError(error.to_string());
    let pid = Pid::from_child(&child);
    let process = pidfd_open(pid, PidfdFlags::empty()).map_err(|errno| SandboxError(errno.to_string()))?;
    if !readable(&process, patience)? {
        child.kill().map_err(io)?;
        child.wait().map_err(io)?;
        return Err(SandboxError(format!("not ended after {} s", patience.as_secs())));
    }
    let status = child.wait().map_err(io)?;
    Ok(status.code().or(status.signal().map(|signal| 128 + signal)).unwrap_or(-1))
}

struct Terminal {
    master: File,
    shown: Vec<u8>,
    ended: bool,
}

impl Terminal {
    /// Waits until something has been shown and no more comes, or nothing comes at all.
    fn settle(&mut self, deadline: Instant) -> Result<(), SandboxError> {
        let silence = Instant::now() + SILENCE;
        let before = self.shown.len();
        while !self.ended && Instant::now() < deadline {
            let quiet = !self.read(QUIET)?;
            if quiet && (self.shown.len() > before || Instant::now() > silence) {
                break;
            }
        }
        Ok(())
    }

    /// Reads what comes within `patience`. Whether anything came.
    fn read(&mut self, patience: Duration) -> Result<bool, SandboxError> {
        if !readable(&self.master, patience)? {
            return Ok(false);
        }
        let mut buffer = [0; 4096];
        match self.master.read(&mut buffer) {
            // EIO: the other side is closed.
            Ok(0) | Err(_) => self.ended = true,
            Ok(count) => self.shown.extend_from_slice(&buffer[..count]),
        }
        Ok(true)
    }

    /// The program may be gone already: then nobody is spoken to.
    fn write(&mut self, bytes: &[u8]) {
        if !self.ended {
            let _ = self.master.write_all(bytes);
        }
    }
}

fn readable(fd: &impl AsFd, patience: Duration) -> Result<bool, SandboxError> {
    let timeout = PollTimeout::try_from(patience).unwrap_or(PollTimeout::MAX);
    let mut fds = [PollFd::new(fd.as_fd(), PollFlags::POLLIN)];
    match poll(&mut fds, timeout) {
        Ok(count) => Ok(count > 0),
        Err(nix::errno::Errno::EINTR) => Ok(false),
        Err(errno) => Err(SandboxError(format!("poll: {errno}"))),
    }
}
