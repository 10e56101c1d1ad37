//! Limits before they become files of a control group: what cannot be is refused, what this machine cannot enforce is
//! given up with a warning. Sentences and order are the daemon's. Source: moby `daemon_unix.go`.

use super::{ContainerRecord, Resources};
use crate::engine::cgroup::{Capacity, ContainerGroup, Hierarchy, settings};
use crate::engine::launch::{CgroupNamespace, CgroupPlan};
use crate::engine::{Engine, EngineError};

/// What a container needs to start at all, bytes.
const LEAST_MEMORY: i64 = 6 << 20;
const NANOSECONDS: i64 = 1_000_000_000;

/// Whether limits are made or changed: a change need not repeat what is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// `run`, `create`.
    Anew,
    /// `update`.
    Change,
}

impl Engine {
    /// Checks limits against this machine, and fills in what Docker fills in.
    ///
    /// # Errors
    /// [`EngineError::InvalidRequest`] with the daemon's sentence.
    pub(super) fn settle_limits(&self, asked: &mut Resources) -> Result<Vec<String>, EngineError> {
        let hierarchy = Hierarchy::find(&self.cgroups);
        // Looking at what can be enforced takes time, and says nothing to a container without limits.
        let warnings = if *asked == Resources::default() {
            Vec::new()
        } else {
            verify(asked, &Capacity::of(&hierarchy), processors(), Asked::Anew)?
        };
        if asked.cgroupns_mode.is_empty() {
            // Docker's own default on version 2; on version 1 it shows the container the host's paths.
            "private".clone_into(&mut asked.cgroupns_mode);
        }
        if asked.memory > 0 && asked.memory_swap == 0 {
            asked.memory_swap = asked.memory.saturating_mul(2);
        }
        if asked.oom_kill_disable.is_none() && matches!(hierarchy, Hierarchy::Legacy { .. }) {
            asked.oom_kill_disable = Some(false);
        }
        Ok(warnings)
    }

    /// The control group of a container, made or not.
    pub(super) fn group_of(&self, record: &ContainerRecord) -> ContainerGroup {
        let parent = &record.host_config.resources.cgroup_parent;
        ContainerGroup::new(Hierarchy::find(&self.cgroups), parent, &record.id)
    }

    /// What can be enforced here.
    pub fn capacity(&self) -> Capacity {
        Capacity::of(&Hierarchy::find(&self.cgroups))
    }

    /// Docker's `CgroupVersion`; `None` when nothing here is ours to divide.
    pub fn cgroup_version(&self) -> Option<&'static str> {
        Hierarchy::find(&self.cgroups).version()
    }
}

/// The group a container's processes will enter.
///
/// # Errors
/// [`EngineError::InvalidRequest`] for a disk that is not there.
pub(super) fn cgroup_plan(engine: &Engine, record: &ContainerRecord) -> Result<CgroupPlan, EngineError> {
    let resources = &record.host_config.resources;
    let group = engine.group_of(record);
    let settings =
        settings(resources, &group.hierarchy).map_err(|error| EngineError::InvalidRequest(error.to_string()))?;
    let namespace = if resources.cgroupns_mode == "host" { CgroupNamespace::Host } else { CgroupNamespace::Private };
    Ok(CgroupPlan { group, settings, namespace })
}

/// How many processors there are.
pub(super) fn processors() -> i64 {
    std::thread::available_parallelism().map_or(1, |count| i64::try_from(count.get()).unwrap_or(i64::MAX))
}

/// Checks limits; those that cannot be enforced are cleared, with the daemon's warning.
///
/// # Errors
/// [`EngineError::InvalidRequest`] with the daemon's sentence.
pub(super) fn verify(
    asked: &mut Resources,
    capacity: &Capacity,
    processors: i64,
    when: Asked,
) -> Result<Vec<String>, EngineError> {
    let mut warnings = Vec::new();
    verify_memory(asked, capacity, when, &mut warnings)?;
    verify_processor(asked, capacity, processors, &mut warnings)?;
    verify_sets(asked, capacity, &mut warnings)?;
    verify_disks(asked, capacity, &mut warnings)?;
    if !(-1000..=1000).contains(&asked.oom_score_adj) {
        return refuse(format!("Invalid value {}, range for oom score adj is [-1000, 1000]", asked.oom_score_adj));
    }
    Ok(warnings)
}

fn refuse<T>(sentence: impl Into<String>) -> Result<T, EngineError> {
    Err(EngineError::InvalidRequest(sentence.into()))
}

fn verify_memory(
    asked: &mut Resources,
    capacity: &Capacity,
    when: Asked,
    warnings: &mut Vec<String>,
) -> Result<(), EngineError> {
    let mut warn = |sentence: &str| warnings.push(sentence.to_owned());
    if asked.memory != 0 && asked.memory < LEAST_MEMORY {
        return refuse("Minimum memory limit allowed is 6MB");
    }
    if asked.memory > 0 && !capacity.memory_limit {
        warn(
            "Your kernel does not support memory limit capabilities or the cgroup is not mounted. Limitation discarded.",
        );
        asked.memory = 0;
        asked.memory_swap = -1;
    }
    if asked.memory > 0 && asked.memory_swap != -1 && !capacity.swap_limit {
        warn(
            "Your kernel does not support swap limit capabilities or the cgroup is not mounted. Memory limited without swap.",
        );
        asked.memory_swap = -1;
    }
    if asked.memory > 0 && asked.memory_swap > 0 && asked.memory_swap < asked.memory {
        return refuse("Minimum memoryswap limit should be larger than memory limit, see usage");
    }
    if asked.memory == 0 && asked.memory_swap > 0 && when == Asked::Anew {
        return refuse("You should always set the Memory limit when using Memoryswap limit, see usage");
    }
    if asked.memory_swappiness.is_some() && !capacity.memory_swappiness {
        warn(
            "Your kernel does not support memory swappiness capabilities or the cgroup is not mounted. Memory swappiness discarded.",
        );
        asked.memory_swappiness = None;
    }
    if let Some(swappiness) = asked.memory_swappiness.filter(|swappiness| !(0..=100).contains(swappiness)) {
        return refuse(format!("Invalid value: {swappiness}, valid memory swappiness range is 0-100"));
    }
    if asked.memory_reservation > 0 && !capacity.memory_reservation {
        warn(
            "Your kernel does not support memory soft limit capabilities or the cgroup is not mounted. Limitation discarded.",
        );
        asked.memory_reservation = 0;
    }
    if asked.memory_reservation > 0 && asked.memory_reservation < LEAST_MEMORY {
        return refuse("Minimum memory reservation allowed is 6MB");
    }
    if asked.memory > 0 && asked.memory_reservation > 0 && asked.memory < asked.memory_reservation {
        return refuse("Minimum memory limit can not be less than memory reservation limit, see usage");
    }
    if let Some(disabled) = asked.oom_kill_disable.filter(|_| !capacity.oom_kill_disable) {
        if disabled {
            warn("Your kernel does not support OomKillDisable. OomKillDisable discarded.");
        }
        asked.oom_kill_disable = None;
    }
    if asked.oom_kill_disable == Some(true) && asked.memory == 0 {
        warn(
            "OOM killer is disabled for the container, but no memory limit is set, this can result in the system running out of resources.",
        );
    }
    if let Some(limit) = asked.pids_limit.filter(|_| !capacity.pids_limit) {
        if limit > 0 {
            warn(
                "Your kernel does not support PIDs limit capabilities or the cgroup is not mounted. PIDs limit discarded.",
            );
        }
        asked.pids_limit = None;
    }
    Ok(())
}

fn verify_processor(
    asked: &mut Resources,
    capacity: &Capacity,
    processors: i64,
    warnings: &mut Vec<String>,
) -> Result<(), EngineError> {
    if asked.nano_cpus > 0 && asked.cpu_period > 0 {
        return refuse("Conflicting options: Nano CPUs and CPU Period cannot both be set");
    }
    if asked.nano_cpus > 0 && asked.cpu_quota > 0 {
        return refuse("Conflicting options: Nano CPUs and CPU Quota cannot both be set");
    }
    if asked.nano_cpus > 0 && !capacity.cpu_bandwidth {
        return refuse(
            "NanoCPUs can not be set, as your kernel does not support CPU CFS scheduler or the cgroup is not mounted",
        );
    }
    if asked.nano_cpus < 0 || asked.nano_cpus > processors.saturating_mul(NANOSECONDS) {
        return refuse(format!(
            "Range of CPUs is from 0.01 to {processors}.00, as there are only {processors} CPUs available"
        ));
    }
    if asked.cpu_shares < 0 {
        return refuse("shares: invalid argument");
    }
    if asked.cpu_shares > 0 && !capacity.cpu_shares {
        warnings.push("Your kernel does not support CPU shares or the cgroup is not mounted. Shares discarded.".into());
        asked.cpu_shares = 0;
    }
    if (asked.cpu_period != 0 || asked.cpu_quota != 0) && !capacity.cpu_bandwidth {
        warnings.push("Your kernel does not support CPU CFS scheduler. CPU period/quota discarded.".into());
        asked.cpu_period = 0;
        asked.cpu_quota = 0;
    }
    if asked.cpu_period != 0 && !(1000..=1_000_000).contains(&asked.cpu_period) {
        return refuse("CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)");
    }
    if asked.cpu_quota > 0 && asked.cpu_quota < 1000 {
        return refuse("CPU cfs quota can not be less than 1ms (i.e. 1000)");
    }
    if (asked.cpu_realtime_period != 0 || asked.cpu_realtime_runtime != 0) && !capacity.cpu_realtime {
        return refuse("Your kernel does not support CPU real-time scheduler");
    }
    if asked.cpu_realtime_period > 0 && asked.cpu_realtime_runtime > asked.cpu_realtime_period {
        return refuse("cpu real-time runtime cannot be higher than cpu real-time period");
    }
    Ok(())
}

fn verify_sets(asked: &mut Resources, capacity: &Capacity, warnings: &mut Vec<String>) -> Result<(), EngineError> {
    if (!asked.cpuset_cpus.is_empty() || !asked.cpuset_mems.is_empty()) && !capacity.cpuset {
        warnings.push("Your kernel does not support cpuset or the cgroup is not mounted. Cpuset discarded.".into());
        asked.cpuset_cpus.clear();
        asked.cpuset_mems.clear();
    }
    for (wanted, there, what, word) in [
        (&asked.cpuset_cpus, &capacity.cpus, "CPUs", "cpus"),
        (&asked.cpuset_mems, &capacity.mems, "memory nodes", "mems"),
    ] {
        let invalid = |text: &str| format!("Invalid value {wanted} for cpuset {word}: invalid format: {text}");
        let numbers = super::number_list::parse(wanted).map_err(|text| EngineError::InvalidRequest(invalid(&text)))?;
        let present = super::number_list::parse(there).unwrap_or_default();
        if !numbers.iter().all(|number| present.contains(number)) {
            return refuse(format!("Requested {what} are not available - requested {wanted}, available: {there}"));
        }
    }
    Ok(())
}

fn verify_disks(asked: &mut Resources, capacity: &Capacity, warnings: &mut Vec<String>) -> Result<(), EngineError> {
    let mut warn = |what: &str, lost: &str| {
        warnings.push(format!("Your kernel does not support {what} or the cgroup is not mounted. {lost} discarded."));
    };
    if asked.blkio_weight > 0 && !capacity.blkio_weight {
        warn("Block I/O weight", "Weight");
        asked.blkio_weight = 0;
    }
    if asked.blkio_weight > 0 && !(10..=1000).contains(&asked.blkio_weight) {
        return refuse("Range of blkio weight is from 10 to 1000");
    }
    if !asked.blkio_weight_device.is_empty() && !capacity.blkio_weight_device {
        warn("Block I/O weight_device", "Weight-device");
        asked.blkio_weight_device.clear();
    }
    if !capacity.blkio_throttle {
        for (devices, what, lost) in [
            (&mut asked.blkio_device_read_bps, "BPS Block I/O read limit", "Block I/O BPS read limit"),
            (&mut asked.blkio_device_write_bps, "BPS Block I/O write limit", "Block I/O BPS write limit"),
            (&mut asked.blkio_device_read_iops, "IOPS Block read limit", "Block I/O IOPS read limit"),
            (&mut asked.blkio_device_write_iops, "IOPS Block write limit", "Block I/O IOPS write limit"),
        ] {
            if !devices.is_empty() {
                warn(what, lost);
                devices.clear();
            }
        }
    }
    Ok(())
}

#[cfg(test)]
#[path = "limits_tests.rs"]
mod tests;
