//! The host's devices a container is given: made where we are root, lent where we are not. Nothing else it finds or makes
//! can be opened as a device.

use std::path::{Path, PathBuf};

use rustix::fs::{AtFlags, CWD, FileType, Gid, Mode, OFlags, Uid, makedev};
use rustix::mount::{OpenTreeFlags, open_tree};
use serde::{Deserialize, Serialize};

use super::mounts::{Root, Target, clone_mount};
use super::{LaunchError, Tier};

/// One device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceNode {
    /// On the host.
    pub source: PathBuf,
    /// In the container, absolute.
    pub target: String,
    /// Blocks rather than characters.
    pub block: bool,
    /// Which driver, and which of its devices.
    pub numbers: (u32, u32),
    /// Permission bits.
    pub mode: u32,
    /// Owner and group.
    pub owner: (u32, u32),
    /// Whether the container starts without it when it cannot be had.
    pub optional: bool,
}

/// Gives them.
///
/// # Errors
/// [`LaunchError::Step`] with the path.
pub fn give(root: &Root, devices: &[DeviceNode], tier: Tier) -> Result<(), LaunchError> {
    for device in devices {
        let given = if tier == Tier::Root { make(root, device) } else { lend(root, device) };
        if !device.optional {
            given?;
        }
    }
    Ok(())
}

/// Has no device opened in the container but Docker's few and those it was given: root may make others (`CAP_MKNOD` is
/// among Docker's capabilities), and must not reach the host's disks by them.
///
/// Docker leaves this to the device cgroup, which not every host has; here every mount of the container refuses
/// devices, and each allowed one is a mount of its own.
///
/// # Errors
/// [`LaunchError::Step`].
pub fn forbid_others(root: &Root, given: &[DeviceNode]) -> Result<(), LaunchError> {
    const ALWAYS: [&str; 8] =
        ["/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty", "/dev/pts", "/dev/console"];
    let paths = ALWAYS.into_iter().chain(given.iter().map(|device| device.target.as_str()));
    let mut kept = Vec::new();
    for path in paths {
        // The console is there with a terminal only.
        if let Ok(place) = root.open_with(path, OFlags::PATH) {
            let view = clone_mount(&place).map_err(|error| LaunchError::step(format!("keep {path}"), error))?;
            kept.push((path, view));
        }
    }
    root.forbid_devices()?;
    for (path, view) in kept {
        root.attach(&view, path, Target::Existing)?;
    }
    Ok(())
}

fn make(root: &Root, device: &DeviceNode) -> Result<(), LaunchError> {
    let failed = |error: rustix::io::Errno| LaunchError::step(format!("make {}", device.target), error);
    let path = Path::new(&device.target);
    let (Some(parent), Some(name)) = (path.parent().and_then(Path::to_str), path.file_name()) else {
        return Err(failed(rustix::io::Errno::INVAL));
    };
    let parent = root.open(parent, Target::Directory)?;
    let kind = if device.block { FileType::BlockDevice } else { FileType::CharacterDevice };
    let mode = Mode::from_raw_mode(device.mode);
    match rustix::fs::mknodat(&parent, name, kind, mode, makedev(device.numbers.0, device.numbers.1)) {
        // What is there already stays, as with runc.
        Err(rustix::io::Errno::EXIST) => return Ok(()),
        other => other.map_err(failed)?,
    }
    let (owner, group) = (Uid::from_raw(device.owner.0), Gid::from_raw(device.owner.1));
    rustix::fs::chownat(&parent, name, Some(owner), Some(group), AtFlags::SYMLINK_NOFOLLOW).map_err(failed)?;
    // The umask must not have its say.
    rustix::fs::chmodat(&parent, name, mode, AtFlags::empty()).map_err(failed)
}

fn lend(root: &Root, device: &DeviceNode) -> Result<(), LaunchError> {
    let flags = OpenTreeFlags::OPEN_TREE_CLONE | OpenTreeFlags::OPEN_TREE_CLOEXEC;
    let lent = open_tree(CWD, &device.source, flags)
        .map_err(|error| LaunchError::step(format!("lend {}", device.source.display()), error))?;
    root.attach(&lent, &device.target, Target::File)
}
