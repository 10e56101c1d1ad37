//! What a container may use: memory, processors, processes, disk.

use serde::{Deserialize, Serialize};

/// Limits, with the field names of Docker's `HostConfig`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct Resources {}
