//! Which limits the control groups of this machine can hold a container to: what Docker's daemon finds out at its start.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::{Controller, Hierarchy};

/// Each thing that Docker warns of when it is missing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[allow(clippy::struct_excessive_bools)] // one for each limit
pub struct Capacity {
    /// `--memory`.
    pub memory_limit: bool,
    /// `--memory-swap`.
    pub swap_limit: bool,
    /// `--memory-reservation`.
    pub memory_reservation: bool,
    /// `--memory-swappiness`.
    pub memory_swappiness: bool,
    /// `--oom-kill-disable`.
    pub oom_kill_disable: bool,
    /// `--cpu-shares`.
    pub cpu_shares: bool,
    /// `--cpus`, `--cpu-period`, `--cpu-quota`.
    pub cpu_bandwidth: bool,
    /// `--cpu-rt-period`, `--cpu-rt-runtime`.
    pub cpu_realtime: bool,
    /// `--cpuset-cpus`, `--cpuset-mems`.
    pub cpuset: bool,
    /// The processors there are, `0-3`.
    pub cpus: String,
    /// The memory nodes there are, `0`.
    pub mems: String,
    /// `--pids-limit`.
    pub pids_limit: bool,
    /// `--blkio-weight`.
    pub blkio_weight: bool,
    /// `--blkio-weight-device`.
    pub blkio_weight_device: bool,
    /// `--device-read-bps` and its three like.
    pub blkio_throttle: bool,
}

impl Capacity {
    /// Looks at the files there are. In the unified hierarchy the controllers are handed down on the way.
    pub fn of(hierarchy: &Hierarchy) -> Self {
        let controllers = hierarchy.controllers();
        match hierarchy {
            Hierarchy::Legacy { .. } => legacy(hierarchy),
            Hierarchy::Unified { root } => Self {
                cpus: text(root.join("cpuset.cpus.effective")),
                mems: text(root.join("cpuset.mems.effective")),
                swap_limit: controllers.contains(&Controller::Memory) && counts_swap(root),
                ..unified(&controllers)
            },
            Hierarchy::Absent => Self::default(),
        }
    }
}

fn unified(controllers: &BTreeSet<Controller>) -> Capacity {
    let has = |controller| controllers.contains(&controller);
    Capacity {
        memory_limit: has(Controller::Memory),
        memory_reservation: has(Controller::Memory),
        cpu_shares: has(Controller::Cpu),
        cpu_bandwidth: has(Controller::Cpu),
        cpuset: has(Controller::Cpuset),
        pids_limit: has(Controller::Pids),
        blkio_weight: has(Controller::Blkio),
        blkio_weight_device: has(Controller::Blkio),
        blkio_throttle: has(Controller::Blkio),
        // Version 2 has neither swappiness, nor a way to do without the killer, nor real-time shares.
        ..Capacity::default()
    }
}

/// Whether the kernel counts swap, as groups that are there show; those that count no memory show nothing.
fn counts_swap(root: &Path) -> bool {
    let Ok(entries) = fs::read_dir(root) else { return false };
    let mut counted = entries.flatten().map(|entry| entry.path()).filter(|group| group.join("memory.max").exists());
    counted.next().is_none_or(|group| group.join("memory.swap.max").exists())
}

fn legacy(hierarchy: &Hierarchy) -> Capacity {
    let Hierarchy::Legacy { roots } = hierarchy else { return Capacity::default() };
    let has = |controller: Controller, file: &str| roots.get(&controller).is_some_and(|root| root.join(file).exists());
    let content = |file: &str| roots.get(&Controller::Cpuset).map(|root| text(root.join(file))).unwrap_or_default();
    Capacity {
        memory_limit: has(Controller::Memory, "memory.limit_in_bytes"),
        swap_limit: has(Controller::Memory, "memory.memsw.limit_in_bytes"),
        memory_reservation: has(Controller::Memory, "memory.soft_limit_in_bytes"),
        memory_swappiness: has(Controller::Memory, "memory.swappiness"),
        oom_kill_disable: has(Controller::Memory, "memory.oom_control"),
        cpu_shares: has(Controller::Cpu, "cpu.shares"),
        cpu_bandwidth: has(Controller::Cpu, "cpu.cfs_quota_us"),
        cpu_realtime: has(Controller::Cpu, "cpu.rt_period_us"),
        cpuset: roots.contains_key(&Controller::Cpuset),
        cpus: content("cpuset.cpus"),
        mems: content("cpuset.mems"),
        // The root of the hierarchy has no limit of its own.
        pids_limit: roots.contains_key(&Controller::Pids),
        blkio_weight: has(Controller::Blkio, "blkio.weight"),
        blkio_weight_device: has(Controller::Blkio, "blkio.weight_device"),
        blkio_throttle: has(Controller::Blkio, "blkio.throttle.read_bps_device"),
    }
}

fn text(path: impl AsRef<Path>) -> String {
    fs::read_to_string(path).unwrap_or_default().trim().to_owned()
}
