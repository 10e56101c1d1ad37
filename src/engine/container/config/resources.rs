//! What a container may use: memory, processors, processes, disk.

use serde::{Deserialize, Serialize};

use crate::engine::oci::null_as_default;

/// Limits, with the field names and in the order of Docker's `HostConfig`. Zero, empty and `None` say nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Resources {
    /// `--cgroupns`: `host` or `private`.
    pub cgroupns_mode: String,
    /// `--oom-score-adj`, from -1000 to 1000.
    pub oom_score_adj: i64,
    /// `--cpu-shares`, relative to 1024.
    pub cpu_shares: i64,
    /// `--memory`, bytes.
    pub memory: i64,
    /// `--cpus`, billionths of a processor.
    pub nano_cpus: i64,
    /// `--cgroup-parent`.
    pub cgroup_parent: String,
    /// `--blkio-weight`, from 10 to 1000.
    pub blkio_weight: u16,
    /// `--blkio-weight-device`.
    #[serde(deserialize_with = "null_as_default")]
    pub blkio_weight_device: Vec<WeightDevice>,
    /// `--device-read-bps`, bytes a second.
    #[serde(deserialize_with = "null_as_default")]
    pub blkio_device_read_bps: Vec<ThrottleDevice>,
    /// `--device-write-bps`, bytes a second.
    #[serde(deserialize_with = "null_as_default")]
    pub blkio_device_write_bps: Vec<ThrottleDevice>,
    /// `--device-read-iops`, operations a second.
    #[serde(rename = "BlkioDeviceReadIOps", deserialize_with = "null_as_default")]
    pub blkio_device_read_iops: Vec<ThrottleDevice>,
    /// `--device-write-iops`, operations a second.
    #[serde(rename = "BlkioDeviceWriteIOps", deserialize_with = "null_as_default")]
    pub blkio_device_write_iops: Vec<ThrottleDevice>,
    /// `--cpu-period`, microseconds.
    pub cpu_period: i64,
    /// `--cpu-quota`, microseconds of each period.
    pub cpu_quota: i64,
    /// `--cpu-rt-period`, microseconds.
    pub cpu_realtime_period: i64,
    /// `--cpu-rt-runtime`, microseconds.
    pub cpu_realtime_runtime: i64,
    /// `--cpuset-cpus`: `0-2,4`.
    pub cpuset_cpus: String,
    /// `--cpuset-mems`: `0-2,4`.
    pub cpuset_mems: String,
    /// `--memory-reservation`, bytes.
    pub memory_reservation: i64,
    /// `--memory-swap`, bytes of memory and swap together; -1 is without limit.
    pub memory_swap: i64,
    /// `--memory-swappiness`, from 0 to 100.
    pub memory_swappiness: Option<i64>,
    /// `--oom-kill-disable`; `None` where the kernel cannot.
    pub oom_kill_disable: Option<bool>,
    /// `--pids-limit`; zero and less are without limit.
    pub pids_limit: Option<i64>,
}

/// A disk and its weight.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct WeightDevice {
    /// Under `/dev`.
    pub path: String,
    /// From 10 to 1000.
    pub weight: u16,
}

/// A disk and what may go through it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct ThrottleDevice {
    /// Under `/dev`.
    pub path: String,
    /// A second.
    pub rate: u64,
}
