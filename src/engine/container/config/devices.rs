//! Which of the host's devices a container has, and how much of its processes' own allowance.

use serde::{Deserialize, Serialize};

use crate::engine::oci::null_as_default;

/// `--device`, `--device-cgroup-rule` and `--ulimit`, with the field names of Docker's `HostConfig`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct DeviceOptions {
    /// `--device`.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "null_as_default")]
    pub devices: Vec<DeviceMapping>,
    /// `--device-cgroup-rule`, as typed.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "null_as_default")]
    pub device_cgroup_rules: Vec<String>,
    /// `--ulimit`, each name once.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "null_as_default")]
    pub ulimits: Vec<Ulimit>,
}

/// One `--device`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct DeviceMapping {
    /// A device of the host, or a directory that holds some.
    pub path_on_host: String,
    /// Where the container finds it.
    pub path_in_container: String,
    /// `r`, `w`, `m` in any order.
    pub cgroup_permissions: String,
}

/// One `--ulimit`; −1 is without limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Ulimit {
    /// `nofile` and the like.
    pub name: String,
    /// What the process cannot go beyond.
    pub hard: i64,
    /// What holds until the process raises it.
    pub soft: i64,
}
