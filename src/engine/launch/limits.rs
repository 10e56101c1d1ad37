//! `--ulimit`: what a process may use of files, memory and the like, set on itself just before it is executed.

use rustix::process::{Resource, Rlimit, setrlimit};
use serde::{Deserialize, Serialize};

use super::LaunchError;

/// One limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProcessLimit {
    /// Docker's name: `nofile`.
    pub name: String,
    /// What holds; `None`: without limit.
    pub soft: Option<u64>,
    /// What it can be raised to.
    pub hard: Option<u64>,
}

/// Docker's names, the kernel's numbers (the same on all machines we know), what the limit is.
const KNOWN: &[(&str, u32, Resource)] = &[
    ("cpu", 0, Resource::Cpu),
    ("fsize", 1, Resource::Fsize),
    ("data", 2, Resource::Data),
    ("stack", 3, Resource::Stack),
    ("core", 4, Resource::Core),
    ("rss", 5, Resource::Rss),
    ("nproc", 6, Resource::Nproc),
    ("nofile", 7, Resource::Nofile),
    ("memlock", 8, Resource::Memlock),
    ("locks", 10, Resource::Locks),
    ("sigpending", 11, Resource::Sigpending),
    ("msgqueue", 12, Resource::Msgqueue),
    ("nice", 13, Resource::Nice),
    ("rtprio", 14, Resource::Rtprio),
    ("rttime", 15, Resource::Rttime),
];

/// Sets them all on this process.
///
/// # Errors
/// [`LaunchError::Init`] in runc's words: raising a hard limit takes `CAP_SYS_RESOURCE` on the host.
pub fn set(limits: &[ProcessLimit]) -> Result<(), LaunchError> {
    for limit in limits {
        let Some((_, number, resource)) = KNOWN.iter().find(|(name, ..)| *name == limit.name) else {
            return Err(LaunchError::Init(format!("invalid rlimit type: {}", limit.name)));
        };
        setrlimit(*resource, Rlimit { current: limit.soft, maximum: limit.hard }).map_err(|error| {
            let reason = super::error::go_words(&error.into());
            LaunchError::Init(format!(
                "error setting rlimits for ready process: error setting rlimit type {number}: {reason}"
            ))
        })?;
    }
    Ok(())
}
