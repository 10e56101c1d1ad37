//! `docker cp`: what stands in a container's file system, out of it and into it, whether it runs or not.
//! Source of the rules: moby `daemon/archive_unix.go`.

use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;
use rustix::io::Errno;

use super::{ContainerId, ContainerRecord, ContainerStatus, launch_plan};
use crate::engine::copy::{Arrival, CopyError, PathStat, Place, archive, unpack_into};
use crate::engine::launch::{Mounts, NetworkPlan, RootView, resolve_user};
use crate::engine::layer::{Owners, UnpackOptions};
use crate::engine::{Engine, EngineError};

/// More than any honest `passwd`.
const MAX_PASSWD: u64 = 1 << 20;

/// A container's file system, held open. One that does not run cannot be started or removed meanwhile.
#[derive(Debug)]
pub struct ContainerFiles {
    record: ContainerRecord,
    view: RootView,
    owners: Owners,
    _lock: Option<File>,
}

impl Engine {
    /// Opens the file system of a container as the container sees it, or would see it.
    ///
    /// # Errors
    /// [`EngineError::NoSuchContainer`], [`EngineError::Launch`] when it cannot be mounted.
    pub fn container_files(&self, id: &ContainerId) -> Result<ContainerFiles, EngineError> {
        self.open_files(id, Mounts::Shown)
    }

    /// The same without anything that is mounted in it.
    pub(super) fn bare_container_files(&self, id: &ContainerId) -> Result<ContainerFiles, EngineError> {
        self.open_files(id, Mounts::Hidden)
    }

    fn open_files(&self, id: &ContainerId, mounts: Mounts) -> Result<ContainerFiles, EngineError> {
        let owners = UnpackOptions::of(self.tier).owners;
        loop {
            let record = self.container(id)?;
            if let ContainerStatus::Running { init, .. } = &record.state.status {
                if let Some(view) = RootView::of_running(init, mounts)? {
                    return Ok(ContainerFiles { record, view, owners, _lock: None });
                }
                self.wait_container(id)?;
                continue;
            }
            let lock = self.lock_container(id)?;
            let record = self.container(id)?;
            if record.state.is_running() {
                continue;
            }
            let mut plan = launch_plan::rootfs(self, &record, &NetworkPlan::Isolated, &[])?;
            if mounts == Mounts::Hidden {
                plan.mounts.clear();
            }
            let view = RootView::of_stopped(self.paths.root(), &plan, self.tier)?;
            return Ok(ContainerFiles { record, view, owners, _lock: Some(lock) });
        }
    }
}

impl ContainerFiles {
    /// Whose they are.
    pub(super) fn record(&self) -> &ContainerRecord {
        &self.record
    }

    /// A descriptor of the root (`O_PATH`).
    pub(super) fn root(&self) -> std::io::Result<std::os::fd::OwnedFd> {
        self.view.descriptor()
    }

    /// What stands at an absolute path, the last link not followed; `/` or `/.` at its end asserts a directory.
    ///
    /// # Errors
    /// [`EngineError::InvalidRequest`] in Docker's words when nothing does.
    pub fn stat(&self, path: &str) -> Result<PathStat, EngineError> {
        self.place(Path::new("/"))?.stat(&rooted(path)).map_err(|error| self.failed(error, path))
    }

    /// The names in a directory, at most `limit` of them, and which lead to directories.
    ///
    /// # Errors
    /// [`EngineError::InvalidRequest`] when it is none.
    pub fn names(&self, directory: &str, limit: usize) -> Result<Vec<(String, bool)>, EngineError> {
        let place = self.place(&rooted(directory))?;
        let failed = |errno: Errno| self.failed(CopyError::io("open", Path::new(directory), errno), directory);
        let opened = place.open(Path::new(""), OFlags::RDONLY | OFlags::DIRECTORY).map_err(failed)?;
        let mut names = Vec::new();
        for entry in rustix::fs::Dir::read_from(opened).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name == "." || name == ".." {
                continue;
            }
            let is_directory = place.open(Path::new(&name), OFlags::PATH | OFlags::DIRECTORY).is_ok();
            names.push((name, is_directory));
            if names.len() == limit {
                break;
            }
        }
        Ok(names)
    }

    /// Writes what stands at a path as an archive whose first entry has the name `renamed`; its own name when `None`.
    ///
    /// # Errors
    /// [`EngineError::InvalidRequest`] when nothing does, [`EngineError::Copy`].
    pub fn archive(&self, path: &str, renamed: Option<&Path>, output: impl Write) -> Result<(), EngineError> {
        let source = rooted(path);
        let own = own_name(path);
        let renamed = renamed.unwrap_or(Path::new(&own));
        archive(&self.place(Path::new("/"))?, &source, renamed, output).map_err(|error| self.failed(error, path))
    }

    /// Unpacks an archive into a directory of the container. `as_user`: all files belong to the container's user,
    /// whatever the archive says.
    ///
    /// # Errors
    /// [`EngineError::InvalidRequest`] when it is no directory or may not be written, [`EngineError::Copy`].
    pub fn unpack(&self, directory: &str, input: impl Read, as_user: bool) -> Result<(), EngineError> {
        let target = self.resolve(directory)?;
        self.check_writable(&target)?;
        let arrival = match self.owners {
            // No other id exists here.
            Owners::Ignore => Arrival::default(),
            Owners::Keep if as_user && !self.record.config.user.is_empty() => {
                Arrival { keep_owners: true, owner: Some(self.user()?) }
            }
            Owners::Keep => Arrival { keep_owners: true, owner: None },
        };
        Ok(unpack_into(&self.place(&target)?, input, arrival)?)
    }

    /// The directory a path leads to, every link followed. One swapped for a link since is followed inside the root too.
    fn resolve(&self, path: &str) -> Result<PathBuf, EngineError> {
        self.stat(path)?;
        let reached = self.place(Path::new("/"))?.follow(&rooted(path));
        let stat = self.place(Path::new("/"))?.stat(&reached).map_err(|error| self.failed(error, path))?;
        if stat.is_directory() {
            Ok(reached)
        } else {
            Err(EngineError::InvalidRequest("extraction point is not a directory".to_owned()))
        }
    }

    /// A volume may be read-only, and so may everything that is not in one.
    fn check_writable(&self, target: &Path) -> Result<(), EngineError> {
        let inside = |destination: &str| target.starts_with(destination);
        let mounted = self.record.mounts.iter().filter(|mount| inside(&mount.destination));
        let refused = |reason: &str| Err(EngineError::InvalidRequest(reason.to_owned()));
        match mounted.max_by_key(|mount| mount.destination.len()) {
            Some(mount) if !mount.writable => refused("mounted volume is marked read-only"),
            None if self.record.host_config.readonly_rootfs => refused("container rootfs is marked read-only"),
            _ => Ok(()),
        }
    }

    fn user(&self) -> Result<(u32, u32), EngineError> {
        let place = self.place(Path::new("/"))?;
        let read = |path: &str| -> String {
            let mut text = String::new();
            if let Ok(file) = place.open(Path::new(path), OFlags::RDONLY | OFlags::NONBLOCK) {
                let _ = File::from(file).take(MAX_PASSWD).read_to_string(&mut text);
            }
            text
        };
        let identity = resolve_user(&self.record.config.user, &read("/etc/passwd"), &read("/etc/group"))?;
        Ok((identity.uid, identity.gid))
    }

    fn place(&self, directory: &Path) -> Result<Place, EngineError> {
        let root = self.view.descriptor().map_err(|error| EngineError::io("/", error))?;
        Ok(Place::in_root(root, directory))
    }

    fn failed(&self, error: CopyError, path: &str) -> EngineError {
        match error.errno() {
            Some(Errno::NOENT) => {
                EngineError::InvalidRequest(format!("Could not find the file {path} in container {}", self.record.name))
            }
            _ => error.into(),
        }
    }
}

/// A path as it is looked up from the root: absolute, `/` and `/.` at its end kept.
fn rooted(path: &str) -> PathBuf {
    PathBuf::from(format!("/{}", path.trim_start_matches('/')))
}

/// The name Docker gives what it takes: the last component, `/` for the root, `.` for what ends in it.
fn own_name(path: &str) -> String {
    if path == "." || path.ends_with("/.") && path.trim_matches('/') != "." {
        return ".".to_owned();
    }
    path.trim_end_matches('/')
        .rsplit('/')
        .next()
        .filter(|name| !name.is_empty() && *name != ".")
        .unwrap_or("/")
        .to_owned()
}
