//! All that is known of a container.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{ContainerConfig, ContainerId, ContainerName, ContainerState, HostConfig, MountPoint, ProcessIdentity};
use crate::engine::network::Attachments;
use crate::engine::oci::ImageId;

/// All that is known of a container: `config.json` and `state.json` of its directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContainerRecord {
    /// Its id.
    pub id: ContainerId,
    /// Its name, without the slash.
    pub name: ContainerName,
    /// When it was made.
    pub created: Timestamp,
    /// The image it was made from.
    pub image: ImageId,
    /// What is run: the entry point's or the command's first word.
    pub path: String,
    /// The rest of what is run.
    pub args: Vec<String>,
    /// What runs inside.
    pub config: ContainerConfig,
    /// How it stands on the host.
    pub host_config: HostConfig,
    /// What is mounted in it.
    pub mounts: Vec<MountPoint>,
    /// The process whose build it is a step of: nobody else sees it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub builder: Option<ProcessIdentity>,
    /// Where it is in its life; kept in a file of its own, for the monitor rewrites it.
    #[serde(skip, default = "ContainerState::created")]
    pub state: ContainerState,
    /// Its networks, and what it has there while it runs; a file of its own too.
    #[serde(skip)]
    pub attachments: Attachments,
}
