//! `docker create`: writes down what was asked; starts nothing.

use super::{ContainerConfig, ContainerId, ContainerName, HostConfig};
use crate::engine::{Engine, EngineError};

/// What `create` is asked.
#[derive(Debug, Clone, Default)]
pub struct CreateRequest {
    /// `--name`; made up when absent.
    pub name: Option<ContainerName>,
    /// What was said on the command line; the image's defaults fill what is empty.
    /// `env` holds the command line's only; `image` is the reference as typed.
    pub config: ContainerConfig,
    /// How it stands on the host.
    pub host_config: HostConfig,
}

/// What `create` made.
#[derive(Debug, Clone)]
pub struct CreatedContainer {
    /// Its id.
    pub id: ContainerId,
    /// Docker's warnings, one a line.
    pub warnings: Vec<String>,
}

impl Engine {
    /// Makes a container of an image that is in the store (it never pulls).
    ///
    /// # Errors
    /// [`EngineError::NoSuchImage`], [`EngineError::NameInUse`], [`EngineError::NoCommand`],
    /// [`EngineError::InvalidRequest`] for mounts and the like.
    pub fn create_container(&self, request: CreateRequest) -> Result<CreatedContainer, EngineError> {
        let _ = request;
        todo!()
    }
}
