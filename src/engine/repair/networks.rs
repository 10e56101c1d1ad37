//! What is left of networks: who is said to keep the switch, what is said to be published.

use super::{Repair, RepairReport};
use crate::engine::launch::leftovers;
use crate::engine::network::Attachments;
use crate::engine::{Engine, EngineError};

impl Engine {
    pub(super) fn repair_networks(&self, report: &mut RepairReport) -> Result<(), EngineError> {
        let directory = self.paths.networks();
        if !directory.is_dir() {
            return Ok(());
        }
        // Every last monitor leaves its name there: nothing to speak of.
        let deserted = leftovers::forget_dead(&directory).map_err(|error| EngineError::io(&directory, error))?;
        if deserted.is_some() && leftovers::stop_host_forwarding(&directory) {
            report.done.push(Repair::Forwarding);
        }
        drop(deserted);
        for id in self.container_ids()? {
            let _lock = self.lock_networks()?;
            let path = self.paths.container(&id).join(Attachments::FILE);
            if let Some(ended) = Attachments::ended(&path)? {
                ended.write(&path)?;
            }
        }
        Ok(())
    }
}
