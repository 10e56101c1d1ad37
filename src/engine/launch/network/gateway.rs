//! What leads out of the switch, for everybody but root: `pasta` or `slirp4netns`, where installed, which speak for the
//! containers through ordinary sockets. Started by a process of ours that waits for the last monitor to go.
//!
//! The gateway holds one end of the pipe `networks/way-out-…` of its switch, every monitor the other. When there is no monitor
//! any more, the gateway ends what it started. When the gateway is killed, what it started dies with it, and the monitors, who
//! hear of it, start another.

use std::convert::Infallible;
use std::ffi::{CString, OsString};
use std::fs::{self, File};
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use nix::mount::{MsFlags, mount};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sched::{CloneFlags, unshare};
use nix::sys::signal::Signal;
use nix::unistd::execv;
use rustix::fs::{AtFlags, unlinkat};
use rustix::process::{WaitId, WaitIdOptions, pidfd_send_signal, waitid};

use super::netlink::Netlink;
use super::pair::INSIDE;
use super::switch;
use crate::engine::launch::syscall::{self, Fork, fork_into};

/// The name this program is executed under to become a gateway.
pub const NAME: &str = "moussaillon-gateway";

/// How the names of pipes begin; the number of the switch's namespace follows.
const PIPES: &str = "way-out-";
/// A pipe this old is not being made.
const OLD: Duration = Duration::from_mins(1);
const NONBLOCK: i32 = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();
/// Where programs are looked for: the engine knows no environment.
const DIRECTORIES: &[&str] = &["/usr/bin", "/usr/local/bin", "/bin", "/usr/sbin", "/sbin"];

/// A program that leads out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tool {
    Pasta,
    Slirp,
}

impl Tool {
    const ALL: [Self; 2] = [Self::Pasta, Self::Slirp];

    fn name(self) -> &'static str {
        match self {
            Self::Pasta => "pasta",
            Self::Slirp => "slirp4netns",
        }
    }

    fn find(self) -> Option<PathBuf> {
        DIRECTORIES.iter().map(|directory| Path::new(directory).join(self.name())).find(|path| path.is_file())
    }

    fn arguments(self, namespace: &str) -> Vec<&str> {
        match self {
            Self::Pasta => vec![
                "--foreground",
                "--quiet",
                "--config-net",
                "--netns",
                namespace,
                "-I",
                INSIDE,
                "-4",
                "-t",
                "none",
                "-u",
                "none",
                "-T",
                "none",
                "-U",
                "none",
                "--no-map-gw",
            ],
            Self::Slirp => {
                vec!["--configure", "--mtu=65520", "--disable-host-loopback", "--netns-type=path", namespace, INSIDE]
            }
        }
    }
}

/// Whether an ordinary user's containers can be led out here.
pub fn has_tool() -> bool {
    Tool::ALL.iter().any(|tool| tool.find().is_some())
}

/// One who wants out, and hears when the way out is lost.
#[derive(Debug)]
pub struct User {
    /// `None` when it is not worth hearing any more.
    pipe: Option<File>,
    since: Instant,
}

impl User {
    /// Says that we want out of a switch, for as long as the answer is kept.
    ///
    /// # Errors
    /// What making and opening the pipe answer.
    pub fn new(directory: &Path, switch: &File) -> io::Result<Self> {
        let path = pipe_of(directory, switch)?;
        match nix::unistd::mkfifo(&path, nix::sys::stat::Mode::from_bits_truncate(0o600)) {
            Ok(()) | Err(nix::Error::EEXIST) => {}
            Err(error) => return Err(error.into()),
        }
        let pipe = File::options().read(true).custom_flags(NONBLOCK).open(path)?;
        Ok(Self { pipe: Some(pipe), since: Instant::now() })
    }

    /// What wakes who waits for the loss.
    pub fn pipe(&self) -> Option<BorrowedFd<'_>> {
        self.pipe.as_ref().map(AsFd::as_fd)
    }

    /// Whether there was a gateway and is none.
    pub fn has_lost_it(&self) -> bool {
        let Some(pipe) = self.pipe() else { return false };
        let mut watched = [PollFd::new(pipe, PollFlags::POLLIN)];
        poll(&mut watched, PollTimeout::ZERO).is_ok_and(|count| count > 0)
    }

    /// How long we have waited for that.
    pub fn patience(&self) -> Duration {
        self.since.elapsed()
    }

    /// Begins to wait for the next loss.
    pub fn wait_again(&mut self) {
        self.since = Instant::now();
    }

    /// Does not care any more.
    pub fn give_up(&mut self) {
        self.pipe = None;
    }
}

/// The pipe of a switch: nobody else has the number of its namespace while it is there.
fn pipe_of(directory: &Path, switch: &File) -> io::Result<PathBuf> {
    Ok(directory.join(format!("{PIPES}{}", switch.metadata()?.ino())))
}

/// Removes pipes nobody holds: their gateway and their switch were killed together.
fn sweep(directory: &Path) {
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        if entry.file_name().to_string_lossy().starts_with(PIPES)
            // For both, so that nobody is waited for; whoever reads it is seen by nobody then.
            && let Ok(pipe) = File::options().read(true).write(true).open(entry.path())
            && pipe.try_lock().is_ok()
            && entry.metadata().and_then(|status| status.modified()).is_ok_and(|made| made.elapsed().is_ok_and(|age| age > OLD))
        {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Starts a gateway for a switch; it looks after itself, and leaves at once when there is one already. It holds its pipe when
/// this returns.
///
/// # Errors
/// What starting it answers.
pub fn start(program: &Path, directory: &Path, switch: &File) -> io::Result<()> {
    let mut parent = Command::new(program)
        .arg0(NAME)
        .arg(directory)
        .stdin(Stdio::from(switch.try_clone()?))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .env_clear()
        .current_dir("/")
        .spawn()?;
    // It leaves at once, its child stays.
    parent.wait().map(drop)
}

/// What this program does when executed under [`NAME`].
pub fn run(arguments: &[OsString]) -> ExitCode {
    match serve(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn serve(arguments: &[OsString]) -> io::Result<()> {
    syscall::close_on_exec_from_three()?;
    let directory = PathBuf::from(arguments.first().ok_or(io::ErrorKind::InvalidInput)?);
    let switch = File::from(io::stdin().as_fd().try_clone_to_owned()?);
    let path = pipe_of(&directory, &switch)?;
    // Something will be mounted over it.
    let place = File::open(&directory)?;
    // Refused when nobody wants out any more.
    let pipe = File::options().write(true).custom_flags(NONBLOCK).open(&path)?;
    if pipe.try_lock().is_err() {
        // Another one was faster.
        return Ok(());
    }
    nix::unistd::setsid()?;
    if let Fork::Parent { .. } = fork_into(CloneFlags::empty(), None)? {
        return Ok(());
    }
    sweep(&directory);
    nix::unistd::dup2_stdin(File::open("/dev/null")?)?;
    let namespace = name_it(&directory, &switch)?;
    let (netlink, changes) = switch::apart(|| {
        switch::enter(&switch)?;
        Ok((Netlink::route()?, Netlink::watch_links()?))
    })?;
    drop(switch);
    for tool in Tool::ALL {
        let Some(program) = tool.find() else { continue };
        if let Watch::Deserted = lead_out(&program, &tool.arguments(&namespace), &pipe, &netlink, &changes)? {
            return path.file_name().map_or(Ok(()), |name| Ok(unlinkat(&place, name, AtFlags::empty())?));
        }
    }
    Ok(())
}

/// Gives the switch a name only we see: the programs open it again, without the right to look at other processes.
fn name_it(directory: &Path, switch: &File) -> io::Result<String> {
    let nowhere = None::<&str>;
    unshare(CloneFlags::CLONE_NEWNS)?;
    mount(nowhere, "/", nowhere, MsFlags::MS_REC | MsFlags::MS_SLAVE, nowhere)?;
    mount(Some("tmpfs"), directory, Some("tmpfs"), MsFlags::empty(), Some("size=4k,mode=755"))?;
    let path = directory.join("switch");
    fs::write(&path, "")?;
    let number = std::os::fd::AsRawFd::as_raw_fd(switch);
    mount(Some(format!("/proc/self/fd/{number}").as_str()), &path, nowhere, MsFlags::MS_BIND, nowhere)?;
    Ok(path.display().to_string())
}

/// How waiting for a program ended.
enum Watch {
    /// Nobody wants out any more.
    Deserted,
    /// It has ended by itself.
    Ended,
}

/// Runs a program until nobody needs it; packets are forwarded once its device is there.
fn lead_out(
    program: &Path,
    arguments: &[&str],
    pipe: &File,
    netlink: &Netlink,
    changes: &Netlink,
) -> io::Result<Watch> {
    let tool = spawn(program, arguments)?;
    let mut open = false;
    loop {
        if !open && let Ok(index) = netlink.index_of(INSIDE) {
            netlink.forward(index, true)?;
            open = true;
        }
        let mut watched = [
            PollFd::new(pipe.as_fd(), PollFlags::empty()),
            PollFd::new(tool.as_fd(), PollFlags::POLLIN),
            PollFd::new(changes.as_fd(), PollFlags::POLLIN),
        ];
        // Once its device is there, nothing more is to be heard of devices.
        let count = if open { 2 } else { 3 };
        match poll(&mut watched[..count], PollTimeout::NONE) {
            Ok(_) | Err(nix::Error::EINTR) => {}
            Err(error) => return Err(error.into()),
        }
        if watched[0].any().unwrap_or(false) {
            let _ = pidfd_send_signal(&tool, rustix::process::Signal::KILL);
            let _ = waitid(WaitId::PidFd(tool.as_fd()), WaitIdOptions::EXITED);
            return Ok(Watch::Deserted);
        }
        if watched[1].any().unwrap_or(false) {
            let _ = waitid(WaitId::PidFd(tool.as_fd()), WaitIdOptions::EXITED);
            return Ok(Watch::Ended);
        }
        changes.drain();
    }
}

/// Starts a program that dies with us.
fn spawn(program: &Path, arguments: &[&str]) -> io::Result<OwnedFd> {
    match fork_into(CloneFlags::empty(), None)? {
        Fork::Parent { pidfd, .. } => Ok(pidfd),
        Fork::Child => {
            let _ = become_tool(program, arguments);
            std::process::exit(1)
        }
    }
}

fn become_tool(program: &Path, arguments: &[&str]) -> io::Result<Infallible> {
    syscall::restore_default_signals();
    nix::sys::prctl::set_pdeathsig(Signal::SIGKILL)?;
    let text = |text: &str| CString::new(text).map_err(io::Error::other);
    let program = text(&program.display().to_string())?;
    let mut words = vec![program.clone()];
    for argument in arguments {
        words.push(text(argument)?);
    }
    Ok(execv(&program, &words)?)
}
