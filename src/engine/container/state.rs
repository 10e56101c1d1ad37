//! Where a container is in its life. A pid exists only while it runs.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::HealthState;

/// A process that cannot be mistaken for another one that got its number later, or after a reboot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessIdentity {
    /// On the host.
    pub pid: i32,
    /// Clock ticks since boot: field 22 of `/proc/PID/stat`.
    pub start_time: u64,
    /// `/proc/sys/kernel/random/boot_id`.
    pub boot_id: String,
}

/// Docker's words for where a container is in its life.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "lowercase")]
pub enum ContainerStatus {
    /// Made, never started (or its start failed: then `exit_code` and `error` say how).
    Created {
        /// 127 or 126 or 128 after a failed start, else 0.
        exit_code: i32,
        /// Why the start failed.
        error: String,
    },
    /// Its process 1 lives.
    Running {
        /// Process 1, seen from the host.
        init: ProcessIdentity,
        /// Since when.
        started_at: Timestamp,
    },
    /// Its process 1 is gone, and its monitor waits before it starts another.
    Restarting {
        /// As of `Exited`.
        exit_code: i32,
        /// When it last started.
        started_at: Timestamp,
        /// When it ended.
        finished_at: Timestamp,
    },
    /// Its process 1 is gone.
    Exited {
        /// 128 + the signal's number when killed.
        exit_code: i32,
        /// When it last started.
        started_at: Timestamp,
        /// When it ended.
        finished_at: Timestamp,
        /// Out of memory.
        oom_killed: bool,
        /// Why, when the engine itself failed.
        error: String,
    },
}

/// What the monitor writes and everybody reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContainerState {
    /// Where it is.
    #[serde(flatten)]
    pub status: ContainerStatus,
    /// The monitor, while one lives.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub monitor: Option<ProcessIdentity>,
    /// By the restart policy.
    #[serde(default)]
    pub restart_count: u32,
    /// When its life before this one ended, while it runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_before: Option<Timestamp>,
    /// How well it does, when something says how to tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub health: Option<HealthState>,
    /// Its processes stand still (`docker pause`): found out, never written here.
    #[serde(skip)]
    pub paused: bool,
}

impl ContainerState {
    /// Made and never started.
    pub fn created() -> Self {
        Self {
            status: ContainerStatus::Created { exit_code: 0, error: String::new() },
            monitor: None,
            restart_count: 0,
            finished_before: None,
            health: None,
            paused: false,
        }
    }

    /// Whether it has not come to its end: process 1 lives, or will again without anybody's doing.
    pub fn is_running(&self) -> bool {
        matches!(self.status, ContainerStatus::Running { .. } | ContainerStatus::Restarting { .. })
    }

    /// Whether it is between two lives.
    pub fn is_restarting(&self) -> bool {
        matches!(self.status, ContainerStatus::Restarting { .. })
    }

    /// Docker's word: `created`, `running`, `paused`, `restarting`, `exited`.
    pub fn word(&self) -> &'static str {
        match self.status {
            ContainerStatus::Created { .. } => "created",
            ContainerStatus::Running { .. } if self.paused => "paused",
            ContainerStatus::Running { .. } => "running",
            ContainerStatus::Restarting { .. } => "restarting",
            ContainerStatus::Exited { .. } => "exited",
        }
    }

    /// When it last ended.
    pub fn last_end(&self) -> Option<Timestamp> {
        match &self.status {
            ContainerStatus::Created { .. } => None,
            ContainerStatus::Running { .. } => self.finished_before,
            ContainerStatus::Restarting { finished_at, .. } | ContainerStatus::Exited { finished_at, .. } => {
                Some(*finished_at)
            }
        }
    }

    /// The last exit code; 0 while none.
    pub fn exit_code(&self) -> i32 {
        match self.status {
            ContainerStatus::Created { exit_code, .. }
            | ContainerStatus::Restarting { exit_code, .. }
            | ContainerStatus::Exited { exit_code, .. } => exit_code,
            ContainerStatus::Running { .. } => 0,
        }
    }
}
