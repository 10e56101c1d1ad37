//! The only process boundary: namespaces, the monitor, the container's first process.

mod capabilities;
mod error;
mod id_map;
mod obstacle;
mod seccomp;
mod seccomp_table;
mod tier;
mod user;

pub use capabilities::CapabilitySet;
pub use error::LaunchError;
pub use obstacle::{APPARMOR_PROFILE_PATH, Obstacle, apparmor_profile};
pub use tier::{Tier, TierError, TierStep};
pub use user::{Identity, resolve_user};

use std::ffi::{OsStr, OsString};
use std::process::ExitCode;

/// Takes the calls our own engine makes to this program (monitor…); `None` for everybody else's.
pub fn enter(_name: &OsStr, _arguments: &[OsString]) -> Option<ExitCode> {
    None
}
