//! Groups whose container ended without its monitor (`kill -9`): found by their name, at the next opening.

use std::fs;
use std::path::Path;
use std::time::Duration;

use super::{ContainerGroup, Hierarchy};
use crate::engine::container::ContainerId;

/// The containers that have a group under our own parent; nothing when there is no such parent.
pub fn containers_with_groups(hierarchy: &Hierarchy) -> Vec<ContainerId> {
    let mut found: Vec<ContainerId> =
        ContainerGroup::parent_directories(hierarchy).iter().flat_map(|parent| names(parent)).collect();
    found.sort();
    found.dedup();
    found
}

/// Removes a group nobody has ever claimed: it holds no process, and has been there for a while. Whether it did.
pub fn remove_deserted(hierarchy: &Hierarchy, id: &ContainerId, age: Duration) -> bool {
    let mut removed = false;
    for parent in ContainerGroup::parent_directories(hierarchy) {
        let directory = parent.join(id.as_str());
        let made = fs::metadata(&directory).and_then(|status| status.modified()).ok();
        if made.and_then(|made| made.elapsed().ok()).is_some_and(|since| since >= age) {
            // The kernel refuses while there is a process in it.
            removed |= fs::remove_dir(&directory).is_ok();
            let _ = fs::remove_dir(&parent);
        }
    }
    removed
}

fn names(parent: &Path) -> Vec<ContainerId> {
    let Ok(entries) = fs::read_dir(parent) else { return Vec::new() };
    entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect()
}
