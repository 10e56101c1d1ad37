//! `docker update --restart`: another restart policy for a container, running or not.

use super::{ContainerId, RestartPolicy, state_file};
use crate::engine::{Engine, EngineError};

impl Engine {
    /// Changes what follows a container's next end: its monitor asks when it comes.
    ///
    /// # Errors
    /// [`EngineError::InvalidRequest`] for what is no policy, [`EngineError::Conflict`] with `--rm`.
    pub fn set_restart_policy(&self, id: &ContainerId, policy: RestartPolicy) -> Result<(), EngineError> {
        policy.check()?;
        let _lock = self.lock_container(id)?;
        let mut record = self.container(id)?;
        if record.host_config.auto_remove && !matches!(policy.name.as_str(), "" | "no") {
            let sentence = "Restart policy cannot be updated because AutoRemove is enabled for the container";
            return Err(EngineError::Conflict(sentence.to_owned()));
        }
        record.host_config.restart_policy = policy;
        state_file::write_json(&self.paths().container(id).join(state_file::CONFIG), &record)
    }
}
