//! What a container has mounted, once resolved.

use serde::{Deserialize, Serialize};

use super::mount_spec::MountSpec;

/// What is mounted in a container beside its root file system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct MountPoint {
    /// Where it comes from.
    #[serde(flatten)]
    pub source: MountSource,
    /// Where it is in the container: absolute and tidy.
    pub destination: String,
    /// The mode as typed: empty, `ro`, `rw`, `z`.
    pub mode: String,
    /// Whether it can be written.
    #[serde(rename = "RW")]
    pub writable: bool,
    /// `rprivate` and the like; empty for volumes.
    pub propagation: String,
    /// What was asked, for what the fields above do not say; `-v` asks for none of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spec: Option<MountSpec>,
}

/// Where a mount comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "Type", rename_all = "lowercase")]
pub enum MountSource {
    /// A path of the host.
    Bind {
        /// Absolute.
        #[serde(rename = "Source")]
        source: String,
    },
    /// A volume of ours.
    Volume {
        /// 64 hexadecimal digits when anonymous.
        #[serde(rename = "Name")]
        name: String,
        /// Its `_data` directory.
        #[serde(rename = "Source")]
        source: String,
        /// Always `local`.
        #[serde(rename = "Driver")]
        driver: String,
    },
    /// Memory, empty at each start (`--mount type=tmpfs`).
    Tmpfs,
}

impl MountSource {
    /// `bind`, `volume` or `tmpfs`.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Bind { .. } => "bind",
            Self::Volume { .. } => "volume",
            Self::Tmpfs => "tmpfs",
        }
    }

    /// What `ps` shows: the path, the volume's name, or nothing.
    pub fn shown(&self) -> &str {
        match self {
            Self::Bind { source } => source,
            Self::Volume { name, .. } => name,
            Self::Tmpfs => "",
        }
    }
}
