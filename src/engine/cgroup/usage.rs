//! What the processes of a group have used so far. A figure that no group of the container counts is `None`.

use super::{ContainerGroup, Controller, Hierarchy};

const MICROSECOND_NANOSECONDS: u64 = 1000;
/// Version 1 writes a limit nobody set as the highest multiple of a page.
const UNLIMITED: u64 = 1 << 62;

/// The counters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Usage {
    /// Processor time, nanoseconds.
    pub cpu: Option<u64>,
    /// Memory in use, bytes; without what could be dropped at once.
    pub memory: Option<u64>,
    /// The limit on it, bytes; `None` too when there is no limit.
    pub memory_limit: Option<u64>,
    /// Processes and threads.
    pub tasks: Option<u64>,
    /// Read from and written to disks, bytes.
    pub disk: Option<(u64, u64)>,
}

impl ContainerGroup {
    /// Reads the counters.
    pub fn usage(&self) -> Usage {
        match self.hierarchy {
            Hierarchy::Unified { .. } => self.usage_unified(),
            Hierarchy::Legacy { .. } => self.usage_legacy(),
            Hierarchy::Absent => Usage::default(),
        }
    }

    fn usage_unified(&self) -> Usage {
        use Controller::{Blkio, Cpu, Memory, Pids};
        let used = self.number(Memory, "memory.current");
        let inactive = self.named_number(Memory, "memory.stat", "inactive_file").unwrap_or(0);
        Usage {
            cpu: self.named_number(Cpu, "cpu.stat", "usage_usec").map(|time| time * MICROSECOND_NANOSECONDS),
            memory: used.map(|used| without(used, inactive)),
            memory_limit: self.number(Memory, "memory.max"),
            tasks: self.number(Pids, "pids.current"),
            disk: self.read(Blkio, "io.stat").map(|text| (sum(&text, "rbytes="), sum(&text, "wbytes="))),
        }
    }

    fn usage_legacy(&self) -> Usage {
        use Controller::{Blkio, Cpuacct, Memory, Pids};
        let used = self.number(Memory, "memory.usage_in_bytes");
        let inactive = self.named_number(Memory, "memory.stat", "total_inactive_file").unwrap_or(0);
        let served = self.read(Blkio, "blkio.throttle.io_service_bytes_recursive");
        Usage {
            cpu: self.number(Cpuacct, "cpuacct.usage"),
            memory: used.map(|used| without(used, inactive)),
            memory_limit: self.number(Memory, "memory.limit_in_bytes").filter(|limit| *limit < UNLIMITED),
            tasks: self.number(Pids, "pids.current"),
            disk: served.map(|text| (sum(&text, "Read "), sum(&text, "Write "))),
        }
    }
}

/// The client leaves out what the kernel keeps only because nobody needs the room. Source: docker/cli `stats_helpers.go`.
fn without(used: u64, inactive: u64) -> u64 {
    if inactive < used { used - inactive } else { used }
}

/// The sum of the numbers that follow a name, over all disks.
fn sum(text: &str, name: &str) -> u64 {
    text.match_indices(name)
        .filter_map(|(at, _)| text[at + name.len()..].split_whitespace().next()?.parse::<u64>().ok())
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn disks_are_added_up() {
        let unified = "254:0 rbytes=4096 wbytes=1 rios=1 wios=1 dbytes=0 dios=0\n8:0 rbytes=4 wbytes=2 rios=9\n";
        assert_eq!((sum(unified, "rbytes="), sum(unified, "wbytes=")), (4100, 3));
        let legacy = "254:0 Read 10\n254:0 Write 20\n254:0 Total 30\nTotal 30\n";
        assert_eq!((sum(legacy, "Read "), sum(legacy, "Write ")), (10, 20));
    }
}
