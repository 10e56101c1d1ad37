//! Ends of pairs on the host that lead to no switch of anybody's: kept by a namespace something foreign holds.
//!
//! There are no packet rules to look for: those of the host have an owner, and go with its socket (`firewall`).

use std::fs;
use std::io;
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use super::UPLINK_PREFIX;
use super::firewall;
use super::netlink::Netlink;

/// The kernel takes a moment to remove what went with a namespace.
const MOMENT: Duration = Duration::from_secs(2);

/// Devices of ours on the host nobody uses any more. A monitor that uses one has a table named after it; where there are no
/// such tables (the kernel knows no owners of them), none is said to be stray while there are `monitors_here`.
///
/// # Errors
/// What the kernel answers.
pub fn stray_uplinks(monitors_here: bool) -> io::Result<Vec<String>> {
    let changes = Netlink::watch_links()?;
    let until = Instant::now() + MOMENT;
    loop {
        let stray = unused_uplinks(monitors_here)?;
        let left = until.saturating_duration_since(Instant::now());
        if stray.is_empty() || left.is_zero() {
            return Ok(stray);
        }
        let mut watched = [PollFd::new(changes.as_fd(), PollFlags::POLLIN)];
        poll(&mut watched, PollTimeout::try_from(left).unwrap_or(PollTimeout::MAX))?;
        changes.drain();
    }
}

fn unused_uplinks(monitors_here: bool) -> io::Result<Vec<String>> {
    let devices = fs::read_to_string("/proc/self/net/dev")?;
    let names = devices.lines().filter_map(|line| Some(line.split_once(':')?.0.trim().to_owned()));
    let ours: Vec<String> = names.filter(|name| is_uplink(name)).collect();
    if ours.is_empty() {
        return Ok(ours);
    }
    let tables = Netlink::netfilter().and_then(|netfilter| firewall::tables(&netfilter)).unwrap_or_default();
    if monitors_here && !tables.iter().any(|table| table.starts_with(UPLINK_PREFIX)) {
        return Ok(Vec::new());
    }
    let used = |device: &String| tables.iter().any(|table| table.starts_with(&format!("{device}-")));
    Ok(ours.into_iter().filter(|device| !used(device)).collect())
}

/// Removes such a device, and its other end with it.
///
/// # Errors
/// What the kernel answers.
pub fn remove_uplink(device: &str) -> io::Result<()> {
    let netlink = Netlink::route()?;
    netlink.remove_link(netlink.index_of(device)?)
}

/// The prefix and eight digits.
fn is_uplink(name: &str) -> bool {
    let digits = name.strip_prefix(UPLINK_PREFIX);
    digits.is_some_and(|digits| digits.len() == 8 && digits.bytes().all(|digit| digit.is_ascii_hexdigit()))
}
