//! `docker container prune`: removes every container that does not run.

use super::{ContainerId, ContainerRecord, RemoveRequest};
use crate::engine::journal::ObjectKind;
use crate::engine::{Engine, EngineError};

/// What a prune removed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PrunedContainers {
    /// Newest first.
    pub removed: Vec<ContainerId>,
    /// Bytes of their writable layers.
    pub reclaimed: u64,
}

impl Engine {
    /// Removes the containers that do not run and that `admits` admits. One that cannot be removed stays, without a word, as
    /// under dockerd.
    ///
    /// # Errors
    /// [`EngineError::Io`] when the containers cannot be listed.
    pub fn prune_containers(&self, admits: &dyn Fn(&ContainerRecord) -> bool) -> Result<PrunedContainers, EngineError> {
        let mut pruned = PrunedContainers::default();
        for record in self.containers()? {
            if record.state.is_running() || !admits(&record) {
                continue;
            }
            let size = self.container_size(&record.id).unwrap_or_default();
            if self.remove_container(&record.id, RemoveRequest::default()).is_ok() {
                pruned.reclaimed += size;
                pruned.removed.push(record.id);
            }
        }
        self.note(ObjectKind::Container, "prune", "", &[("reclaimed", &pruned.reclaimed.to_string())]);
        Ok(pruned)
    }
}
