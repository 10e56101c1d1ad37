//! What the processes of a container may do and see of the host.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::namespaces::{HostOrPrivate, IpcMode, PidMode};
use super::unsaid;
use crate::engine::oci::null_as_default;

/// Capabilities, namespaces, kernel settings and the like, with the field names of Docker's `HostConfig`. What nobody
/// asked for is not written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct SecurityOptions {
    /// `--annotation`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
    /// `--cap-add`, as `CAP_NET_ADMIN` or `ALL`.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "null_as_default")]
    pub cap_add: Vec<String>,
    /// `--cap-drop`, likewise.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "null_as_default")]
    pub cap_drop: Vec<String>,
    /// `--group-add`: names or numbers of the container's group file.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "null_as_default")]
    pub group_add: Vec<String>,
    /// `--ipc`.
    #[serde(skip_serializing_if = "unsaid")]
    pub ipc_mode: IpcMode,
    /// `--isolation`, which means something on Windows only.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub isolation: String,
    /// Paths hidden from the container (`systempaths=unconfined`: none); Docker's own when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub masked_paths: Option<Vec<String>>,
    /// `--pid`.
    #[serde(skip_serializing_if = "unsaid")]
    pub pid_mode: PidMode,
    /// `--privileged`.
    #[serde(skip_serializing_if = "unsaid")]
    pub privileged: bool,
    /// Paths the container can only read, likewise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub readonly_paths: Option<Vec<String>>,
    /// `--runtime`; ours when empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub runtime: String,
    /// `--security-opt`, a seccomp profile as its JSON.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "null_as_default")]
    pub security_opt: Vec<String>,
    /// `--shm-size` in bytes; 0: 64 MiB.
    #[serde(skip_serializing_if = "unsaid")]
    pub shm_size: u64,
    /// `--storage-opt`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub storage_opt: BTreeMap<String, String>,
    /// `--sysctl`.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub sysctls: BTreeMap<String, String>,
    /// `--userns`.
    #[serde(skip_serializing_if = "unsaid")]
    pub userns_mode: HostOrPrivate,
    /// `--uts`.
    #[serde(rename = "UTSMode", skip_serializing_if = "unsaid")]
    pub uts_mode: HostOrPrivate,
}

impl SecurityOptions {
    /// Whether the sensitive paths of `/proc` and `/sys` are left open.
    pub fn shows_system_paths(&self) -> bool {
        self.privileged || self.masked_paths.is_some()
    }
}
