//! `docker attach`.

use super::ContainerId;
use super::monitor_client::MonitorClient;
use super::session::{AttachRequest, Session};
use crate::engine::launch::protocol::{Reply, Request};
use crate::engine::{Engine, EngineError};

impl Engine {
    /// Joins the streams of a running container.
    ///
    /// # Errors
    /// [`EngineError::NotRunning`] (the client words it its own way).
    pub fn attach_container(&self, id: &ContainerId, request: AttachRequest) -> Result<Session, EngineError> {
        let record = self.container(id)?;
        if record.state.is_restarting() {
            return Err(EngineError::Restarting(id.clone()));
        }
        if !record.state.is_running() {
            return Err(EngineError::NotRunning(id.clone()));
        }
        let gone = |_| EngineError::NotRunning(id.clone());
        let mut client = MonitorClient::connect(self.paths(), id).map_err(gone)?;
        client.send(&Request::Attach(request)).map_err(gone)?;
        match client.receive(None).map_err(gone)? {
            Some(Reply::Started) => {
                self.note_container(&record, "attach", &[]);
                let (connection, inbox) = client.into_parts();
                Ok(Session::new(connection, inbox))
            }
            _ => Err(EngineError::NotRunning(id.clone())),
        }
    }
}
