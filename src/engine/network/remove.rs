//! `docker network rm` and `network prune`.

use std::fs;

use super::NetworkRecord;
use crate::engine::journal::ObjectKind;
use crate::engine::{Engine, EngineError};

impl Engine {
    /// Removes a network nobody is in.
    ///
    /// # Errors
    /// [`EngineError::NoSuchNetwork`], [`EngineError::Forbidden`] for the three that are always there or one that is used.
    pub fn remove_network(&self, name_or_id: &str) -> Result<NetworkRecord, EngineError> {
        let network = self.resolve_network(name_or_id)?;
        if network.is_predefined() {
            return Err(EngineError::Forbidden(format!(
                "{} is a pre-defined network and cannot be removed",
                network.name
            )));
        }
        let lock = self.lock_networks()?;
        if !self.network_users(&network.id)?.is_empty() {
            return Err(EngineError::Forbidden(format!(
                "error while removing network: network {} id {} has active endpoints",
                network.name, network.id
            )));
        }
        let path = self.paths.network(network.id.as_str());
        match fs::remove_file(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(EngineError::NoSuchNetwork(name_or_id.to_owned()));
            }
            other => other.map_err(|error| EngineError::io(&path, error))?,
        }
        drop(lock);
        self.note(
            ObjectKind::Network,
            "destroy",
            network.id.as_str(),
            &[("name", &network.name), ("type", network.driver.word())],
        );
        Ok(network)
    }

    /// Removes every network of the learner's that no running container is in and that `keep` lets go.
    ///
    /// # Errors
    /// [`EngineError::Io`], [`EngineError::DamagedState`].
    pub fn prune_networks(&self, keep: impl Fn(&NetworkRecord) -> bool) -> Result<Vec<NetworkRecord>, EngineError> {
        let mut removed = Vec::new();
        for network in self.networks()? {
            if network.is_predefined() || keep(&network) {
                continue;
            }
            match self.remove_network(network.id.as_str()) {
                Ok(network) => removed.push(network),
                // Somebody came, or somebody else removed it.
                Err(EngineError::Forbidden(_) | EngineError::NoSuchNetwork(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(removed)
    }
}
