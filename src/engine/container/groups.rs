//! The control groups of containers over their life: moved into late, swept when their monitor was killed.

use super::{ContainerId, ContainerRecord, ContainerStatus, state_file};
use crate::engine::Engine;
use crate::engine::cgroup::{CgroupError, ContainerGroup, Hierarchy, containers_with_groups};
use crate::engine::launch::{ProcessFacts, processes_of};

/// The processes of a running container that are not dead yet; none when it does not run.
pub(super) fn members(record: &ContainerRecord) -> Vec<ProcessFacts> {
    let monitor = record.state.monitor.as_ref().filter(|monitor| record.state.is_running() && monitor.is_alive());
    let all = monitor.map(|monitor| processes_of(monitor.pid)).unwrap_or_default();
    all.into_iter().filter(|process| !matches!(process.state, 'Z' | 'X')).collect()
}

impl Engine {
    /// Removes the groups of our containers that have ended: their monitor did not. Those it removed.
    pub(in crate::engine) fn sweep_groups(&self) -> Vec<ContainerId> {
        let mut removed = Vec::new();
        for id in containers_with_groups(&Hierarchy::find(&self.cgroups)) {
            let lock = self.paths.container(&id).join(state_file::LOCK);
            // No such container: the group is of another state root. Locked: the container is being started or paused.
            let Ok(lock) = std::fs::File::open(lock) else { continue };
            if lock.try_lock().is_err() {
                continue;
            }
            if let Ok(record) = self.container(&id)
                && !record.state.is_running()
            {
                self.group_of(&record).remove();
                removed.push(id);
            }
        }
        removed
    }

    /// Whether a process of a container was killed for want of memory, as far as the running container tells.
    pub fn was_oom_killed(&self, record: &ContainerRecord) -> bool {
        match &record.state.status {
            ContainerStatus::Running { .. } => {
                record.host_config.resources.memory > 0 && self.group_of(record).oom_kills() > 0
            }
            ContainerStatus::Exited { oom_killed, .. } => *oom_killed,
            ContainerStatus::Created { .. } | ContainerStatus::Restarting { .. } => false,
        }
    }
}

/// Moves every process of a running container into those parts of its group that exist.
pub(super) fn adopt_members(record: &ContainerRecord, group: &ContainerGroup) -> Result<(), CgroupError> {
    let mut moved = std::collections::BTreeSet::new();
    loop {
        // What a process makes after it has been moved is born in the group; what it made before is found next time.
        let all = members(record).into_iter().map(|process| process.pid);
        let new: Vec<i32> = all.filter(|pid| !moved.contains(pid)).collect();
        if new.is_empty() {
            return Ok(());
        }
        for pid in new {
            group.adopt(pid)?;
            moved.insert(pid);
        }
    }
}
