//! Limits as files: which value goes into which file of a control group, in the order the kernel wants. Only what was
//! asked is written.

use std::path::Path;

use rustix::fs::{major, minor, stat};
use serde::{Deserialize, Serialize};

use super::{CgroupError, Controller, Hierarchy};
use crate::engine::container::{Resources, ThrottleDevice};

/// The period the time of `--cpus` is counted in, microseconds.
const PERIOD_MICROSECONDS: i64 = 100_000;
const NANOSECONDS: i64 = 1_000_000_000;
/// What the kernel takes as shares of a processor.
const LEAST_SHARES: i64 = 2;
const MOST_SHARES: i64 = 262_144;

/// One value of one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setting {
    /// In which controller's group (version 1).
    pub controller: Controller,
    /// The file's name.
    pub file: String,
    /// What is written.
    pub value: String,
}

impl Setting {
    fn new(controller: Controller, file: &str, value: impl ToString) -> Self {
        Self { controller, file: file.to_owned(), value: value.to_string() }
    }
}

/// What has to be written for these limits.
///
/// # Errors
/// [`CgroupError`] for a disk that is not there.
pub fn settings(resources: &Resources, hierarchy: &Hierarchy) -> Result<Vec<Setting>, CgroupError> {
    match hierarchy {
        Hierarchy::Legacy { .. } => legacy(resources),
        Hierarchy::Unified { .. } => unified(resources),
        Hierarchy::Absent => Ok(Vec::new()),
    }
}

fn legacy(asked: &Resources) -> Result<Vec<Setting>, CgroupError> {
    use Controller::{Blkio, Cpu, Memory};
    let mut settings = Vec::new();
    let mut put = |controller, file: &str, value: &dyn ToString| {
        settings.push(Setting::new(controller, file, value.to_string()));
    };
    if asked.memory > 0 {
        put(Memory, "memory.limit_in_bytes", &asked.memory);
    }
    if asked.memory_swap > 0 {
        put(Memory, "memory.memsw.limit_in_bytes", &asked.memory_swap);
    }
    if asked.memory_reservation > 0 {
        put(Memory, "memory.soft_limit_in_bytes", &asked.memory_reservation);
    }
    if let Some(swappiness) = asked.memory_swappiness {
        put(Memory, "memory.swappiness", &swappiness);
    }
    if asked.oom_kill_disable == Some(true) {
        put(Memory, "memory.oom_control", &1);
    }
    if asked.cpu_shares > 0 {
        check_shares(asked.cpu_shares)?;
        put(Cpu, "cpu.shares", &asked.cpu_shares);
    }
    let (period, quota) = bandwidth(asked);
    if let Some(period) = period {
        put(Cpu, "cpu.cfs_period_us", &period);
    }
    if let Some(quota) = quota {
        put(Cpu, "cpu.cfs_quota_us", &quota);
    }
    if asked.cpu_realtime_period > 0 {
        put(Cpu, "cpu.rt_period_us", &asked.cpu_realtime_period);
    }
    if asked.cpu_realtime_runtime > 0 {
        put(Cpu, "cpu.rt_runtime_us", &asked.cpu_realtime_runtime);
    }
    put_what_both_know(asked, &mut put);
    if asked.blkio_weight > 0 {
        put(Blkio, "blkio.weight", &asked.blkio_weight);
    }
    for device in &asked.blkio_weight_device {
        put(Blkio, "blkio.weight_device", &format!("{} {}", device_number(&device.path)?, device.weight));
    }
    for (file, devices) in throttles(asked, ["read_bps", "write_bps", "read_iops", "write_iops"]) {
        for device in devices {
            let value = format!("{} {}", device_number(&device.path)?, device.rate);
            put(Blkio, &format!("blkio.throttle.{file}_device"), &value);
        }
    }
    Ok(settings)
}

fn unified(asked: &Resources) -> Result<Vec<Setting>, CgroupError> {
    use Controller::{Blkio, Cpu, Memory};
    let mut settings = Vec::new();
    let mut put = |controller, file: &str, value: &dyn ToString| {
        settings.push(Setting::new(controller, file, value.to_string()));
    };
    if asked.memory > 0 {
        put(Memory, "memory.max", &asked.memory);
    }
    // Here swap is counted by itself.
    match asked.memory_swap {
        -1 => put(Memory, "memory.swap.max", &"max"),
        both if both > 0 && asked.memory > 0 => put(Memory, "memory.swap.max", &(both - asked.memory).max(0)),
        _ => {}
    }
    if asked.memory_reservation > 0 {
        put(Memory, "memory.low", &asked.memory_reservation);
    }
    if asked.cpu_shares > 0 {
        put(Cpu, "cpu.weight", &weight_of_shares(asked.cpu_shares));
    }
    let (period, quota) = bandwidth(asked);
    if period.is_some() || quota.is_some() {
        let quota = quota.filter(|quota| *quota > 0).map_or_else(|| "max".to_owned(), |quota| quota.to_string());
        put(Cpu, "cpu.max", &format!("{quota} {}", period.unwrap_or(PERIOD_MICROSECONDS)));
    }
    put_what_both_know(asked, &mut put);
    if asked.blkio_weight > 0 {
        put(Blkio, "io.weight", &format!("default {}", weight_of_blkio(asked.blkio_weight)));
    }
    for device in &asked.blkio_weight_device {
        let weight = weight_of_blkio(device.weight);
        put(Blkio, "io.weight", &format!("{} {weight}", device_number(&device.path)?));
    }
    for (key, devices) in throttles(asked, ["rbps", "wbps", "riops", "wiops"]) {
        for device in devices {
            put(Blkio, "io.max", &format!("{} {key}={}", device_number(&device.path)?, device.rate));
        }
    }
    Ok(settings)
}

/// The files that have the same name and the same value in both versions.
fn put_what_both_know(asked: &Resources, put: &mut dyn FnMut(Controller, &str, &dyn ToString)) {
    if !asked.cpuset_cpus.is_empty() {
        put(Controller::Cpuset, "cpuset.cpus", &asked.cpuset_cpus);
    }
    if !asked.cpuset_mems.is_empty() {
        put(Controller::Cpuset, "cpuset.mems", &asked.cpuset_mems);
    }
    if let Some(limit) = asked.pids_limit.filter(|limit| *limit > 0) {
        put(Controller::Pids, "pids.max", &limit);
    }
}

/// Period and quota, microseconds; `--cpus` is both.
fn bandwidth(asked: &Resources) -> (Option<i64>, Option<i64>) {
    if asked.nano_cpus > 0 {
        return (Some(PERIOD_MICROSECONDS), Some(asked.nano_cpus * PERIOD_MICROSECONDS / NANOSECONDS));
    }
    let said = |value: i64| (value != 0).then_some(value);
    (said(asked.cpu_period), said(asked.cpu_quota))
}

fn throttles<'a>(asked: &'a Resources, names: [&'static str; 4]) -> [(&'static str, &'a [ThrottleDevice]); 4] {
    let [read_bps, write_bps, read_iops, write_iops] = names;
    [
        (read_bps, &asked.blkio_device_read_bps),
        (write_bps, &asked.blkio_device_write_bps),
        (read_iops, &asked.blkio_device_read_iops),
        (write_iops, &asked.blkio_device_write_iops),
    ]
}

/// Outside of these, version 1 silently takes the nearest; runc says so instead.
fn check_shares(shares: i64) -> Result<(), CgroupError> {
    match shares {
        ..LEAST_SHARES => Err(CgroupError::Shares { bound: "minimum", limit: LEAST_SHARES }),
        LEAST_SHARES..=MOST_SHARES => Ok(()),
        _ => Err(CgroupError::Shares { bound: "maximum", limit: MOST_SHARES }),
    }
}

/// 2…262144 onto 1…10000. Source: the OCI runtimes' conversion.
fn weight_of_shares(shares: i64) -> i64 {
    1 + (shares.clamp(LEAST_SHARES, MOST_SHARES) - LEAST_SHARES) * 9999 / (MOST_SHARES - LEAST_SHARES)
}

/// 10…1000 onto 1…10000. Source: the OCI runtimes' conversion.
fn weight_of_blkio(weight: u16) -> u32 {
    1 + (u32::from(weight).max(10) - 10) * 9999 / 990
}

fn device_number(path: &str) -> Result<String, CgroupError> {
    let status = stat(path)
        .map_err(|error| CgroupError::Device { path: Path::new(path).to_path_buf(), source: error.into() })?;
    Ok(format!("{}:{}", major(status.st_rdev), minor(status.st_rdev)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(settings: &[Setting]) -> Vec<(&str, &str)> {
        settings.iter().map(|setting| (setting.file.as_str(), setting.value.as_str())).collect()
    }

    fn asked() -> Resources {
        Resources {
            memory: 64 << 20,
            memory_swap: 96 << 20,
            memory_reservation: 32 << 20,
            cpu_shares: 512,
            nano_cpus: 500_000_000,
            cpuset_cpus: "0-1".to_owned(),
            pids_limit: Some(20),
            blkio_weight: 500,
            blkio_device_read_bps: vec![ThrottleDevice { path: "/dev/null".to_owned(), rate: 1024 }],
            ..Resources::default()
        }
    }

    #[test]
    fn version_one_has_a_file_for_each() {
        let settings = legacy(&asked()).unwrap();
        assert_eq!(
            written(&settings),
            [
                ("memory.limit_in_bytes", "67108864"),
                ("memory.memsw.limit_in_bytes", "100663296"),
                ("memory.soft_limit_in_bytes", "33554432"),
                ("cpu.shares", "512"),
                ("cpu.cfs_period_us", "100000"),
                ("cpu.cfs_quota_us", "50000"),
                ("cpuset.cpus", "0-1"),
                ("pids.max", "20"),
                ("blkio.weight", "500"),
                ("blkio.throttle.read_bps_device", "1:3 1024"),
            ]
        );
    }

    #[test]
    fn version_two_counts_swap_by_itself_and_shares_as_weights() {
        let settings = unified(&asked()).unwrap();
        assert_eq!(
            written(&settings),
            [
                ("memory.max", "67108864"),
                ("memory.swap.max", "33554432"),
                ("memory.low", "33554432"),
                ("cpu.weight", "20"),
                ("cpu.max", "50000 100000"),
                ("cpuset.cpus", "0-1"),
                ("pids.max", "20"),
                ("io.weight", "default 4950"),
                ("io.max", "1:3 rbps=1024"),
            ]
        );
    }

    #[test]
    fn nothing_asked_is_nothing_written() {
        let nothing = Resources { oom_kill_disable: Some(false), pids_limit: Some(0), ..Resources::default() };
        assert_eq!(legacy(&nothing).unwrap(), []);
        assert_eq!(unified(&nothing).unwrap(), []);
    }

    #[test]
    fn a_disk_that_is_not_there_is_named() {
        let device = ThrottleDevice { path: "/dev/nosuch".to_owned(), rate: 1 };
        let wanted = Resources { blkio_device_write_iops: vec![device], ..Resources::default() };
        assert_eq!(legacy(&wanted).unwrap_err().to_string(), "stat /dev/nosuch: no such file or directory");
    }
}
