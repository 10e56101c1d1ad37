//! What the kernel allows us here, and how we get there.
//!
//! Owns the word *tier*. Root works as it is. Everybody else becomes root of a user namespace of their own, once, before
//! anything else: from there the engine's code is the same. What stands in the way is a [`TierError`]; what can be done
//! about it is `obstacle`'s business.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use nix::errno::Errno;
use nix::sched::{CloneFlags, setns, unshare};
use nix::unistd::{Pid, getegid, geteuid};

use super::id_map::{Mapper, mapped_count, write_single};

/// How containers are separated from the host, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Tier {
    /// We are root.
    Root,
    /// A user namespace with a range of subordinate ids.
    SubordinateIds,
    /// A user namespace in which only we exist, as root.
    SingleId,
}

/// Why no user namespace could be had: the sub-step and the kernel's answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{step}: {errno}")]
pub struct TierError {
    /// What was being done.
    pub step: TierStep,
    /// What the kernel said.
    pub errno: Errno,
}

/// The sub-steps of entering a user namespace, in order. AppArmor on Ubuntu lets the first succeed and the second fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TierStep {
    /// `unshare(CLONE_NEWUSER)`.
    MakeNamespace,
    /// Writing `/proc/self/setgroups`.
    DenySetgroups,
    /// Writing `/proc/self/uid_map`.
    MapUsers,
    /// Writing `/proc/self/gid_map`.
    MapGroups,
    /// `setns` to the namespace of one of our own processes.
    JoinNamespace,
}

impl std::fmt::Display for TierStep {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::MakeNamespace => "make a user namespace",
            Self::DenySetgroups => "write /proc/self/setgroups",
            Self::MapUsers => "write /proc/self/uid_map",
            Self::MapGroups => "write /proc/self/gid_map",
            Self::JoinNamespace => "join a user namespace",
        })
    }
}

impl Tier {
    /// Takes the calling process to the best tier it can have. A process that is root already, of the host or of a
    /// namespace, stays where it is.
    ///
    /// To be called first, while there is one thread: the kernel refuses otherwise (`EINVAL`). After an error the process
    /// may stand, powerless, in a half-made namespace: say so and end.
    ///
    /// # Errors
    /// [`TierError`] with the sub-step that failed.
    pub fn enter() -> Result<Self, TierError> {
        if is_root() {
            return Ok(Self::of_this_namespace());
        }
        let (uid, gid) = (geteuid().as_raw(), getegid().as_raw());
        let mapper = Mapper::start(uid, gid);
        // `/proc/self` belongs to root while a program that may not be read runs; ours then could not write its maps.
        let _ = nix::sys::prctl::set_dumpable(true);
        at(TierStep::MakeNamespace, unshare(CloneFlags::CLONE_NEWUSER))?;
        if let Some(mapper) = mapper {
            mapper.write_maps();
        }
        if mapped(USER_MAP) == 0 {
            at(TierStep::MapUsers, write_single(Path::new(USER_MAP), uid).map_err(errno))?;
        }
        if mapped(GROUP_MAP) == 0 {
            // Without privilege, groups can be mapped only once `setgroups` is given up (CVE-2014-8989).
            at(TierStep::DenySetgroups, fs::write("/proc/self/setgroups", "deny").map_err(errno))?;
            at(TierStep::MapGroups, write_single(Path::new(GROUP_MAP), gid).map_err(errno))?;
        }
        Ok(Self::of_this_namespace())
    }

    /// Takes the calling process into the user namespace of another process of the same user, one of our monitors:
    /// containers of one namespace can be entered, signalled and seen from it, those of another cannot.
    ///
    /// To be called like [`Tier::enter`], and before it; after an error nothing has changed.
    ///
    /// # Errors
    /// [`TierError`] at [`TierStep::JoinNamespace`]: the process is gone (`ENOENT`), or it is not in a namespace below
    /// ours (`EPERM`, `EINVAL`).
    pub fn join(process: Pid) -> Result<Self, TierError> {
        let namespace = File::open(format!("/proc/{process}/ns/user")).map_err(errno);
        let namespace = at(TierStep::JoinNamespace, namespace)?;
        at(TierStep::JoinNamespace, setns(namespace, CloneFlags::CLONE_NEWUSER))?;
        Ok(Self::of_this_namespace())
    }

    /// The tier of the namespace we stand in, for a process that is root there.
    fn of_this_namespace() -> Self {
        match (mapped(USER_MAP), mapped(GROUP_MAP)) {
            (EVERY_ID, _) => Self::Root,
            (2.., 2..) => Self::SubordinateIds,
            _ => Self::SingleId,
        }
    }
}

const USER_MAP: &str = "/proc/self/uid_map";
const GROUP_MAP: &str = "/proc/self/gid_map";

/// What the map of the first user namespace holds: every id but -1.
const EVERY_ID: u64 = u32::MAX as u64;

fn mapped(file: &str) -> u64 {
    fs::read_to_string(file).map_or(0, |map| mapped_count(&map))
}

/// Whether we have root's power, not only its number: in a foreign container the two are not the same.
fn is_root() -> bool {
    geteuid().is_root()
        && caps::has_cap(None, caps::CapSet::Effective, caps::Capability::CAP_SYS_ADMIN).unwrap_or(false)
}

fn at<T>(step: TierStep, result: Result<T, Errno>) -> Result<T, TierError> {
    result.map_err(|errno| TierError { step, errno })
}

fn errno(error: io::Error) -> Errno {
    Errno::from_raw(error.raw_os_error().unwrap_or(0))
}
