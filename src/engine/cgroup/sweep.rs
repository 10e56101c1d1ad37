//! Groups whose container ended without its monitor (`kill -9`): found by their name, at the next opening.

use std::fs;
use std::path::Path;

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

fn names(parent: &Path) -> Vec<ContainerId> {
    let Ok(entries) = fs::read_dir(parent) else { return Vec::new() };
    entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok()).collect()
}
