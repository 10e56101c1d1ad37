//! `docker start`: gives a created or exited container its monitor and its first process.

use super::session::{AttachRequest, Session};
use super::ContainerId;
use crate::engine::{Engine, EngineError};

impl Engine {
    /// Starts a container; nothing happens when it runs already.
    ///
    /// Returns once its first process has been executed. When `attach` is given, the session is connected
    /// before that process starts, so that none of its output is missed.
    ///
    /// # Errors
    /// [`EngineError::Launch`] when the command cannot be executed: its `exit_code()` is what `docker run` exits with.
    pub fn start_container(&self, id: &ContainerId, attach: Option<AttachRequest>) -> Result<Option<Session>, EngineError> {
        let _ = (id, attach);
        todo!()
    }
}
