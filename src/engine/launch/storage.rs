//! What a container asked to have mounted: host paths, volumes and memory, onto targets found inside its root.

use std::os::fd::{AsFd, OwnedFd};

use rustix::fs::{CWD, FileType, Mode, OFlags, ResolveFlags};
use rustix::mount::{MountAttrFlags, OpenTreeFlags, open_tree};

use super::mounts::{Root, Target, make_readonly};
use super::{LaunchError, syscall};
use crate::engine::rootfs::{BindPlan, Mount, MountAccess, Propagation, StorageContent, StorageMount, TmpfsPlan};
use crate::engine::system_words;

/// Takes a detached view of every bind whose later mounts are to travel. `None` for the others.
///
/// # Errors
/// [`LaunchError::Step`] with the source.
pub fn take(mounts: &[StorageMount]) -> Result<Vec<Option<OwnedFd>>, LaunchError> {
    let travels = |mount: &StorageMount| match &mount.content {
        StorageContent::Bind(bind) if bind.propagation != Propagation::Private => clone_tree(bind).map(Some),
        _ => Ok(None),
    };
    mounts.iter().map(travels).collect()
}

/// Mounts the engine's files and what was asked, whoever has the shorter target first, as Docker does.
///
/// # Errors
/// [`LaunchError::Step`], [`LaunchError::WrongKind`].
pub fn attach(
    root: &Root,
    provided: &[Mount],
    asked: &[StorageMount],
    trees: Vec<Option<OwnedFd>>,
) -> Result<(), LaunchError> {
    enum Job<'a> {
        Provided(&'a Mount),
        Asked(&'a StorageMount, Option<OwnedFd>),
    }
    let depth = |target: &str| target.split('/').filter(|part| !part.is_empty()).count();
    let mut jobs: Vec<(usize, Job<'_>)> =
        provided.iter().map(|mount| (depth(&mount.target), Job::Provided(mount))).collect();
    jobs.extend(asked.iter().zip(trees).map(|(mount, tree)| (depth(&mount.target), Job::Asked(mount, tree))));
    jobs.sort_by_key(|(depth, _)| *depth);
    for (_, job) in jobs {
        match job {
            Job::Provided(mount) => root.bind(mount)?,
            Job::Asked(mount, tree) => match &mount.content {
                StorageContent::Bind(bind) => attach_bind(root, mount, bind, tree)?,
                StorageContent::Tmpfs(plan) => attach_memory(root, mount, plan)?,
            },
        }
    }
    Ok(())
}

fn clone_tree(bind: &BindPlan) -> Result<OwnedFd, LaunchError> {
    let source = bind.source.display();
    let mut flags = OpenTreeFlags::OPEN_TREE_CLONE | OpenTreeFlags::OPEN_TREE_CLOEXEC;
    if bind.recursive {
        flags |= OpenTreeFlags::AT_RECURSIVE;
    }
    let failed = |error: rustix::io::Errno| LaunchError::step(format!("bind {source}"), error);
    if bind.subpath.is_empty() {
        return open_tree(CWD, &bind.source, flags).map_err(failed);
    }
    let directory = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let volume = rustix::fs::open(&bind.source, directory, Mode::empty()).map_err(failed)?;
    let resolve = ResolveFlags::IN_ROOT | ResolveFlags::NO_MAGICLINKS;
    let place = rustix::fs::openat2(&volume, &bind.subpath, OFlags::PATH | OFlags::CLOEXEC, Mode::empty(), resolve)
        .map_err(|error| {
            LaunchError::step(format!("cannot access path {source}/{}", bind.subpath), system_words(&error.into()))
        })?;
    open_tree(&place, "", flags | OpenTreeFlags::AT_EMPTY_PATH).map_err(failed)
}

fn attach_bind(root: &Root, mount: &StorageMount, bind: &BindPlan, tree: Option<OwnedFd>) -> Result<(), LaunchError> {
    let tree = tree.map_or_else(|| clone_tree(bind), Ok)?;
    let is_directory = |place: &OwnedFd| {
        let status = rustix::fs::fstat(place).map_err(|error| LaunchError::step("look at a mount", error))?;
        Ok::<_, LaunchError>(FileType::from_raw_mode(status.st_mode) == FileType::Directory)
    };
    let directory = is_directory(&tree)?;
    let target = if directory { Target::Directory } else { Target::File };
    if is_directory(&root.open(&mount.target, target)?)? != directory {
        return Err(LaunchError::WrongKind {
            mounted: bind.source.display().to_string(),
            target: mount.target.clone(),
        });
    }
    let propagation = match bind.propagation {
        Propagation::Private => 0,
        Propagation::Slave => libc::MS_SLAVE,
        Propagation::Shared => libc::MS_SHARED,
    };
    if propagation != 0 {
        syscall::set_mount_attributes(tree.as_fd(), 0, propagation, bind.recursive)
            .map_err(|error| LaunchError::step(format!("share {}", bind.source.display()), error))?;
    }
    let frozen = freeze(mount, &tree)?;
    root.attach(&tree, &mount.target, target)?;
    if frozen || mount.access == MountAccess::ReadWrite { Ok(()) } else { make_readonly(tree.as_fd(), &mount.target) }
}

/// Makes a detached tree read-only where the kernel can do that; false when it is left to be done otherwise.
fn freeze(mount: &StorageMount, tree: &OwnedFd) -> Result<bool, LaunchError> {
    let recursive = match mount.access {
        MountAccess::ReadWrite => return Ok(true),
        MountAccess::ReadOnlyTopOnly => false,
        MountAccess::ReadOnly | MountAccess::ReadOnlyWhole => true,
    };
    let read_only = u64::from(MountAttrFlags::MOUNT_ATTR_RDONLY.bits());
    match syscall::set_mount_attributes(tree.as_fd(), read_only, 0, recursive) {
        Ok(()) => Ok(true),
        Err(error) if mount.access == MountAccess::ReadOnlyWhole => {
            Err(LaunchError::step(format!("make all of {} read-only", mount.target), error))
        }
        Err(_) => Ok(false),
    }
}

fn attach_memory(root: &Root, mount: &StorageMount, plan: &TmpfsPlan) -> Result<(), LaunchError> {
    let mut attributes = MountAttrFlags::empty();
    for (allowed, refusal) in [
        (plan.exec, MountAttrFlags::MOUNT_ATTR_NOEXEC),
        (plan.suid, MountAttrFlags::MOUNT_ATTR_NOSUID),
        (plan.dev, MountAttrFlags::MOUNT_ATTR_NODEV),
        (mount.access == MountAccess::ReadWrite, MountAttrFlags::MOUNT_ATTR_RDONLY),
    ] {
        if !allowed {
            attributes |= refusal;
        }
    }
    let data: Vec<(&str, &str)> = plan.data.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    root.mount_new("tmpfs", &data, attributes, &mount.target)
}
