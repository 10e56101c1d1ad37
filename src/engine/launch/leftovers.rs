//! What is left on this machine of processes of ours that were killed: helpers that serve nobody, mounts, devices.
//! Looked for when the learner asks (`diagnostic --réparer`); in the ordinary course of things there is nothing to find.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

use nix::mount::{MntFlags, umount2};
use nix::unistd::geteuid;

use super::monitor;
use super::network;
use super::process_table::{ProcessFacts, everybody};
use crate::engine::container::ProcessIdentity;

pub use super::network::{leave as forget_dead, remove_uplink, stop_host_forwarding, stray_uplinks};

/// A process of ours that serves nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StrayHelper {
    /// What it is called: `moussaillon-porter`…
    pub name: String,
    /// Which one.
    pub process: ProcessIdentity,
}

/// Our helpers that serve nobody: porters whose monitor is dead, gateways of these networks without a switch, monitors whose
/// container is gone from `containers`.
pub fn stray_helpers(containers: &Path, networks: &Path) -> Vec<StrayHelper> {
    let all: Vec<ProcessFacts> =
        everybody().into_iter().filter(|process| !matches!(process.state, 'Z' | 'X')).collect();
    let called = |process: &ProcessFacts, name: &str| process.arguments.first().is_some_and(|first| first == name);
    let monitors: BTreeSet<i32> =
        all.iter().filter(|process| called(process, monitor::NAME)).map(|process| process.pid).collect();
    let is_stray = |process: &ProcessFacts| {
        if called(process, network::PORTER) {
            !monitors.contains(&process.parent)
        } else if called(process, network::GATEWAY) {
            process.arguments.get(1).is_some_and(|directory| Path::new(directory) == networks)
                && network::is_deserted(networks)
        } else {
            called(process, monitor::NAME) && lost_its_container(process.pid, containers)
        }
    };
    let ours = geteuid().as_raw();
    let stray = all.iter().filter(|process| process.owner.0 == ours && is_stray(process));
    stray
        .filter_map(|process| {
            let name = process.arguments.first()?.clone();
            Some(StrayHelper { name, process: ProcessIdentity::of(process.pid).ok()? })
        })
        .collect()
}

/// A monitor stands in its container's directory: has that been taken away from under it?
fn lost_its_container(monitor: i32, containers: &Path) -> bool {
    let Ok(directory) = fs::read_link(format!("/proc/{monitor}/cwd")) else { return false };
    directory.starts_with(containers) && directory != containers && !directory.exists()
}

/// Whether a monitor stands in the network namespace we stand in.
pub fn has_monitors_here() -> bool {
    let Ok(here) = fs::read_link("/proc/self/ns/net") else { return true };
    let monitors =
        everybody().into_iter().filter(|process| process.arguments.first().is_some_and(|name| name == monitor::NAME));
    monitors
        .into_iter()
        .any(|monitor| fs::read_link(format!("/proc/{}/ns/net", monitor.pid)).is_ok_and(|net| net == here))
}

/// What is mounted below these directories in our sight, the deepest first. A container's mounts are in its own.
pub fn mounts_below(directories: &[PathBuf]) -> Vec<PathBuf> {
    let table = fs::read("/proc/self/mountinfo").unwrap_or_default();
    let points = table.split(|byte| *byte == b'\n').filter_map(|line| line.split(|byte| *byte == b' ').nth(4));
    let points = points.map(|point| PathBuf::from(OsString::from_vec(unescape(point))));
    let mut found: Vec<PathBuf> =
        points.filter(|point| directories.iter().any(|directory| point.starts_with(directory))).collect();
    found.sort_by_key(|point| std::cmp::Reverse(point.components().count()));
    found
}

/// Takes a mount away; what uses it still keeps it until it is done.
///
/// # Errors
/// What `umount2(2)` answers.
pub fn unmount(point: &Path) -> io::Result<()> {
    umount2(point, MntFlags::MNT_DETACH | MntFlags::UMOUNT_NOFOLLOW).map_err(io::Error::from)
}

/// Blanks and the like stand in the table as a backslash and three octal digits.
fn unescape(text: &[u8]) -> Vec<u8> {
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        let digits = after.get(..3).filter(|_| *first == b'\\').and_then(|digits| std::str::from_utf8(digits).ok());
        let escaped = digits.and_then(|digits| u8::from_str_radix(digits, 8).ok());
        plain.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() { &after[3..] } else { after };
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_the_table_of_mounts_are_read() {
        assert_eq!(unescape(br"/a\040b\134c"), br"/a b\c");
        assert_eq!(unescape(br"/a\04"), br"/a\04");
    }
}
