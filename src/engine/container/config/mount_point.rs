//! What a container has mounted, once resolved.

use serde::{Deserialize, Serialize};

/// What is mounted in a container beside its root file system, as `inspect` shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct MountPoint {
    /// Where it comes from.
    #[serde(flatten)]
    pub source: MountSource,
    /// Where it is in the container.
    pub destination: String,
    /// The mode as typed: empty, `ro`, `rw`, `z`.
    pub mode: String,
    /// Whether it can be written.
    #[serde(rename = "RW")]
    pub writable: bool,
    /// `rprivate` and the like; empty for volumes.
    pub propagation: String,
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
}
