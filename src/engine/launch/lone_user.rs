//! Another user where there is only one: `-u nobody` in a user namespace that knows a single id.
//!
//! The process gets one more user namespace, in which that single id bears the number that was asked for. It then sees
//! itself as `nobody`, is no root and has no capability, as under Docker. What differs cannot be had without subordinate
//! ids: every file of the container bears that number too, and may be written.

use std::fs;
use std::io;

use nix::sched::{CloneFlags, unshare};

use super::LaunchError;
use super::id_map::mapped_count;
use super::user::Identity;

const ID_MAPS: [&str; 2] = ["/proc/self/uid_map", "/proc/self/gid_map"];

/// Whether this user cannot be had otherwise.
///
/// # Errors
/// [`LaunchError::Step`] when the maps cannot be read.
pub fn needed(user: &Identity) -> Result<bool, LaunchError> {
    if (user.uid, user.gid) == (0, 0) {
        return Ok(false);
    }
    let failed = |error: io::Error| LaunchError::step("read the id maps", error);
    let [users, groups] = ID_MAPS.map(fs::read_to_string);
    Ok((mapped_count(&users.map_err(failed)?), mapped_count(&groups.map_err(failed)?)) == (1, 1))
}

/// Makes this process that user.
///
/// # Errors
/// [`LaunchError::Step`] when the kernel allows no further namespace.
pub fn become_stranger(user: &Identity) -> Result<(), LaunchError> {
    let failed = |reason: String| LaunchError::step(format!("become user {}:{}", user.uid, user.gid), reason);
    // Each map names who we are outside: root, so far.
    let maps = [(ID_MAPS[0], user.uid), (ID_MAPS[1], user.gid)];
    unshare(CloneFlags::CLONE_NEWUSER).map_err(|error| failed(error.to_string()))?;
    // The maps of a process nobody may look into belong to the host's root, and could not be written.
    let dumpable = |yes| nix::sys::prctl::set_dumpable(yes).map_err(|error| failed(error.to_string()));
    dumpable(true)?;
    let written = maps
        .iter()
        .try_for_each(|(map, id)| fs::write(map, format!("{id} 0 1\n")))
        .map_err(|error| failed(error.to_string()));
    dumpable(false)?;
    written
}
