//! What a container asked to have mounted, as plain data: host paths, volumes and memory.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

/// One mount a container asked for.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StorageMount {
    /// Absolute, in the container; symbolic links are followed inside the root only.
    pub target: String,
    /// Whether it can be written.
    pub access: MountAccess,
    /// What is mounted.
    pub content: StorageContent,
}

/// Whether a mount can be written, and what is mounted below it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum MountAccess {
    /// It can.
    ReadWrite,
    /// It cannot, nor what is mounted below where the kernel can say so (5.12).
    ReadOnly,
    /// It cannot; what is mounted below stays as it is.
    ReadOnlyTopOnly,
    /// It cannot, nor what is mounted below, or the container does not start.
    ReadOnlyWhole,
}

/// What is mounted.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum StorageContent {
    /// A path of the host.
    Bind(BindPlan),
    /// Memory.
    Tmpfs(TmpfsPlan),
}

/// A path of the host.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct BindPlan {
    /// Absolute.
    pub source: PathBuf,
    /// A path inside the source, never outside of it; empty for the source itself.
    pub subpath: String,
    /// Whether what is mounted below the source comes along.
    pub recursive: bool,
    /// How mounts made later travel.
    pub propagation: Propagation,
}

/// How mounts made later below one side of a bind show on the other.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Propagation {
    /// Not at all.
    #[default]
    Private,
    /// From the host to the container.
    Slave,
    /// Both ways.
    Shared,
}

/// A file system in memory.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TmpfsPlan {
    /// `size=64m`, `mode=1777`: what tmpfs itself reads.
    pub data: Vec<(String, String)>,
    /// Programs on it may be executed.
    pub exec: bool,
    /// Setuid bits count.
    pub suid: bool,
    /// Device files work.
    pub dev: bool,
}
