//! What a step of a build has mounted beside what every container has: `RUN --mount`.
//!
//! Paths are found inside the root, and inside what is mounted, by `openat2(RESOLVE_IN_ROOT)`, as everywhere.

use std::fmt;
use std::io::Write as _;
use std::os::fd::{AsFd, OwnedFd};
use std::path::{Path, PathBuf};

use nix::mount::{MsFlags, mount as mount_at};
use rustix::fs::{CWD, FileType, Mode, OFlags, ResolveFlags};
use rustix::mount::{MountAttrFlags, MoveMountFlags, OpenTreeFlags, move_mount, open_tree};
use serde::{Deserialize, Serialize};

use super::mounts::{Root, Target, clone_mount, make_readonly, new_filesystem, overlay_options};
use super::{LaunchError, Tier};

/// One mount.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct StepMount {
    /// What.
    pub source: StepSource,
    /// Absolute, in the container; made when it is not there.
    pub target: String,
    /// Whether it can be written.
    pub writable: bool,
}

/// What is mounted.
#[derive(Clone, Serialize, Deserialize)]
pub enum StepSource {
    /// A part of a directory of the host.
    Directory {
        /// The directory; relative to the state root when it is relative.
        directory: PathBuf,
        /// In it, links followed inside it.
        inside: String,
    },
    /// A part of layers; what is written there goes to `scratch` and is lost.
    Layers {
        /// Topmost first, relative to the state root.
        lower: Vec<PathBuf>,
        /// Holds `upper`, `work` and `merged`; relative to the state root.
        scratch: PathBuf,
        /// In them, links followed inside them.
        inside: String,
    },
    /// Memory.
    Memory {
        /// In bytes.
        size: Option<u64>,
    },
    /// A file that is on no disk; it may be executed when its mode says so.
    Secret {
        /// What it holds.
        content: Vec<u8>,
        /// Its permission bits.
        mode: u32,
        /// Its owner and group, as numbered in the container.
        owner: (u32, u32),
        /// An empty directory; relative to the state root.
        scratch: PathBuf,
    },
}

/// Never shows what a secret holds.
impl fmt::Debug for StepSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Directory { directory, inside } => write!(f, "Directory({}, {inside})", directory.display()),
            Self::Layers { lower, inside, .. } => write!(f, "Layers({}, {inside})", lower.len()),
            Self::Memory { size } => write!(f, "Memory({size:?})"),
            Self::Secret { .. } => f.write_str("Secret"),
        }
    }
}

/// Mounts them all. The current directory is the state root.
///
/// # Errors
/// [`LaunchError::Step`] with the target.
pub fn mount(root: &Root, mounts: &[StepMount], tier: Tier) -> Result<(), LaunchError> {
    for step in mounts {
        let target = &step.target;
        let failed = |error: rustix::io::Errno| LaunchError::step(format!("mount on {target}"), error);
        let tree = match &step.source {
            StepSource::Directory { directory, inside } => {
                let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
                let opened = rustix::fs::openat(CWD, directory, flags, Mode::empty()).map_err(failed)?;
                part_of(&opened, inside).map_err(failed)?
            }
            StepSource::Layers { lower, scratch, inside } => {
                let lower: Vec<String> = lower.iter().map(|path| path.display().to_string()).collect();
                let options = overlay_options(&lower.join(":"), &scratch.join("upper"), &scratch.join("work"), tier);
                let merged = scratch.join("merged");
                mount_at(Some("overlay"), &merged, Some("overlay"), MsFlags::empty(), Some(options.as_str()))
                    .map_err(|error| LaunchError::step(format!("mount on {target}"), error))?;
                let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
                let opened = rustix::fs::openat(CWD, &merged, flags, Mode::empty()).map_err(failed)?;
                part_of(&opened, inside).map_err(failed)?
            }
            StepSource::Memory { size } => {
                let size = size.map(|size| size.to_string());
                let mut options = vec![("mode", "1777")];
                options.extend(size.as_deref().map(|size| ("size", size)));
                let attributes = MountAttrFlags::MOUNT_ATTR_NOSUID | MountAttrFlags::MOUNT_ATTR_NODEV;
                new_filesystem("tmpfs", &options, attributes).map_err(failed)?
            }
            StepSource::Secret { content, mode, owner, scratch } => {
                // With one id only, everything is ours.
                let owner = if tier == Tier::SingleId { (0, 0) } else { *owner };
                secret(scratch, content, *mode, owner).map_err(failed)?
            }
        };
        let stat = rustix::fs::fstat(&tree).map_err(failed)?;
        let is_directory = FileType::from_raw_mode(stat.st_mode) == FileType::Directory;
        root.attach(&tree, target, if is_directory { Target::Directory } else { Target::File })?;
        if !step.writable {
            make_readonly(tree.as_fd(), target)?;
        }
    }
    Ok(())
}

/// A detached view of a path of a tree.
fn part_of(tree: &OwnedFd, inside: &str) -> rustix::io::Result<OwnedFd> {
    let path = format!("./{}", inside.trim_start_matches('/'));
    let resolve = ResolveFlags::IN_ROOT | ResolveFlags::NO_MAGICLINKS;
    let place = rustix::fs::openat2(tree, path, OFlags::PATH | OFlags::CLOEXEC, Mode::empty(), resolve)?;
    clone_mount(&place)
}

/// A file in memory of its own. What is detached cannot be cloned from, hence a place for it in our mount namespace.
fn secret(scratch: &Path, content: &[u8], mode: u32, (uid, gid): (u32, u32)) -> rustix::io::Result<OwnedFd> {
    let mut attributes = MountAttrFlags::MOUNT_ATTR_NOSUID | MountAttrFlags::MOUNT_ATTR_NODEV;
    if mode & 0o111 == 0 {
        attributes |= MountAttrFlags::MOUNT_ATTR_NOEXEC;
    }
    let memory = new_filesystem("tmpfs", &[("mode", "0700")], attributes)?;
    let flags = OFlags::CREATE | OFlags::EXCL | OFlags::WRONLY | OFlags::CLOEXEC;
    let made = rustix::fs::openat(&memory, "secret", flags, Mode::from_raw_mode(0o600))?;
    let mut file = std::fs::File::from(made);
    file.write_all(content)
        .map_err(|error| rustix::io::Errno::from_io_error(&error).unwrap_or(rustix::io::Errno::IO))?;
    if (uid, gid) != (0, 0) {
        rustix::fs::fchown(&file, Some(rustix::fs::Uid::from_raw(uid)), Some(rustix::fs::Gid::from_raw(gid)))?;
    }
    rustix::fs::fchmod(&file, Mode::from_raw_mode(mode))?;
    drop(file);
    move_mount(&memory, "", CWD, scratch, MoveMountFlags::MOVE_MOUNT_F_EMPTY_PATH)?;
    let flags = OpenTreeFlags::OPEN_TREE_CLONE | OpenTreeFlags::OPEN_TREE_CLOEXEC;
    open_tree(CWD, scratch.join("secret"), flags)
}
