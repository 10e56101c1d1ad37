//! The monitor's side of a start: streams, fork, and what the starting process reports.

use std::fs::File;
use std::io;
use std::os::fd::OwnedFd;

use nix::sched::CloneFlags;
use rustix::process::{Pid, PidfdFlags, pidfd_open};

use super::protocol::Report;
use super::report::{self, ReportReader};
use super::streams::{self, MonitorStreams};
use super::syscall::Fork;
use super::{CgroupPlan, LaunchError, LaunchPlan, NetworkPlan, ProcessPlan, first_process, joined_process};

/// A process that has been executed in a container.
#[derive(Debug)]
pub struct StartedProcess {
    /// As numbered on the host.
    pub pid: i32,
    /// Becomes readable when it exits.
    pub pidfd: OwnedFd,
    /// Our ends of its streams.
    pub streams: MonitorStreams,
}

/// Starts the first process of a container in new namespaces; `network` is the one its connections were laid in.
///
/// # Errors
/// [`LaunchError`], as reported by the process itself.
pub fn start_first(plan: &LaunchPlan, network: Option<&File>) -> Result<StartedProcess, LaunchError> {
    let mut namespaces = CloneFlags::CLONE_NEWNS | plan.isolation.new_namespaces();
    // A connected container goes to the namespace made for it, another to somebody else's.
    if matches!(plan.network, NetworkPlan::Isolated) {
        namespaces |= CloneFlags::CLONE_NEWNET;
    }
    let (child_streams, monitor_streams) = streams::prepare(&plan.process).map_err(streams_failed)?;
    let (reporter, reader) = report::channel().map_err(streams_failed)?;
    let mut entrance = plan.cgroup.prepare()?;
    let _shared = plan.isolation.share_processes()?;
    match entrance.fork(namespaces).map_err(|error| LaunchError::step("make namespaces", error))? {
        Fork::Child => {
            drop(reader);
            drop(monitor_streams);
            first_process::run(plan, &entrance, network, child_streams, &reporter)
        }
        Fork::Parent { pid, pidfd } => {
            drop(reporter);
            drop(child_streams);
            let reported = follow(&reader).inspect_err(|_| reap(&pidfd))?;
            let streams = choose_streams(monitor_streams, reported.terminal)?;
            Ok(StartedProcess { pid: pid.as_raw(), pidfd, streams })
        }
    }
}

/// Starts one more process in the namespaces of `first`.
///
/// # Errors
/// [`LaunchError`], as reported by the process itself.
pub fn start_joined(plan: &ProcessPlan, cgroup: &CgroupPlan, first: &OwnedFd) -> Result<StartedProcess, LaunchError> {
    let (child_streams, monitor_streams) = streams::prepare(plan).map_err(streams_failed)?;
    let (reporter, reader) = report::channel().map_err(streams_failed)?;
    let mut entrance = cgroup.entrance();
    match entrance.fork(CloneFlags::empty()).map_err(|error| LaunchError::step("fork", error))? {
        Fork::Child => {
            drop(reader);
            drop(monitor_streams);
            joined_process::run(plan, &entrance, first, child_streams, &reporter)
        }
        Fork::Parent { pidfd: joiner, .. } => {
            drop(reporter);
            drop(child_streams);
            let reported = follow(&reader);
            // The joiner has left its place to the process it forked into the container.
            reap(&joiner);
            let reported = reported?;
            let pid = reported.pid.ok_or_else(|| LaunchError::step("join the container", "no process was started"))?;
            let pidfd = Pid::from_raw(pid)
                .ok_or(rustix::io::Errno::SRCH)
                .and_then(|pid| pidfd_open(pid, PidfdFlags::empty()))
                .map_err(|error| LaunchError::step(format!("watch process {pid}"), error))?;
            let streams = choose_streams(monitor_streams, reported.terminal)?;
            Ok(StartedProcess { pid, pidfd, streams })
        }
    }
}

#[derive(Debug, Default)]
struct Reported {
    terminal: Option<OwnedFd>,
    pid: Option<i32>,
}

/// Listens until the process has been executed or nobody is left who could say anything.
fn follow(reader: &ReportReader) -> Result<Reported, LaunchError> {
    let mut reported = Reported::default();
    let mut failure = None;
    while let Some((report, descriptor)) =
        reader.next().map_err(|error| LaunchError::step("listen to the starting process", error))?
    {
        match report {
            Report::Terminal => reported.terminal = descriptor,
            Report::Pid(pid) => reported.pid = Some(pid),
            Report::Failed(error) => failure = Some(error),
        }
    }
    let Some(error) = failure else { return Ok(reported) };
    // A process that joined and failed is our child too.
    if let Some(pid) = reported.pid.and_then(Pid::from_raw) {
        let _ = rustix::process::waitpid(Some(pid), rustix::process::WaitOptions::empty());
    }
    Err(error)
}

fn choose_streams(pipes: Option<MonitorStreams>, terminal: Option<OwnedFd>) -> Result<MonitorStreams, LaunchError> {
    pipes
        .or(terminal.map(MonitorStreams::Terminal))
        .ok_or_else(|| LaunchError::step("open a terminal", "the process died before it could"))
}

fn reap(pidfd: &OwnedFd) {
    use rustix::process::{WaitId, WaitIdOptions, waitid};
    use std::os::fd::AsFd;
    let _ = waitid(WaitId::PidFd(pidfd.as_fd()), WaitIdOptions::EXITED);
}

fn streams_failed(error: io::Error) -> LaunchError {
    LaunchError::step("make the standard streams", error)
}
