//! `docker update`: other limits, other restart policy; a running container feels them at once.
//! Sentences are the daemon's. Source: moby `container_unix.go`.

use super::groups::adopt_members;
use super::limits::{Asked, processors, verify};
use super::{ContainerId, ContainerRecord, Resources, RestartPolicy, state_file};
use crate::engine::cgroup::{Capacity, Controller, Hierarchy, Setting, settings};
use crate::engine::{Engine, EngineError};

/// What is to change; what is zero, empty or `None` stays.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UpdateRequest {
    /// Limits.
    pub resources: Resources,
    /// `--restart`.
    pub restart_policy: Option<RestartPolicy>,
}

impl Engine {
    /// Changes a container; the daemon's warnings come back.
    ///
    /// # Errors
    /// [`EngineError::InvalidRequest`] for what cannot be, [`EngineError::Conflict`] for what does not go with the rest.
    pub fn update_container(&self, id: &ContainerId, request: &UpdateRequest) -> Result<Vec<String>, EngineError> {
        let mut asked = request.resources.clone();
        if let Some(policy) = &request.restart_policy {
            policy.check()?;
        }
        let hierarchy = Hierarchy::find(&self.cgroups);
        let warnings = verify(&mut asked, &Capacity::of(&hierarchy), processors(), Asked::Change)?;
        let _lock = self.lock_container(id)?;
        let mut record = self.container(id)?;
        let refused = |reason: &str| EngineError::Conflict(format!("Cannot update container {id}: {reason}"));
        if let Some(policy) = &request.restart_policy {
            if record.host_config.auto_remove && policy.name != "no" {
                return Err(refused(
                    "Restart policy cannot be updated because AutoRemove is enabled for the container",
                ));
            }
            record.host_config.restart_policy = policy.clone();
        }
        merge(&mut record.host_config.resources, &asked).map_err(refused)?;
        let before = self.container(id)?;
        if record.state.is_running() {
            self.apply(&record, &before, &asked).map_err(|reason| refused(&reason))?;
        }
        state_file::write_json(&self.paths().container(id).join(state_file::CONFIG), &record)?;
        self.note_container(&record, "update", &[]);
        Ok(warnings)
    }

    /// Writes what changed into the group of a running container, which may be new to it.
    fn apply(&self, record: &ContainerRecord, before: &ContainerRecord, asked: &Resources) -> Result<(), String> {
        let said = |error: crate::engine::cgroup::CgroupError| error.to_string();
        let group = self.group_of(record);
        let of = |resources: &Resources| settings(resources, &group.hierarchy).map_err(said);
        let old = of(&before.host_config.resources)?;
        let mut new: Vec<Setting> =
            of(&record.host_config.resources)?.into_iter().filter(|setting| !old.contains(setting)).collect();
        new.extend(lifted(asked, &group.hierarchy));
        if new.is_empty() {
            return Ok(());
        }
        // The two limits of version 1 bound each other: when they grow, the outer one goes first.
        let grows = |setting: &Setting| {
            let present = group.number(setting.controller, &setting.file).unwrap_or(u64::MAX);
            setting.value.parse().map_or(setting.value == "-1", |value: u64| value > present)
        };
        if new.iter().any(|setting| setting.file == "memory.memsw.limit_in_bytes" && grows(setting)) {
            new.sort_by_key(|setting| setting.file != "memory.memsw.limit_in_bytes");
        }
        let parts_before = group.directories();
        group.make(&new).map_err(said)?;
        if group.directories() != parts_before {
            adopt_members(record, &group).map_err(said)?;
        }
        Ok(())
    }
}

/// What "no limit" is written as; at the start of a container nothing need be written for it.
fn lifted(asked: &Resources, hierarchy: &Hierarchy) -> Vec<Setting> {
    let mut settings = Vec::new();
    let mut put = |controller, file: &str, value: &str| {
        settings.push(Setting { controller, file: file.to_owned(), value: value.to_owned() });
    };
    if asked.pids_limit.is_some_and(|limit| limit <= 0) {
        put(Controller::Pids, "pids.max", "max");
    }
    if asked.memory_swap == -1 && matches!(hierarchy, Hierarchy::Legacy { .. }) {
        put(Controller::Memory, "memory.memsw.limit_in_bytes", "-1");
    }
    settings
}

/// Puts what was asked in the place of what is there.
fn merge(there: &mut Resources, asked: &Resources) -> Result<(), &'static str> {
    if asked.nano_cpus > 0 && there.cpu_period > 0 {
        return Err("Conflicting options: Nano CPUs cannot be updated as CPU Period has already been set");
    }
    if asked.nano_cpus > 0 && there.cpu_quota > 0 {
        return Err("Conflicting options: Nano CPUs cannot be updated as CPU Quota has already been set");
    }
    if asked.cpu_period > 0 && there.nano_cpus > 0 {
        return Err("Conflicting options: CPU Period cannot be updated as NanoCPUs has already been set");
    }
    if asked.cpu_quota > 0 && there.nano_cpus > 0 {
        return Err("Conflicting options: CPU Quota cannot be updated as NanoCPUs has already been set");
    }
    if asked.memory > 0 && asked.memory > there.memory_swap && asked.memory_swap == 0 {
        return Err(
            "Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time",
        );
    }
    let replace = |there: &mut i64, asked: i64| {
        if asked != 0 {
            *there = asked;
        }
    };
    replace(&mut there.cpu_shares, asked.cpu_shares);
    replace(&mut there.memory, asked.memory);
    replace(&mut there.memory_swap, asked.memory_swap);
    replace(&mut there.memory_reservation, asked.memory_reservation);
    replace(&mut there.nano_cpus, asked.nano_cpus);
    replace(&mut there.cpu_period, asked.cpu_period);
    replace(&mut there.cpu_quota, asked.cpu_quota);
    replace(&mut there.cpu_realtime_period, asked.cpu_realtime_period);
    replace(&mut there.cpu_realtime_runtime, asked.cpu_realtime_runtime);
    if asked.blkio_weight != 0 {
        there.blkio_weight = asked.blkio_weight;
    }
    for (there, asked) in [(&mut there.cpuset_cpus, &asked.cpuset_cpus), (&mut there.cpuset_mems, &asked.cpuset_mems)] {
        if !asked.is_empty() {
            there.clone_from(asked);
        }
    }
    if asked.pids_limit.is_some() {
        there.pids_limit = asked.pids_limit;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_said_stays() {
        let mut there = Resources { memory: 64 << 20, memory_swap: 128 << 20, cpu_shares: 512, ..Resources::default() };
        let asked = Resources { memory: 100 << 20, pids_limit: Some(5), ..Resources::default() };
        merge(&mut there, &asked).unwrap();
        let expected = Resources { memory: 100 << 20, pids_limit: Some(5), memory_swap: 128 << 20, ..there.clone() };
        assert_eq!((there.cpu_shares, &there), (512, &expected));
    }

    #[test]
    fn what_does_not_go_together_is_refused_in_the_daemons_words() {
        let there = Resources { memory_swap: 100 << 20, nano_cpus: 1_000_000_000, ..Resources::default() };
        for (asked, sentence) in [
            (
                Resources { memory: 200 << 20, ..Resources::default() },
                "Memory limit should be smaller than already set memoryswap limit, update the memoryswap at the same time",
            ),
            (
                Resources { cpu_quota: 500_000, ..Resources::default() },
                "Conflicting options: CPU Quota cannot be updated as NanoCPUs has already been set",
            ),
        ] {
            assert_eq!(merge(&mut there.clone(), &asked), Err(sentence));
        }
    }
}
