//! The first process of a container, from its birth in new namespaces to `exec`.
//!
//! The order is the kernel's, not ours: the root is put together while the host is still visible, the terminal
//! is opened before the root changes, the filter is loaded while we may, the capabilities go last.

use std::convert::Infallible;
use std::fs::File;

use nix::unistd::{sethostname, setsid};

use super::cgroup::Entrance;
use super::execute::{self, Place, Reaper};
use super::mounts::Root;
use super::protocol::Report;
use super::report::Reporter;
use super::streams::{ChildStreams, TerminalPlace, open_terminal};
use super::{
    LaunchError, LaunchPlan, Namespace, NetworkPlan, Tier, cgroup_mount, devices, filesystems, network, step_mounts,
    storage, syscall,
};

/// Becomes the container's command, or reports why not and exits.
pub fn run(
    plan: &LaunchPlan,
    entrance: &Entrance,
    network: Option<&File>,
    streams: ChildStreams,
    reporter: &Reporter,
) -> ! {
    let Err(error) = become_command(plan, entrance, network, streams, reporter);
    reporter.failed(&error);
    std::process::exit(error.exit_code());
}

fn become_command(
    plan: &LaunchPlan,
    entrance: &Entrance,
    namespace: Option<&File>,
    streams: ChildStreams,
    reporter: &Reporter,
) -> Result<Infallible, LaunchError> {
    syscall::restore_default_signals();
    entrance.enter()?;
    // Whoever shares the container's pid namespace must not look into us while we still hold the host's program.
    nix::sys::prctl::set_dumpable(false).map_err(|error| LaunchError::step("become undumpable", error))?;
    setsid().map_err(|error| LaunchError::step("start a session", error))?;
    nix::sys::stat::umask(nix::sys::stat::Mode::from_bits_truncate(0o022));
    plan.isolation.join_others()?;
    if plan.isolation.uts == Namespace::Own {
        sethostname(&plan.hostname)
            .map_err(|error| LaunchError::Init(format!("sethostname: {}", error.desc().to_lowercase())))?;
    }
    if !plan.isolation.domainname.is_empty() {
        rustix::system::setdomainname(plan.isolation.domainname.as_bytes())
            .map_err(|error| LaunchError::step(format!("set domain name {}", plan.isolation.domainname), error))?;
    }
    match &plan.network {
        NetworkPlan::Isolated => {
            network::bring_loopback_up().map_err(|error| LaunchError::step("bring lo up", error))?;
        }
        NetworkPlan::Shared(other) => {
            network::join(other).map_err(|error| LaunchError::step("join the network of a container", error))?;
        }
        NetworkPlan::Connected(_) => {
            network::enter(namespace).map_err(|error| LaunchError::step("enter the network namespace", error))?;
        }
        NetworkPlan::Host => {}
    }

    // While the host's mounts still are what they are: a shared one is shared with what is taken from it.
    let trees = storage::take(&plan.rootfs.storage)?;
    let root = Root::mount(&plan.state_root, &plan.rootfs, plan.tier)?;
    filesystems::mount_kernel_filesystems(&root, plan)?;
    cgroup_mount::mount(&root, plan)?;
    devices::give(&root, &plan.devices, plan.tier)?;
    storage::attach(&root, &plan.rootfs.mounts, &plan.rootfs.storage, trees)?;
    step_mounts::mount(&root, &plan.step_mounts, plan.tier)?;
    if plan.process.tty {
        let master = open_terminal(&TerminalPlace::Root(&root), plan.process.window)?;
        reporter.send(&Report::Terminal, Some(&master));
    } else {
        streams.install().map_err(|error| LaunchError::step("install the standard streams", error))?;
    }
    if plan.tier == Tier::Root && !plan.rootfs.privileged {
        devices::forbid_others(&root, &plan.devices)?;
    }
    plan.isolation.set_sysctls(&root)?;
    if !plan.rootfs.open_system {
        filesystems::mask(&root)?;
    }
    root.become_root(plan.rootfs.readonly)?;

    // Among others' processes there is a reaper already.
    let reaper = if plan.init && plan.isolation.pid == Namespace::Own { Reaper::Ours } else { Reaper::None };
    execute::execute(&plan.process, Place::New, reaper)
}
