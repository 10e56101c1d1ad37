//! What a container asks to have mounted beyond `-v`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::mount_spec::MountSpec;
use crate::engine::oci::null_as_default;

/// `--mount`, `--tmpfs`, `--volumes-from`, with the field names of Docker's `HostConfig`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct StorageOptions {
    /// `--volume-driver`; empty and `local` are the only one there is.
    pub volume_driver: String,
    /// `--volumes-from CONTAINER[:MODE]`, as typed.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "null_as_default")]
    pub volumes_from: Vec<String>,
    /// `--mount`.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "null_as_default")]
    pub mounts: Vec<MountSpec>,
    /// `--tmpfs`: options by path.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", deserialize_with = "null_as_default")]
    pub tmpfs: BTreeMap<String, String>,
}
