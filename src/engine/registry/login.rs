//! `docker login`: whether a registry takes a name and a secret.

use super::endpoint::endpoints;
use super::options::Credentials;
use super::repository::{Access, Repository};
use super::retry::Interrupt;
use super::transport::Transport;
use crate::engine::{Engine, EngineError};

/// A registry took the name and the secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoggedIn;

impl Engine {
    /// Asks a registry whether it knows us.
    ///
    /// # Errors
    /// [`super::RegistryError::Unauthorized`] when it does not.
    pub fn log_in(
        &self,
        domain: &str,
        credentials: Credentials,
        interrupt: Interrupt,
    ) -> Result<LoggedIn, EngineError> {
        let transport = Transport::new(&self.registry, interrupt);
        let found = endpoints(&self.registry, domain);
        let repository = Repository::connect(&transport, &found, "", Access::Pull, Some(credentials))?;
        repository.prove()?;
        Ok(LoggedIn)
    }
}
