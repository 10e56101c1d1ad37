//! The kernel's controllers: what each of the two versions of control groups calls them.

use serde::{Deserialize, Serialize};

/// What a control group can count or limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Controller {
    /// Memory and swap.
    Memory,
    /// A share of the processors' time.
    Cpu,
    /// The time used; part of `cpu` in version 2.
    Cpuacct,
    /// Which processors and memory nodes.
    Cpuset,
    /// The number of processes.
    Pids,
    /// Stopping everything; part of every group in version 2.
    Freezer,
    /// Disks.
    Blkio,
}

impl Controller {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Memory, Self::Cpu, Self::Cpuacct, Self::Cpuset, Self::Pids, Self::Freezer, Self::Blkio];

    /// Its directory under `/sys/fs/cgroup`, version 1.
    pub fn legacy_name(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Cpu => "cpu",
            Self::Cpuacct => "cpuacct",
            Self::Cpuset => "cpuset",
            Self::Pids => "pids",
            Self::Freezer => "freezer",
            Self::Blkio => "blkio",
        }
    }

    /// Its word in `cgroup.controllers`, version 2; `None` for what every group has there.
    pub fn unified_name(self) -> Option<&'static str> {
        match self {
            Self::Memory => Some("memory"),
            Self::Cpu => Some("cpu"),
            Self::Cpuset => Some("cpuset"),
            Self::Pids => Some("pids"),
            Self::Blkio => Some("io"),
            Self::Cpuacct | Self::Freezer => None,
        }
    }
}
