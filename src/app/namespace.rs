//! Which user namespace we work in: that of the containers and shells already open on this state root, else our own.
//!
//! A container can be entered and signalled only from the namespace it was started in. So a second `docker`, in another
//! window or in a pipeline of the shell, joins the first one's.

use std::fs;
use std::path::Path;

use nix::unistd::Pid;

use super::host_hand::ShellDirectory;
use crate::engine::container::{ContainerState, ContainerStatus, ProcessIdentity};
use crate::engine::launch::{Tier, TierError};

/// Takes this process, while it has one thread, to the namespace of this state root.
///
/// # Errors
/// When none can be joined nor made.
pub fn enter(state_root: &Path) -> Result<Tier, TierError> {
    // Effective root needs no namespace; `Tier::enter` says the same.
    if nix::unistd::geteuid().is_root() {
        return Tier::enter();
    }
    let own = std::process::id();
    let open = of_containers(state_root).into_iter().chain(ShellDirectory::holders(state_root));
    for process in open.filter(|process| u32::try_from(process.pid) != Ok(own)) {
        if let Ok(tier) = Tier::join(Pid::from_raw(process.pid)) {
            return Ok(tier);
        }
    }
    Tier::enter()
}

/// The living monitors of this state root, and the first processes of containers whose monitor was killed.
fn of_containers(state_root: &Path) -> Vec<ProcessIdentity> {
    let containers = fs::read_dir(state_root.join("containers")).into_iter().flatten().flatten();
    containers
        .filter_map(|entry| {
            let state = fs::read(entry.path().join("state.json")).ok()?;
            let state = serde_json::from_slice::<ContainerState>(&state).ok()?;
            let first = match state.status {
                ContainerStatus::Running { init, .. } => Some(init),
                _ => None,
            };
            state.monitor.into_iter().chain(first).find(ProcessIdentity::is_alive)
        })
        .collect()
}
