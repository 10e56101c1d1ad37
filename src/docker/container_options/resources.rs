//! What a container may use: memory, processors, processes, disk.

use crate::docker::failure::Failure;
use crate::docker::value::{device, quantity};
use crate::docker::words::Words;
use crate::engine::container::{HostConfig, Resources as Limits, ThrottleDevice, WeightDevice};

/// The flags of limits, read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Resources {
    limits: Limits,
}

impl Resources {
    /// Reads the flags.
    ///
    /// # Errors
    /// The client's sentences.
    pub(super) fn read(words: &Words) -> Result<Self, Failure> {
        let text = |flag: &str| words.owned(flag).unwrap_or_default();
        let swappiness = words.int("memory-swappiness").filter(|swappiness| *swappiness != -1);
        if let Some(wrong) = swappiness.filter(|swappiness| !(0..=100).contains(swappiness)) {
            return Err(Failure::client(format!("invalid value: {wrong}. Valid memory swappiness range is 0-100")));
        }
        let cgroupns_mode = text("cgroupns");
        if !matches!(cgroupns_mode.as_str(), "" | "host" | "private") {
            return Err(Failure::client("--cgroupns: invalid CGROUP mode"));
        }
        let limits = Limits {
            cgroupns_mode,
            oom_score_adj: words.int("oom-score-adj").unwrap_or(0),
            cgroup_parent: text("cgroup-parent"),
            blkio_weight_device: devices(words, "blkio-weight-device", device::weight)?
                .into_iter()
                .map(|(path, weight)| WeightDevice { path, weight })
                .collect(),
            blkio_device_read_bps: throttles(words, "device-read-bps", device::bytes_rate)?,
            blkio_device_write_bps: throttles(words, "device-write-bps", device::bytes_rate)?,
            blkio_device_read_iops: throttles(words, "device-read-iops", device::operations_rate)?,
            blkio_device_write_iops: throttles(words, "device-write-iops", device::operations_rate)?,
            memory_swappiness: swappiness,
            oom_kill_disable: words.bool("oom-kill-disable").then_some(true),
            ..changeable(words)
        };
        Ok(Self { limits })
    }

    pub(super) fn apply(&self, host_config: &mut HostConfig) {
        host_config.resources = self.limits.clone();
    }
}

/// The limits that `update` can change too.
pub fn changeable(words: &Words) -> Limits {
    let bytes = |flag: &str| words.text(flag).and_then(|text| quantity::swap_bytes(text).ok()).unwrap_or(0);
    let int = |flag: &str| words.int(flag).unwrap_or(0);
    Limits {
        cpu_shares: int("cpu-shares"),
        memory: bytes("memory"),
        nano_cpus: words.text("cpus").and_then(|text| quantity::nano(text).ok()).unwrap_or(0),
        blkio_weight: words.text("blkio-weight").and_then(|text| text.parse().ok()).unwrap_or(0),
        cpu_period: int("cpu-period"),
        cpu_quota: int("cpu-quota"),
        cpu_realtime_period: int("cpu-rt-period"),
        cpu_realtime_runtime: int("cpu-rt-runtime"),
        cpuset_cpus: words.owned("cpuset-cpus").unwrap_or_default(),
        cpuset_mems: words.owned("cpuset-mems").unwrap_or_default(),
        memory_reservation: bytes("memory-reservation"),
        memory_swap: bytes("memory-swap"),
        pids_limit: words.int("pids-limit"),
        ..Limits::default()
    }
}

fn devices<T>(
    words: &Words,
    flag: &str,
    read: impl Fn(&str) -> Result<(String, T), String>,
) -> Result<Vec<(String, T)>, Failure> {
    words.list(flag).iter().map(|text| read(text).map_err(Failure::client)).collect()
}

fn throttles(
    words: &Words,
    flag: &str,
    read: impl Fn(&str) -> Result<(String, u64), String>,
) -> Result<Vec<ThrottleDevice>, Failure> {
    Ok(devices(words, flag, read)?.into_iter().map(|(path, rate)| ThrottleDevice { path, rate }).collect())
}
