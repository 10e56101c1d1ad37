//! `docker top`: the processes of a running container, as the host knows them.

use super::ContainerId;
use crate::engine::launch::{ProcessFacts, processes_of};
use crate::engine::{Engine, EngineError};

impl Engine {
    /// Its processes, in order of their numbers on the host. They are those that descend from its monitor, whatever
    /// namespaces they are in.
    ///
    /// # Errors
    /// [`EngineError::NotRunning`].
    pub fn container_processes(&self, id: &ContainerId) -> Result<Vec<ProcessFacts>, EngineError> {
        let record = self.container(id)?;
        let monitor = record.state.monitor.as_ref().filter(|_| record.state.is_running());
        let monitor = monitor.ok_or_else(|| EngineError::NotRunning(id.clone()))?;
        let processes = processes_of(monitor.pid);
        self.note_container(&record, "top", &[]);
        Ok(processes)
    }
}
