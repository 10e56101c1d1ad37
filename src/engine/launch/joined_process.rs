//! One more process in a running container (`exec`): joins its namespaces, then becomes the command.
//!
//! Joining a pid namespace takes effect for children only, so the joiner forks once more; the process it makes
//! is the monitor's own child (`CLONE_PARENT`), which can therefore wait for it.

use std::os::fd::OwnedFd;

use nix::sched::{CloneFlags, setns};
use nix::unistd::setsid;

use super::execute::{self, Reaper};
use super::protocol::Report;
use super::report::Reporter;
use super::streams::{ChildStreams, TerminalPlace, open_terminal};
use super::syscall::{self, Fork, fork_into};
use super::{LaunchError, ProcessPlan};

/// Joins the container of `first` and becomes the command, or reports why not. Never returns.
pub fn run(plan: &ProcessPlan, first: &OwnedFd, streams: ChildStreams, reporter: &Reporter) -> ! {
    match join(first) {
        Ok(Fork::Parent { pid, .. }) => {
            reporter.send(&Report::Pid(pid.as_raw()), None);
            std::process::exit(0)
        }
        Ok(Fork::Child) => {
            let error = match become_command(plan, first, streams, reporter) {
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

fn join(first: &OwnedFd) -> Result<Fork, LaunchError> {
    syscall::restore_default_signals();
    nix::sys::prctl::set_dumpable(false).map_err(|error| LaunchError::step("become undumpable", error))?;
    // Before the fork: a pid namespace takes effect for children. After it: the mount namespace, whose /proc does not
    // know the joiner.
    setns(first, CloneFlags::CLONE_NEWPID).map_err(|error| LaunchError::step("join the container", error))?;
    fork_into(CloneFlags::CLONE_PARENT).map_err(|error| LaunchError::step("fork in the container", error))
}

fn enter_other_namespaces(first: &OwnedFd) -> Result<(), LaunchError> {
    let namespaces = CloneFlags::CLONE_NEWNS
        | CloneFlags::CLONE_NEWUTS
        | CloneFlags::CLONE_NEWIPC
        | CloneFlags::CLONE_NEWNET
        | CloneFlags::CLONE_NEWCGROUP;
    setns(first, namespaces).map_err(|error| LaunchError::step("join the container", error))
}

fn become_command(
    plan: &ProcessPlan,
    first: &OwnedFd,
    streams: ChildStreams,
    reporter: &Reporter,
) -> Result<std::convert::Infallible, LaunchError> {
    enter_other_namespaces(first)?;
    setsid().map_err(|error| LaunchError::step("start a session", error))?;
    if plan.tty {
        let master = open_terminal(&TerminalPlace::Joined, plan.window)?;
        reporter.send(&Report::Terminal, Some(&master));
    } else {
        streams.install().map_err(|error| LaunchError::step("install the standard streams", error))?;
    }
    execute::execute(plan, Reaper::None)
}
