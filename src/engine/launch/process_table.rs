//! The processes of the host, as `/proc` describes them: who descends from whom, and what each of them is doing.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::MetadataExt;

/// What `/proc/PID` says of a process. Times in clock ticks, hundredths of a second.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProcessFacts {
    /// As numbered on the host.
    pub pid: i32,
    /// Its parent.
    pub parent: i32,
    /// Its process group.
    pub group: i32,
    /// Its session.
    pub session: i32,
    /// Its terminal's device number; 0 is none.
    pub terminal: u64,
    /// The foreground group of that terminal.
    pub foreground: i32,
    /// `R`, `S`, `D`, `Z`, `T`…
    pub state: char,
    /// The kernel's flags.
    pub flags: u64,
    /// Effective user and group.
    pub owner: (u32, u32),
    /// Spent in user and kernel mode together.
    pub used: u64,
    /// Spent by children it has waited for.
    pub used_by_children: u64,
    /// Since boot.
    pub started: u64,
    /// Address space, in KiB.
    pub virtual_size: u64,
    /// Resident, in KiB.
    pub resident: u64,
    /// As `ps` shows it: 80 is ordinary.
    pub priority: i64,
    /// −20 to 19.
    pub nice: i64,
    /// Threads.
    pub threads: u64,
    /// The processor it ran on last.
    pub processor: u64,
    /// At most 15 bytes.
    pub name: String,
    /// Its command line; empty for a zombie.
    pub arguments: Vec<String>,
}

const PAGE_KIB: u64 = 4;
const KERNELS_ORDINARY: i64 = 60;

/// The processes that descend from this one, itself not among them, in order of their numbers.
pub fn descendants(ancestor: i32) -> Vec<ProcessFacts> {
    let all: BTreeMap<i32, ProcessFacts> = everybody().into_iter().map(|process| (process.pid, process)).collect();
    let descends = |process: &ProcessFacts| {
        let (mut parent, mut seen) = (process.parent, BTreeSet::new());
        loop {
            if parent == ancestor {
                return true;
            }
            match all.get(&parent) {
                Some(next) if seen.insert(parent) => parent = next.parent,
                _ => return false,
            }
        }
    };
    all.values().filter(|process| descends(process)).cloned().collect()
}

/// The processes of the container of this monitor, in order of their numbers: its descendants, but for the one of ours that
/// carries published ports.
pub fn processes_of(monitor: i32) -> Vec<ProcessFacts> {
    let program = |pid: i32| fs::metadata(format!("/proc/{pid}/exe")).map(|file| (file.dev(), file.ino())).ok();
    let own = program(monitor);
    // The name alone would be a way for a process of the container to hide.
    let is_ours = |process: &ProcessFacts| {
        process.parent == monitor
            && process.arguments.first().is_some_and(|name| name == super::network::PORTER)
            && program(process.pid) == own
    };
    descendants(monitor).into_iter().filter(|process| !is_ours(process)).collect()
}

/// Every process there is.
pub fn everybody() -> Vec<ProcessFacts> {
    let Ok(entries) = fs::read_dir("/proc") else { return Vec::new() };
    let numbers = entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    // Some will have ended by the time we look.
    numbers.filter_map(read).collect()
}

/// One process; `None` when it has gone.
fn read(pid: i32) -> Option<ProcessFacts> {
    let directory = format!("/proc/{pid}");
    let stat = fs::read_to_string(format!("{directory}/stat")).ok()?;
    // The name may hold anything, parentheses too: fields are counted from the last one.
    let (head, tail) = stat.rsplit_once(") ")?;
    let fields: Vec<&str> = tail.split_whitespace().collect();
    // Numbered as in proc(5), where the state is the third.
    let text = |number: usize| fields.get(number - 3).copied().unwrap_or_default();
    let signed = |number| text(number).parse::<i64>().unwrap_or_default();
    let unsigned = |number| text(number).parse::<u64>().unwrap_or_default();
    let small = |number| i32::try_from(signed(number)).unwrap_or_default();
    let status = fs::read_to_string(format!("{directory}/status")).unwrap_or_default();
    let effective = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name))?;
        line.split_whitespace().nth(1)?.parse().ok()
    };
    let metadata = fs::metadata(&directory).ok()?;
    let owner = (effective("Uid:").unwrap_or(metadata.uid()), effective("Gid:").unwrap_or(metadata.gid()));
    let arguments = fs::read(format!("{directory}/cmdline")).unwrap_or_default();
    Some(ProcessFacts {
        pid,
        parent: small(4),
        group: small(5),
        session: small(6),
        terminal: unsigned(7),
        foreground: small(8),
        state: text(3).chars().next().unwrap_or('?'),
        flags: unsigned(9),
        owner,
        used: unsigned(14) + unsigned(15),
        used_by_children: unsigned(16) + unsigned(17),
        started: unsigned(22),
        virtual_size: unsigned(23) / 1024,
        resident: unsigned(24) * PAGE_KIB,
        priority: signed(18) + KERNELS_ORDINARY,
        nice: signed(19),
        threads: unsigned(20),
        processor: unsigned(39),
        name: head.split_once('(').map(|(_, name)| name.to_owned()).unwrap_or_default(),
        arguments: arguments
            .split(|byte| *byte == 0)
            .filter(|argument| !argument.is_empty())
            .map(|argument| String::from_utf8_lossy(argument).into_owned())
            .collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_child_is_found_and_described() {
        let mut child = std::process::Command::new("sleep").arg("60").spawn().unwrap();
        let pid = i32::try_from(child.id()).unwrap();
        let me = i32::try_from(std::process::id()).unwrap();
        // Until it has been executed it bears our name; for a moment after, it has no arguments.
        let found = loop {
            let found = descendants(me).into_iter().find(|process| process.pid == pid).unwrap();
            if found.name == "sleep" && !found.arguments.is_empty() {
                break found;
            }
            std::thread::yield_now();
        };
        assert_eq!((found.parent, found.threads), (me, 1));
        assert_eq!(found.arguments, ["sleep", "60"]);
        assert!(descendants(pid).is_empty());
        child.kill().unwrap();
        child.wait().unwrap();
    }
}
