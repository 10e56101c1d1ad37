//! What is mounted in a container, in order.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::StorageMount;

/// The root file system and what is mounted over it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RootfsPlan {
    /// What the root is made of.
    pub base: RootfsBase,
    /// Where it is mounted, relative to the state root.
    pub merged: PathBuf,
    /// Files the engine provides.
    pub mounts: Vec<Mount>,
    /// What the container asked for. With the files above, whoever has the shorter target is mounted first.
    pub storage: Vec<StorageMount>,
    /// `--read-only`.
    pub readonly: bool,
    /// `--privileged`: `/sys` can be written.
    pub privileged: bool,
    /// Nothing is masked, nothing made read-only.
    pub open_system: bool,
}

/// What a root is made of. Paths are relative to the state root.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum RootfsBase {
    /// Layers seen through overlayfs.
    Overlay {
        /// Topmost first.
        lower: Vec<PathBuf>,
        /// The writable layer.
        upper: PathBuf,
        /// Overlay's own, same file system.
        work: PathBuf,
    },
    /// A copy of the layers, where it is to be mounted.
    Copied,
}

/// A file or directory of the host that the engine provides.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Mount {
    /// A path of the host.
    pub source: PathBuf,
    /// Absolute, in the container; symbolic links are followed inside the root only.
    pub target: String,
    /// Whether it can be written.
    pub writable: bool,
    /// What is at both ends.
    pub kind: MountKind,
}

/// What is at both ends of a bind mount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum MountKind {
    /// A directory.
    Directory,
    /// A file, socket or device.
    File,
}
