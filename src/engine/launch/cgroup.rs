//! How processes get into the control group of their container: born there where the kernel can (`CLONE_INTO_CGROUP`,
//! version 2), by a word in `cgroup.procs` otherwise, and before anything of the container runs.

use std::fs::File;
use std::io;
use std::os::fd::AsFd;
use std::path::PathBuf;

use nix::sched::{CloneFlags, unshare};
use serde::{Deserialize, Serialize};

use super::LaunchError;
use super::syscall::{Fork, fork_into};
use crate::engine::cgroup::{CgroupError, ContainerGroup, Hierarchy, Setting, enter};

/// What a container sees of the tree of control groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CgroupNamespace {
    /// Its own group, as the root of the tree.
    Private,
    /// The host's tree, and its place in it.
    Host,
}

/// The group of a container about to be started.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CgroupPlan {
    /// Where it is.
    pub group: ContainerGroup,
    /// Its limits.
    pub settings: Vec<Setting>,
    /// What the container sees.
    pub namespace: CgroupNamespace,
}

impl CgroupPlan {
    /// Makes the group, and opens it for the first process.
    ///
    /// # Errors
    /// [`LaunchError::Step`] with the value the kernel refused; then there is no group.
    pub fn prepare(&self) -> Result<Entrance, LaunchError> {
        // One left by a monitor that was killed may stand still, and would hold what is born in it.
        self.group.remove();
        self.group.make(&self.settings).map_err(|error| {
            self.group.remove();
            LaunchError::cgroup(&error)
        })?;
        Ok(self.entrance())
    }

    /// Opens the group as it is now, for one more process.
    pub fn entrance(&self) -> Entrance {
        let directories: Vec<PathBuf> = self.group.directories().into_iter().map(|(_, directory)| directory).collect();
        let unified = matches!(self.group.hierarchy, Hierarchy::Unified { .. });
        let birth = directories.first().filter(|_| unified).and_then(|directory| File::open(directory).ok());
        Entrance { directories, birth, namespace: self.namespace }
    }
}

/// A way into a group, for one process.
#[derive(Debug)]
pub struct Entrance {
    directories: Vec<PathBuf>,
    birth: Option<File>,
    namespace: CgroupNamespace,
}

impl Entrance {
    /// Forks into new namespaces, and into the group when the kernel can do both at once.
    ///
    /// # Errors
    /// What [`fork_into`] answers.
    pub fn fork(&mut self, namespaces: CloneFlags) -> io::Result<Fork> {
        if let Some(group) = &self.birth {
            match fork_into(namespaces, Some(group.as_fd())) {
                // Before Linux 5.7, under a filter that knows no such flag, or where moving is not ours to do: what is
                // wrong is said by `enter`, with the file's name.
                Err(_) => self.birth = None,
                forked => return forked,
            }
        }
        fork_into(namespaces, None)
    }

    /// Takes this process into the group, unless it was born there, and then out of the host's sight.
    ///
    /// # Errors
    /// [`LaunchError::Step`] with the file.
    pub fn enter(&self) -> Result<(), LaunchError> {
        self.enter_group()?;
        if self.namespace == CgroupNamespace::Private {
            // What is the root in there is decided now: it is the group we have just entered.
            unshare(CloneFlags::CLONE_NEWCGROUP)
                .map_err(|error| LaunchError::step("make a control group namespace", error))?;
        }
        Ok(())
    }

    /// Takes this process into the group, unless it was born there.
    ///
    /// # Errors
    /// [`LaunchError::Step`] with the file.
    pub fn enter_group(&self) -> Result<(), LaunchError> {
        if self.birth.is_some() {
            return Ok(());
        }
        self.directories
            .iter()
            .try_for_each(|directory| enter(directory, "0"))
            .map_err(|error| LaunchError::cgroup(&error))
    }

    /// What the container sees.
    pub fn namespace(&self) -> CgroupNamespace {
        self.namespace
    }
}

impl LaunchError {
    fn cgroup(error: &CgroupError) -> Self {
        Self::step(
            "failed to create task for container: failed to create shim task: OCI runtime create failed: runc create \
             failed: unable to start container process: error during container init: error setting cgroup config for \
             procHooks process",
            format!("{error}: unknown"),
        )
    }
}
