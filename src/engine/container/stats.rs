//! `docker stats`: what a running container has used, from its control group, and from `/proc` where that does not count.

use std::fs;
use std::time::Instant;

use super::groups::members;
use super::{ContainerRecord, ContainerStatus, NetworkMode};
use crate::engine::Engine;

const NANOSECONDS: u64 = 1_000_000_000;

/// What had been used at an instant. Two of them make a rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ContainerSample {
    /// When it was taken.
    pub at: Instant,
    /// Processor time, nanoseconds.
    pub cpu: u64,
    /// Memory in use, bytes.
    pub memory: u64,
    /// What it may use, bytes: its limit, or all there is.
    pub memory_limit: u64,
    /// Received and sent, bytes, without the loopback.
    pub network: (u64, u64),
    /// Read from and written to disks, bytes.
    pub disk: (u64, u64),
    /// Processes and threads.
    pub tasks: u64,
}

impl ContainerSample {
    /// The processors' time used since an earlier sample, in percent of one processor.
    #[allow(clippy::cast_precision_loss)] // shown with two decimals
    pub fn cpu_percent_since(&self, earlier: &Self) -> f64 {
        let elapsed = self.at.duration_since(earlier.at).as_nanos() as f64;
        // Processes that have gone may take what they used along, where no control group counts.
        let used = self.cpu.saturating_sub(earlier.cpu) as f64;
        if elapsed > 0.0 { used / elapsed * 100.0 } else { 0.0 }
    }

    /// Memory in percent of the limit.
    #[allow(clippy::cast_precision_loss)] // shown with two decimals
    pub fn memory_percent(&self) -> f64 {
        if self.memory_limit > 0 { self.memory as f64 / self.memory_limit as f64 * 100.0 } else { 0.0 }
    }
}

impl Engine {
    /// Takes a sample; `None` when the container does not run.
    pub fn sample_container(&self, record: &ContainerRecord) -> Option<ContainerSample> {
        let ContainerStatus::Running { init, .. } = &record.state.status else { return None };
        let group = self.group_of(record).usage();
        let at = Instant::now();
        // Summed only where no group counts.
        let complete = group.cpu.is_some() && group.memory.is_some() && group.tasks.is_some() && group.disk.is_some();
        let own = if complete { ProcessSum::default() } else { ProcessSum::of(record) };
        let total = memory_total();
        let network = match record.host_config.network_mode {
            // The host's traffic is not the container's.
            NetworkMode::Host => (0, 0),
            _ => network(&fs::read_to_string(format!("/proc/{}/net/dev", init.pid)).unwrap_or_default()),
        };
        Some(ContainerSample {
            at,
            cpu: group.cpu.unwrap_or(own.cpu),
            memory: group.memory.unwrap_or(own.memory),
            memory_limit: group.memory_limit.filter(|limit| *limit > 0 && *limit < total).unwrap_or(total),
            network,
            disk: group.disk.unwrap_or(own.disk),
            tasks: group.tasks.unwrap_or(own.tasks),
        })
    }
}

/// The figures of the processes there are now, added up.
#[derive(Debug, Clone, Copy, Default)]
struct ProcessSum {
    cpu: u64,
    memory: u64,
    disk: (u64, u64),
    tasks: u64,
}

impl ProcessSum {
    fn of(record: &ContainerRecord) -> Self {
        let tick = NANOSECONDS / rustix::param::clock_ticks_per_second().max(1);
        let page = u64::try_from(rustix::param::page_size()).unwrap_or(4096);
        let mut sum = Self::default();
        for process in members(record) {
            let pid = process.pid;
            sum.cpu += (process.used + process.used_by_children) * tick;
            sum.tasks += process.threads;
            sum.memory += private_pages(pid) * page;
            let disk = fs::read_to_string(format!("/proc/{pid}/io")).unwrap_or_default();
            sum.disk.0 += after(&disk, "read_bytes: ");
            sum.disk.1 += after(&disk, "\nwrite_bytes: ");
        }
        sum
    }
}

/// Pages no file stands behind: resident without shared.
fn private_pages(pid: i32) -> u64 {
    let text = fs::read_to_string(format!("/proc/{pid}/statm")).unwrap_or_default();
    let numbers: Vec<u64> = text.split_whitespace().filter_map(|number| number.parse().ok()).collect();
    match numbers.as_slice() {
        [_, resident, shared, ..] => resident.saturating_sub(*shared),
        _ => 0,
    }
}

fn after(text: &str, name: &str) -> u64 {
    let number = text.split_once(name).and_then(|(_, rest)| rest.split_whitespace().next());
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// The machine's memory, bytes.
fn memory_total() -> u64 {
    after(&fs::read_to_string("/proc/meminfo").unwrap_or_default(), "MemTotal:").saturating_mul(1024)
}

/// Received and sent, over all interfaces but the loopback. Source: `proc_net_dev(5)`.
fn network(text: &str) -> (u64, u64) {
    text.lines()
        .filter_map(|line| line.split_once(':'))
        .filter(|(name, _)| name.trim() != "lo")
        .filter_map(|(_, numbers)| {
            let numbers: Vec<u64> = numbers.split_whitespace().filter_map(|number| number.parse().ok()).collect();
            Some((*numbers.first()?, *numbers.get(8)?))
        })
        .fold((0, 0), |sum, (received, sent)| (sum.0 + received, sum.1 + sent))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_loopback_is_not_counted() {
        let text = "Inter-|   Receive   |  Transmit\n face |bytes    packets errs\n    lo: 7 1 0 0 0 0 0 0 7 1 0 0 0 0 0 0\n\
                    \x20 eth0:1296 16 0 0 0 0 0 0 126 3 0 0 0 0 0 0\n";
        assert_eq!(network(text), (1296, 126));
    }

    #[test]
    fn written_bytes_are_not_the_cancelled_ones() {
        let text = "rchar: 1\nwchar: 2\nsyscr: 3\nsyscw: 4\nread_bytes: 5\nwrite_bytes: 6\ncancelled_write_bytes: 9\n";
        assert_eq!((after(text, "read_bytes: "), after(text, "\nwrite_bytes: ")), (5, 6));
    }
}
