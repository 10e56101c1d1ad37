//! What the processes of a container may do and see of the host.

use serde::{Deserialize, Serialize};

/// Capabilities, namespaces, devices and the like, with the field names of Docker's `HostConfig`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct SecurityOptions {}
