//! What was asked of a container, with the field names of Docker's API: `inspect` prints these as they are.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::engine::oci::{HealthConfig, null_as_default};

mod devices;
mod log;
mod mount_point;
mod mount_spec;
mod namespaces;
mod network;
mod resolver;
mod resources;
mod restart_policy;
mod security;
mod storage;

pub use devices::{DeviceMapping, DeviceOptions, Ulimit};
pub use log::LogConfig;
pub use mount_point::{MountPoint, MountSource};
pub use mount_spec::{BindOptions, DriverConfig, MountSpec, TmpfsOptions, VolumeOptions};
pub use namespaces::{HostOrPrivate, IpcMode, PidMode};
pub use network::{NetworkMode, NetworkOptions, PortBinding};
pub use resolver::ResolverOptions;
pub use resources::{Resources, ThrottleDevice, WeightDevice};
pub use restart_policy::RestartPolicy;
pub use security::SecurityOptions;
pub use storage::StorageOptions;

/// Whether a field says nothing, and need not be written.
fn unsaid<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

type Empty = serde_json::Map<String, serde_json::Value>;

/// What runs inside: the image's defaults merged with the command line.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct ContainerConfig {
    /// The container's host name; its short id when empty.
    pub hostname: String,
    /// Appended to the host name.
    pub domainname: String,
    /// `user[:group]`.
    pub user: String,
    /// The client asked for standard input.
    pub attach_stdin: bool,
    /// The client asked for standard output.
    pub attach_stdout: bool,
    /// The client asked for standard error.
    pub attach_stderr: bool,
    /// `80/tcp` and the like.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub exposed_ports: BTreeMap<String, Empty>,
    /// `-t`: standard streams are a pseudo-terminal.
    pub tty: bool,
    /// `-i`: standard input stays open.
    pub open_stdin: bool,
    /// Standard input closes when the first client leaves.
    pub stdin_once: bool,
    /// `NAME=value`.
    #[serde(deserialize_with = "null_as_default")]
    pub env: Vec<String>,
    /// Arguments, or the command when there is no entry point.
    pub cmd: Option<Vec<String>>,
    /// How to tell whether it works.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub healthcheck: Option<HealthConfig>,
    /// The command is a line for a shell that was kept as the image has it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub args_escaped: bool,
    /// The image as it was typed.
    pub image: String,
    /// Paths that are anonymous volumes.
    pub volumes: Option<BTreeMap<String, Empty>>,
    /// Where the command starts.
    pub working_dir: String,
    /// What is run.
    pub entrypoint: Option<Vec<String>>,
    /// Instructions inherited from the image.
    pub on_build: Option<Vec<String>>,
    /// Free words.
    #[serde(deserialize_with = "null_as_default")]
    pub labels: BTreeMap<String, String>,
    /// What `docker stop` sends first; `SIGTERM` when empty.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub stop_signal: String,
    /// Seconds `docker stop` waits before it kills; 10 when absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stop_timeout: Option<i64>,
}

/// How it stands on the host. A field is left out of the file when it says nothing (`inspect` then shows what Docker shows).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct HostConfig {
    /// `-v` as typed (host path or volume name, target, mode).
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "null_as_default")]
    pub binds: Vec<String>,
    /// Which network.
    pub network_mode: NetworkMode,
    /// What happens when it exits.
    pub restart_policy: RestartPolicy,
    /// `--rm`.
    pub auto_remove: bool,
    /// `--read-only`.
    pub readonly_rootfs: bool,
    /// `--init`: a small reaper is process 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub init: Option<bool>,
    /// `--add-host name:address`.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "null_as_default")]
    pub extra_hosts: Vec<String>,
    /// `--cidfile`.
    #[serde(rename = "ContainerIDFile")]
    pub container_id_file: String,
    /// Where its words are kept.
    #[serde(skip_serializing_if = "unsaid")]
    pub log_config: LogConfig,
    /// Devices and the processes' own allowance.
    #[serde(flatten)]
    pub devices: DeviceOptions,
    /// Whom it asks for addresses.
    #[serde(flatten)]
    pub resolver: ResolverOptions,
    /// Limits.
    #[serde(flatten)]
    pub resources: Resources,
    /// What its processes may do.
    #[serde(flatten)]
    pub security: SecurityOptions,
    /// Ports, addresses and names.
    #[serde(flatten)]
    pub networking: NetworkOptions,
    /// Mounts beyond `-v`.
    #[serde(flatten)]
    pub storage: StorageOptions,
}
