//! The root of a container as a descriptor, for whoever copies files in and out of it: what the container itself sees,
//! or would see if it ran, volumes and binds included. Nothing of the container is executed.
//!
//! Of a running container it is process 1's own root. Of one that does not run, the same mounts are made in a mount
//! namespace nobody lives in: it is there as long as the view, and goes with us even if we are killed.

use std::fs::File;
use std::os::fd::OwnedFd;
use std::path::{Path, PathBuf};

use nix::sched::{CloneFlags, setns, unshare};
use rustix::fs::{CWD, Mode, OFlags};
use rustix::io::Errno;
use rustix::mount::{OpenTreeFlags, open_tree};

use super::mounts::{Root, Target};
use super::{LaunchError, Tier, storage};
use crate::engine::container::ProcessIdentity;
use crate::engine::rootfs::RootfsPlan;

/// Whether what is mounted in a container is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mounts {
    /// As the container sees it.
    Shown,
    /// What lies under them.
    Hidden,
}

/// A root held open.
#[derive(Debug)]
pub struct RootView {
    root: OwnedFd,
    _namespace: Option<File>,
}

impl RootView {
    /// The root of a running container; `None` when its process 1 has gone.
    ///
    /// # Errors
    /// [`LaunchError::Step`] when the kernel does not let us look into it.
    pub fn of_running(process: &ProcessIdentity, mounts: Mounts) -> Result<Option<Self>, LaunchError> {
        let opened = match mounts {
            Mounts::Shown => {
                let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
                rustix::fs::openat(CWD, format!("/proc/{}/root", process.pid), flags, Mode::empty())
            }
            Mounts::Hidden => root_alone(process.pid),
        };
        // If it lives now it lived when its root was opened: the number was its own.
        if !process.is_alive() {
            return Ok(None);
        }
        let root = opened.map_err(|errno| LaunchError::step("open the root of the container", errno))?;
        Ok(Some(Self { root, _namespace: None }))
    }

    /// The root of a container that does not run. The caller sees to it that nobody starts it meanwhile.
    ///
    /// # Errors
    /// [`LaunchError::Step`] with the mount that failed.
    pub fn of_stopped(state_root: &Path, plan: &RootfsPlan, tier: Tier) -> Result<Self, LaunchError> {
        let (state_root, plan): (PathBuf, RootfsPlan) = (state_root.to_owned(), plan.clone());
        // In a thread of its own: a mount namespace and a working directory belong to one thread when it says so.
        let mounting = std::thread::spawn(move || {
            unshare(CloneFlags::CLONE_NEWNS).map_err(|error| LaunchError::step("make a mount namespace", error))?;
            let namespace = File::open("/proc/thread-self/ns/mnt")
                .map_err(|error| LaunchError::step("hold the mount namespace", error))?;
            let trees = storage::take(&plan.storage)?;
            let root = Root::mount(&state_root, &plan, tier)?;
            storage::attach(&root, &plan.mounts, &plan.storage, trees)?;
            Ok(Self { root: root.open("/", Target::Existing)?, _namespace: Some(namespace) })
        });
        mounting.join().unwrap_or_else(|_| Err(LaunchError::step("mount the root of the container", nix::Error::EINTR)))
    }

    /// A descriptor of the root (`O_PATH`).
    ///
    /// # Errors
    /// When there are too many descriptors.
    pub fn descriptor(&self) -> std::io::Result<OwnedFd> {
        self.root.try_clone()
    }
}

/// A second view of the root mount of a process, without the mounts on it: made in its own mount namespace, as the kernel
/// wants it, by a thread that does nothing else.
fn root_alone(process: i32) -> Result<OwnedFd, Errno> {
    let errno = |error: std::io::Error| Errno::from_io_error(&error).unwrap_or(Errno::IO);
    let namespace = File::open(format!("/proc/{process}/ns/mnt")).map_err(errno)?;
    let looking = std::thread::spawn(move || {
        let failed = |error: nix::Error| Errno::from_raw_os_error(error as i32);
        // A thread that shares its working directory may not change namespace.
        unshare(CloneFlags::CLONE_FS).map_err(failed)?;
        setns(namespace, CloneFlags::CLONE_NEWNS).map_err(failed)?;
        open_tree(CWD, "/", OpenTreeFlags::OPEN_TREE_CLONE | OpenTreeFlags::OPEN_TREE_CLOEXEC)
    });
    looking.join().unwrap_or(Err(Errno::INTR))
}
