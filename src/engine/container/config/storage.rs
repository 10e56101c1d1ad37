//! What a container asks to have mounted beyond `-v`.

use serde::{Deserialize, Serialize};

/// `--mount`, `--tmpfs`, `--volumes-from`, with the field names of Docker's `HostConfig`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct StorageOptions {}
