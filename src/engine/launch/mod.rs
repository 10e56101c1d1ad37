//! The only process boundary: namespaces, the monitor, the container's first process.
//!
//! The parent/child protocol is drawn in [`protocol`]. What is to be started is a [`LaunchPlan`], plain data.

mod bpf;
mod capabilities;
mod cgroup;
mod cgroup_mount;
mod devices;
mod error;
mod execute;
mod filesystems;
mod first_process;
mod health_plan;
mod id_map;
mod identity;
mod isolation;
mod joined_process;
pub mod leftovers;
mod limits;
mod lone_user;
mod monitor;
mod mounts;
mod network;
mod obstacle;
mod overlay_probe;
mod ownership;
mod plan;
mod process_table;
mod program;
pub mod protocol;
mod reaper;
mod report;
mod restarts;
mod root_view;
mod seccomp;
mod seccomp_compiler;
mod seccomp_profile;
mod seccomp_table;
pub mod signal;
mod spawn;
mod step_mounts;
mod storage;
mod streams;
mod syscall;
mod tier;
mod user;

pub use capabilities::CapabilitySet;
pub use cgroup::{CgroupNamespace, CgroupPlan};
pub use devices::DeviceNode;
pub use error::LaunchError;
pub use health_plan::HealthPlan;
pub use isolation::{IsolationPlan, Namespace, SharedMemory};
pub use limits::ProcessLimit;
pub use monitor::{LogPlan, numbered, start_monitor};
pub use network::{
    BridgePlan, ConnectPlan, ConnectionPlan, DisconnectPlan, EndpointPlan, NetworkPlan, PortPlan, Protocol,
    PublishedPort, ResolverPlan, UPLINK_PREFIX, any_address, has_gateway, has_packet_rules,
};
pub use obstacle::{APPARMOR_PROFILE_PATH, Obstacle, apparmor_profile};
pub use overlay_probe::probe_overlay;
pub use plan::{LaunchPlan, ProcessPlan, SeccompPlan};
pub use process_table::{ProcessFacts, descendants, processes_of};
pub use restarts::Restarts;
pub use root_view::{Mounts, RootView};
pub use seccomp_profile::SeccompProfile;
pub use step_mounts::{StepMount, StepSource};
pub use tier::{Tier, TierError, TierStep};
pub use user::{Identity, resolve_user};

use std::ffi::{OsStr, OsString};
use std::process::ExitCode;

/// Takes the calls our own engine makes to this program (monitor…); `None` for everybody else's.
pub fn enter(name: &OsStr, arguments: &[OsString]) -> Option<ExitCode> {
    match name.to_str()? {
        monitor::NAME => Some(monitor::run()),
        overlay_probe::NAME => Some(overlay_probe::run(arguments)),
        network::GATEWAY => Some(network::run_gateway(arguments)),
        network::PORTER => Some(network::run_porter()),
        reaper::NAME => Some(reaper::run(arguments)),
        _ => None,
    }
}
