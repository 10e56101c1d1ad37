//! One more process in a running container (`exec`): joins its namespaces, then becomes the command.
//!
//! Joining a pid namespace takes effect for children only, so the joiner forks once more; the process it makes
//! is the monitor's own child (`CLONE_PARENT`), which can therefore wait for it.

use std::os::fd::{AsRawFd, OwnedFd};

use nix::sched::{CloneFlags, setns};
use nix::unistd::setsid;

use super::cgroup::Entrance;
use super::execute::{self, Place, Reaper};
use super::protocol::Report;
use super::report::Reporter;
use super::streams::{ChildStreams, TerminalPlace, open_terminal};
use super::syscall::{self, Fork, fork_into};
use super::{LaunchError, ProcessPlan};

/// Joins the container of `first` and becomes the command, or reports why not. Never returns.
pub fn run(plan: &ProcessPlan, entrance: &Entrance, first: &OwnedFd, streams: ChildStreams, reporter: &Reporter) -> ! {
    match different(first).and_then(|namespaces| Ok((join(entrance, first, namespaces)?, namespaces))) {
        Ok((Fork::Parent { pid, .. }, _)) => {
            reporter.send(&Report::Pid(pid.as_raw()), None);
            std::process::exit(0)
        }
        Ok((Fork::Child, namespaces)) => {
            let error = match become_command(plan, first, namespaces, streams, reporter) {
                Ok(never) => match never {},
                Err(error) => error,
            };
            reporter.failed(&error);
            std::process::exit(error.exit_code())
        }
        Err(error) => {
            reporter.failed(&error);
            std::process::exit(error.exit_code())
        }
    }
}

fn join(entrance: &Entrance, first: &OwnedFd, namespaces: CloneFlags) -> Result<Fork, LaunchError> {
    syscall::restore_default_signals();
    entrance.enter_group()?;
    nix::sys::prctl::set_dumpable(false).map_err(|error| LaunchError::step("become undumpable", error))?;
    // Before the fork: a pid namespace takes effect for children. After it: the mount namespace, whose /proc does not
    // know the joiner.
    let pid = namespaces & CloneFlags::CLONE_NEWPID;
    if !pid.is_empty() {
        setns(first, pid).map_err(|error| LaunchError::step("join the container", error))?;
    }
    fork_into(CloneFlags::CLONE_PARENT, None).map_err(|error| LaunchError::step("fork in the container", error))
}

fn enter_other_namespaces(first: &OwnedFd, namespaces: CloneFlags) -> Result<(), LaunchError> {
    setns(first, namespaces - CloneFlags::CLONE_NEWPID).map_err(|error| LaunchError::step("join the container", error))
}

/// The namespaces of the container that are not ours already: those it shares with the host are not ours to join.
fn different(first: &OwnedFd) -> Result<CloneFlags, LaunchError> {
    const KINDS: [(&str, CloneFlags); 6] = [
        ("mnt", CloneFlags::CLONE_NEWNS),
        ("uts", CloneFlags::CLONE_NEWUTS),
        ("ipc", CloneFlags::CLONE_NEWIPC),
        ("net", CloneFlags::CLONE_NEWNET),
        ("cgroup", CloneFlags::CLONE_NEWCGROUP),
        ("pid", CloneFlags::CLONE_NEWPID),
    ];
    let failed = |error: std::io::Error| LaunchError::step("look at the container's namespaces", error);
    let information = std::fs::read_to_string(format!("/proc/self/fdinfo/{}", first.as_raw_fd())).map_err(failed)?;
    let process = information.lines().find_map(|line| line.strip_prefix("Pid:")).unwrap_or_default().trim();
    let mut flags = CloneFlags::empty();
    for (kind, flag) in KINDS {
        let theirs = std::fs::read_link(format!("/proc/{process}/ns/{kind}")).map_err(failed)?;
        if std::fs::read_link(format!("/proc/self/ns/{kind}")).map_err(failed)? != theirs {
            flags |= flag;
        }
    }
    Ok(flags)
}

fn become_command(
    plan: &ProcessPlan,
    first: &OwnedFd,
    namespaces: CloneFlags,
    streams: ChildStreams,
    reporter: &Reporter,
) -> Result<std::convert::Infallible, LaunchError> {
    enter_other_namespaces(first, namespaces)?;
    setsid().map_err(|error| LaunchError::step("start a session", error))?;
    if plan.tty {
        let master = open_terminal(&TerminalPlace::Joined, plan.window)?;
        reporter.send(&Report::Terminal, Some(&master));
    } else {
        streams.install().map_err(|error| LaunchError::step("install the standard streams", error))?;
    }
    execute::execute(plan, Place::Running, Reaper::None)
}
