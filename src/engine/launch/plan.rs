//! Everything the monitor and the first process need, as plain data, decided before anything is started.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::step_mounts::StepMount;
use super::{
    CapabilitySet, CgroupPlan, DeviceNode, HealthPlan, IsolationPlan, LogPlan, NetworkPlan, ProcessLimit, Restarts,
    SeccompProfile, Tier,
};
use crate::engine::cgroup::CgroupPlace;
use crate::engine::container::ContainerId;
use crate::engine::rootfs::RootfsPlan;

/// A container about to be started.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct LaunchPlan {
    /// Which one.
    pub id: ContainerId,
    /// The state root.
    pub state_root: PathBuf,
    /// Our own program.
    pub program: PathBuf,
    /// What the kernel allows us.
    pub tier: Tier,
    /// `-i`: keep standard input open.
    pub open_stdin: bool,
    /// Close standard input when the first client leaves.
    pub stdin_once: bool,
    /// `--rm`.
    pub auto_remove: bool,
    /// Host name and domain.
    pub hostname: String,
    /// Namespaces and their settings.
    pub isolation: IsolationPlan,
    /// The host's devices it is given.
    pub devices: Vec<DeviceNode>,
    /// Where its words are kept.
    pub log: LogPlan,
    /// Which network namespace.
    pub network: NetworkPlan,
    /// `--init`: a reaper of ours is process 1.
    pub init: bool,
    /// Where control groups are looked for.
    pub cgroups: CgroupPlace,
    /// The control group its processes enter.
    pub cgroup: CgroupPlan,
    /// Its root file system and mounts.
    pub rootfs: RootfsPlan,
    /// What is run.
    pub process: ProcessPlan,
    /// How to tell whether it works, when something says so.
    pub health: Option<HealthPlan>,
    /// How often its policy has started it again.
    pub restarts: Restarts,
    /// What only a step of a build has mounted, in order, over all else.
    #[serde(default)]
    pub step_mounts: Vec<StepMount>,
}

/// A process about to be executed in a container.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ProcessPlan {
    /// Command and arguments, not empty.
    pub command: Vec<String>,
    /// `NAME=value`; `HOME` is added from the container's passwd file when absent.
    pub env: Vec<String>,
    /// Absolute; made when absent (first process only).
    pub working_dir: String,
    /// `user[:group]`, empty for root.
    pub user: String,
    /// `-t`.
    pub tty: bool,
    /// Rows and columns of the terminal at the start, when known.
    pub window: Option<(u16, u16)>,
    /// Whether standard input is connected.
    pub stdin: bool,
    /// What root may do.
    pub capabilities: CapabilitySet,
    /// Added to how readily the kernel kills it for want of memory; 0 changes nothing.
    pub oom_score_adj: i64,
    /// Which system calls it may make.
    pub seccomp: SeccompPlan,
    /// Whether nothing it executes gains privileges.
    pub no_new_privileges: bool,
    /// Groups beside the user's own, names or numbers.
    pub groups: Vec<String>,
    /// What it may use.
    pub limits: Vec<ProcessLimit>,
    /// Whether giving files and powers away succeeds without being done, where there is one id only.
    pub emulate_ownership: bool,
}

/// Which system calls a process may make.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum SeccompPlan {
    /// All.
    Unconfined,
    /// Docker's list.
    Default,
    /// A list of the learner's, and the capabilities of the container that it may speak of.
    Profile(Box<SeccompProfile>),
}
