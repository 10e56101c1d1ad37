//! A container's own control group: made, entered, stopped and started, counted, removed. One directory in the unified
//! hierarchy, one for each controller that is needed in the older ones.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::hierarchy::{self, PROCESSES};
use super::{CgroupError, Controller, Hierarchy, Setting};
use crate::engine::container::ContainerId;

/// Under which our groups stand when `--cgroup-parent` says nothing.
pub(super) const PARENT: &str = "moussaillon";
/// How often a group is made again because the last container in its parent has just left and taken the parent along.
const ATTEMPTS: usize = 16;

/// Where the control group of one container is, or would be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContainerGroup {
    /// Where groups can be made.
    pub hierarchy: Hierarchy,
    /// Below the hierarchy's root: parents, then the container's id.
    path: PathBuf,
}

impl ContainerGroup {
    /// The group of a container, made or not. Whatever `parent` says, it stays below the hierarchy's root.
    pub fn new(hierarchy: Hierarchy, parent: &str, id: &ContainerId) -> Self {
        let mut path = PathBuf::new();
        for component in Path::new(parent).components() {
            match component {
                Component::Normal(name) => path.push(name),
                Component::ParentDir => {
                    path.pop();
                }
                Component::Prefix(_) | Component::RootDir | Component::CurDir => {}
            }
        }
        if path.as_os_str().is_empty() {
            path.push(PARENT);
        }
        path.push(id.as_str());
        Self { hierarchy, path }
    }

    /// Where it is for a controller; `None` when that controller is not ours.
    pub fn directory(&self, controller: Controller) -> Option<PathBuf> {
        match &self.hierarchy {
            Hierarchy::Unified { root } => Some(root.join(&self.path)),
            Hierarchy::Legacy { roots } => roots.get(&controller).map(|root| root.join(&self.path)),
            Hierarchy::Absent => None,
        }
    }

    /// Its directories that exist, each once.
    pub fn directories(&self) -> Vec<(Controller, PathBuf)> {
        let mut found: Vec<(Controller, PathBuf)> = Vec::new();
        for controller in Controller::ALL {
            if let Some(directory) = self.directory(controller)
                && !found.iter().any(|(_, known)| *known == directory)
                && directory.is_dir()
            {
                found.push((controller, directory));
            }
        }
        found
    }

    /// Makes it where these settings need it (in the unified hierarchy always: one directory is cheap), and writes them.
    ///
    /// # Errors
    /// [`CgroupError`] with the file the kernel refused.
    pub fn make(&self, settings: &[Setting]) -> Result<(), CgroupError> {
        match &self.hierarchy {
            Hierarchy::Unified { root } => self.make_in(root, None)?,
            Hierarchy::Legacy { roots } => {
                let needed: BTreeSet<Controller> = settings.iter().map(|setting| setting.controller).collect();
                for controller in needed {
                    if let Some(root) = roots.get(&controller) {
                        self.make_in(root, Some(controller))?;
                    }
                }
            }
            Hierarchy::Absent => {}
        }
        settings.iter().try_for_each(|setting| self.write(setting))
    }

    /// Writes one setting.
    ///
    /// # Errors
    /// [`CgroupError::Write`].
    pub fn write(&self, setting: &Setting) -> Result<(), CgroupError> {
        let Some(directory) = self.directory(setting.controller) else { return Ok(()) };
        let path = directory.join(&setting.file);
        fs::write(&path, &setting.value).map_err(|error| CgroupError::write(&path, &setting.value, error))
    }

    /// A file of the group; `None` when there is none.
    pub fn read(&self, controller: Controller, file: &str) -> Option<String> {
        fs::read_to_string(self.directory(controller)?.join(file)).ok()
    }

    /// A number in a file of the group.
    pub fn number(&self, controller: Controller, file: &str) -> Option<u64> {
        self.read(controller, file)?.trim().parse().ok()
    }

    /// A number after its name in a file of the group.
    pub fn named_number(&self, controller: Controller, file: &str, name: &str) -> Option<u64> {
        let text = self.read(controller, file)?;
        text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.trim().parse().ok())
    }

    /// How many processes were killed for want of memory.
    pub fn oom_kills(&self) -> u64 {
        match self.hierarchy {
            Hierarchy::Unified { .. } => self.named_number(Controller::Memory, "memory.events", "oom_kill"),
            Hierarchy::Legacy { .. } => self.named_number(Controller::Memory, "memory.oom_control", "oom_kill"),
            Hierarchy::Absent => None,
        }
        .unwrap_or(0)
    }

    /// Moves a process into every part of the group that exists.
    ///
    /// # Errors
    /// [`CgroupError::Write`]; a process that has just ended is no error.
    pub fn adopt(&self, pid: i32) -> Result<(), CgroupError> {
        for (_, directory) in self.directories() {
            enter(&directory, &pid.to_string())?;
        }
        Ok(())
    }

    /// Removes it, and the parent all our groups have when nothing else is in it; a parent that was asked for may hold
    /// limits of its own and stays. Processes that are still in the group keep it.
    pub fn remove(&self) {
        let roots: Vec<&PathBuf> = match &self.hierarchy {
            Hierarchy::Unified { root } => vec![root],
            Hierarchy::Legacy { roots } => roots.values().collect(),
            Hierarchy::Absent => return,
        };
        for root in roots {
            match fs::remove_dir(root.join(&self.path)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => {}
                _ if self.path.parent() == Some(Path::new(PARENT)) => {
                    // Refused while another container is in it.
                    let _ = fs::remove_dir(root.join(PARENT));
                }
                _ => {}
            }
        }
    }

    /// Where a sweep looks.
    pub(super) fn parent_directories(hierarchy: &Hierarchy) -> Vec<PathBuf> {
        match hierarchy {
            Hierarchy::Unified { root } => vec![root.join(PARENT)],
            Hierarchy::Legacy { roots } => roots.values().map(|root| root.join(PARENT)).collect(),
            Hierarchy::Absent => Vec::new(),
        }
    }

    fn make_in(&self, root: &Path, legacy: Option<Controller>) -> Result<(), CgroupError> {
        let mut attempts = 0;
        loop {
            match self.make_each(root, legacy) {
                // The last container of the parent has just taken it along.
                Err(CgroupError::Make { source, .. })
                    if source.kind() == io::ErrorKind::NotFound && attempts < ATTEMPTS =>
                {
                    attempts += 1;
                }
                other => return other,
            }
        }
    }

    fn make_each(&self, root: &Path, legacy: Option<Controller>) -> Result<(), CgroupError> {
        let mut directory = root.to_path_buf();
        for name in self.path.components() {
            if legacy.is_none() {
                hierarchy::hand_down(&directory);
            }
            directory.push(name);
            match fs::create_dir(&directory) {
                Ok(()) => {}
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(source) => return Err(CgroupError::Make { path: directory, source }),
            }
            if legacy == Some(Controller::Cpuset) {
                inherit_cpuset(&directory)?;
            }
        }
        Ok(())
    }
}

/// Puts a process (`0`: the writer) into a group.
///
/// # Errors
/// [`CgroupError::Write`]; a process that has just ended is no error.
pub fn enter(directory: &Path, pid: &str) -> Result<(), CgroupError> {
    let path = directory.join(PROCESSES);
    match fs::write(&path, pid) {
        Err(error) if error.raw_os_error() == Some(nix::libc::ESRCH) => Ok(()),
        other => other.map_err(|error| CgroupError::write(&path, pid, error)),
    }
}

/// A new cpuset of version 1 has no processor and no memory: nothing may enter it before it is given some.
fn inherit_cpuset(directory: &Path) -> Result<(), CgroupError> {
    let Some(parent) = directory.parent() else { return Ok(()) };
    for file in ["cpuset.cpus", "cpuset.mems"] {
        let own = directory.join(file);
        if fs::read_to_string(&own).is_ok_and(|value| !value.trim().is_empty()) {
            continue;
        }
        let value = fs::read_to_string(parent.join(file)).unwrap_or_default();
        let value = value.trim();
        fs::write(&own, value).map_err(|error| CgroupError::write(&own, value, error))?;
    }
    Ok(())
}
