//! The standard streams of a process about to be started: pipes or a pseudo-terminal, both ends.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, OwnedFd};

use nix::fcntl::OFlag;
use nix::unistd::{dup2_stderr, dup2_stdin, dup2_stdout, pipe2};
use rustix::termios::Winsize;

use super::mounts::{Root, Target};
use super::{LaunchError, ProcessPlan};

/// The process's ends.
#[derive(Debug)]
pub struct ChildStreams {
    stdin: Option<OwnedFd>,
    /// Absent with a terminal: it is opened inside the container.
    outputs: Option<(OwnedFd, OwnedFd)>,
}

/// The monitor's ends.
#[derive(Debug)]
pub enum MonitorStreams {
    /// The master of a pseudo-terminal: input and output.
    Terminal(OwnedFd),
    /// Pipes.
    Pipes {
        /// Absent without `-i`.
        stdin: Option<OwnedFd>,
        /// Standard output.
        stdout: OwnedFd,
        /// Standard error.
        stderr: OwnedFd,
    },
}

/// Pipes for a process; with a terminal there is none to make yet and `None` stands for the monitor's ends.
///
/// # Errors
/// What `pipe2(2)` answers.
pub fn prepare(plan: &ProcessPlan) -> io::Result<(ChildStreams, Option<MonitorStreams>)> {
    if plan.tty {
        return Ok((ChildStreams { stdin: None, outputs: None }, None));
    }
    let (stdin, stdin_writer) = if plan.stdin {
        let (reader, writer) = pipe2(OFlag::O_CLOEXEC)?;
        (reader, Some(writer))
    } else {
        (File::open("/dev/null")?.into(), None)
    };
    let (stdout_reader, stdout) = pipe2(OFlag::O_CLOEXEC)?;
    let (stderr_reader, stderr) = pipe2(OFlag::O_CLOEXEC)?;
    Ok((
        ChildStreams { stdin: Some(stdin), outputs: Some((stdout, stderr)) },
        Some(MonitorStreams::Pipes { stdin: stdin_writer, stdout: stdout_reader, stderr: stderr_reader }),
    ))
}

impl ChildStreams {
    /// Makes them the standard streams of this process.
    ///
    /// # Errors
    /// What `dup2(2)` answers.
    pub fn install(self) -> io::Result<()> {
        if let Some(stdin) = self.stdin {
            dup2_stdin(stdin)?;
        }
        if let Some((stdout, stderr)) = self.outputs {
            dup2_stdout(stdout)?;
            dup2_stderr(stderr)?;
        }
        Ok(())
    }
}

/// Where a terminal is made.
#[derive(Debug)]
pub enum TerminalPlace<'a> {
    /// A container being put together; its `/dev/console` is bound to the terminal.
    Root(&'a Root),
    /// The container we have joined.
    Joined,
}

/// Opens a pseudo-terminal of the container's own `devpts`, makes it our controlling terminal and standard
/// streams, and returns the master.
///
/// # Errors
/// [`LaunchError::Step`].
pub fn open_terminal(place: &TerminalPlace<'_>, window: Option<(u16, u16)>) -> Result<OwnedFd, LaunchError> {
    use rustix::fs::{Mode, OFlags};
    let failed = |error: rustix::io::Errno| LaunchError::step("open a terminal in /dev/pts", error);
    let flags = OFlags::RDWR | OFlags::NOCTTY;
    let master = match place {
        TerminalPlace::Root(root) => root.open_with("/dev/pts/ptmx", flags),
        TerminalPlace::Joined => rustix::fs::open("/dev/pts/ptmx", flags | OFlags::CLOEXEC, Mode::empty()),
    }
    .map_err(failed)?;
    if let Some((rows, columns)) = window {
        resize(master.as_fd(), rows, columns).map_err(failed)?;
    }
    rustix::pty::unlockpt(&master).map_err(failed)?;
    let open = rustix::pty::OpenptFlags::RDWR | rustix::pty::OpenptFlags::NOCTTY | rustix::pty::OpenptFlags::CLOEXEC;
    let slave = rustix::pty::ioctl_tiocgptpeer(&master, open).map_err(failed)?;
    if let TerminalPlace::Root(root) = place {
        // A fresh devpts: ours is the first terminal.
        let source = root.open("/dev/pts/0", Target::Existing)?;
        root.bind_inside(&source, "/dev/console")?;
    }
    let taken = |error: nix::Error| LaunchError::step("take the terminal as standard streams", error);
    dup2_stdin(&slave).map_err(taken)?;
    dup2_stdout(&slave).map_err(taken)?;
    dup2_stderr(&slave).map_err(taken)?;
    rustix::process::ioctl_tiocsctty(&slave).map_err(failed)?;
    Ok(master)
}

/// Sets the size of a terminal's window.
///
/// # Errors
/// What the kernel answers.
pub fn resize(terminal: std::os::fd::BorrowedFd<'_>, rows: u16, columns: u16) -> rustix::io::Result<()> {
    rustix::termios::tcsetwinsize(terminal, Winsize { ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0 })
}
