//! What a container shares with the host or with another container, and what is set in its own namespaces.
//!
//! Owns the word *isolation plan*. A namespace is the container's own, the host's (then none is made), or that of another
//! container's first process (then it is joined before ours is made or by it).

use std::fs::File;
use std::os::fd::OwnedFd;

use nix::sched::{CloneFlags, setns};
use rustix::fs::OFlags;
use rustix::mount::{MountAttrFlags, OpenTreeFlags, open_tree};
use serde::{Deserialize, Serialize};

use super::LaunchError;
use super::mounts::{Root, Target};
use crate::engine::rootfs::{Mount, MountKind};

/// Namespaces and their settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IsolationPlan {
    /// Whose processes it sees.
    pub pid: Namespace,
    /// Whose messages and shared memory it uses.
    pub ipc: Namespace,
    /// Whose host name it bears.
    pub uts: Namespace,
    /// What `/dev/shm` is.
    pub shared_memory: SharedMemory,
    /// The NIS domain; empty: as it is.
    pub domainname: String,
    /// Settings of the kernel, `net.ipv4.ip_forward` and its value.
    pub sysctls: Vec<(String, String)>,
    /// Settings that are made when the kernel has and allows them.
    pub optional_sysctls: Vec<(String, String)>,
}

/// Whose a namespace is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Namespace {
    /// The container's own.
    Own,
    /// The host's.
    Host,
    /// That of this process, as numbered on the host.
    Of(i32),
}

/// What `/dev/shm` is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SharedMemory {
    /// Not there.
    None,
    /// A memory file system of so many bytes.
    Own(u64),
    /// The host's.
    Host,
    /// That of this process's container.
    Of(i32),
}

impl IsolationPlan {
    /// The namespaces the first process is born in.
    pub fn new_namespaces(&self) -> CloneFlags {
        let own = |namespace: Namespace, flag| if namespace == Namespace::Own { flag } else { CloneFlags::empty() };
        own(self.pid, CloneFlags::CLONE_NEWPID)
            | own(self.ipc, CloneFlags::CLONE_NEWIPC)
            | own(self.uts, CloneFlags::CLONE_NEWUTS)
    }

    /// Joins the other container's messages and names, for the process that calls.
    ///
    /// # Errors
    /// [`LaunchError::Step`] when that container is gone.
    pub fn join_others(&self) -> Result<(), LaunchError> {
        for (namespace, kind, flag) in
            [(self.ipc, "ipc", CloneFlags::CLONE_NEWIPC), (self.uts, "uts", CloneFlags::CLONE_NEWUTS)]
        {
            if let Namespace::Of(process) = namespace {
                enter(process, kind, flag)?;
            }
        }
        Ok(())
    }

    /// Has the next child born among the other container's processes, when that is asked. What is returned puts things
    /// right again when it is dropped.
    ///
    /// # Errors
    /// [`LaunchError::Step`] when that container is gone.
    pub fn share_processes(&self) -> Result<Option<OwnProcesses>, LaunchError> {
        let Namespace::Of(process) = self.pid else { return Ok(None) };
        let back = File::open("/proc/self/ns/pid").map_err(|error| LaunchError::step("keep our processes", error))?;
        enter(process, "pid", CloneFlags::CLONE_NEWPID)?;
        Ok(Some(OwnProcesses(back)))
    }

    /// Mounts `/dev/shm`.
    ///
    /// # Errors
    /// [`LaunchError::Step`] with the path.
    pub fn mount_shared_memory(&self, root: &Root) -> Result<(), LaunchError> {
        const PATH: &str = "/dev/shm";
        let guarded =
            MountAttrFlags::MOUNT_ATTR_NOSUID | MountAttrFlags::MOUNT_ATTR_NODEV | MountAttrFlags::MOUNT_ATTR_NOEXEC;
        match self.shared_memory {
            SharedMemory::None => Ok(()),
            SharedMemory::Own(bytes) => {
                // The kernel rounds up to pages; Docker counts in kilobytes where it can.
                let size = if bytes % 1024 == 0 { format!("{}k", bytes / 1024) } else { bytes.to_string() };
                root.mount_new("tmpfs", &[("source", "shm"), ("mode", "1777"), ("size", &size)], guarded, PATH)
            }
            SharedMemory::Host => root.bind(&Mount {
                source: PATH.into(),
                target: PATH.to_owned(),
                writable: true,
                kind: MountKind::Directory,
            }),
            SharedMemory::Of(process) => root.attach(&borrowed_mount(process, PATH)?, PATH, Target::Directory),
        }
    }

    /// Makes the settings, through the `/proc` of the container being put together.
    ///
    /// # Errors
    /// [`LaunchError::Init`] in runc's words.
    pub fn set_sysctls(&self, root: &Root) -> Result<(), LaunchError> {
        let write = |name: &str, value: &str| -> rustix::io::Result<()> {
            let path = format!("/proc/sys/{}", name.replace('.', "/"));
            let file = root.open_with(&path, OFlags::WRONLY)?;
            rustix::io::write(&file, value.as_bytes()).map(drop)
        };
        for (name, value) in &self.optional_sysctls {
            let _ = write(name, value);
        }
        for (name, value) in &self.sysctls {
            write(name, value).map_err(|error| {
                let path = format!("/proc/sys/{}", name.replace('.', "/"));
                let reason = std::io::Error::from(error);
                let reason = crate::engine::launch::error::go_words(&reason);
                // Opening fails for a setting nobody has, writing for a value nobody takes.
                let verb = if error == rustix::io::Errno::INVAL { "write" } else { "open" };
                LaunchError::Init(format!("{verb} {path}: {reason}"))
            })?;
        }
        Ok(())
    }
}

/// Gives this process's children back their own numbers when dropped.
#[derive(Debug)]
pub struct OwnProcesses(File);

impl Drop for OwnProcesses {
    fn drop(&mut self) {
        let _ = setns(&self.0, CloneFlags::CLONE_NEWPID);
    }
}

fn enter(process: i32, kind: &str, flag: CloneFlags) -> Result<(), LaunchError> {
    let failed = |reason: String| LaunchError::step(format!("join the {kind} namespace of process {process}"), reason);
    let namespace = File::open(format!("/proc/{process}/ns/{kind}")).map_err(|error| failed(error.to_string()))?;
    setns(namespace, flag).map_err(|error| failed(error.to_string()))
}

/// A detached view of what another container has mounted. A mount can be copied from inside its own namespace only: we go
/// there and come back.
fn borrowed_mount(process: i32, path: &str) -> Result<OwnedFd, LaunchError> {
    let failed = |reason: String| LaunchError::step(format!("borrow {path} of process {process}"), reason);
    let back = File::open("/proc/self/ns/mnt").map_err(|error| failed(error.to_string()))?;
    let here = File::open(".").map_err(|error| failed(error.to_string()))?;
    enter(process, "mnt", CloneFlags::CLONE_NEWNS)?;
    let flags = OpenTreeFlags::OPEN_TREE_CLONE | OpenTreeFlags::OPEN_TREE_CLOEXEC;
    let tree = open_tree(rustix::fs::CWD, path, flags).map_err(|error| failed(error.to_string()));
    setns(&back, CloneFlags::CLONE_NEWNS).map_err(|error| failed(error.to_string()))?;
    rustix::process::fchdir(&here).map_err(|error| failed(error.to_string()))?;
    tree
}
