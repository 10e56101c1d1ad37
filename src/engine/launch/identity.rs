//! Tells a process from another one that got its number later, or after a reboot.
//! Source: proc(5), `/proc/PID/stat` field 22 and `/proc/sys/kernel/random/boot_id`.

use std::fs;
use std::io;

use crate::engine::container::ProcessIdentity;

impl ProcessIdentity {
    /// The identity of a living process.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`] when there is none of this number.
    pub fn of(pid: i32) -> io::Result<Self> {
        Ok(Self { pid, start_time: start_time(pid)?, boot_id: boot_id()? })
    }

    /// Whether that very process still lives (a zombie does not).
    pub fn is_alive(&self) -> bool {
        start_time(self.pid).is_ok_and(|start| start == self.start_time)
            && boot_id().is_ok_and(|boot| boot == self.boot_id)
    }
}

fn boot_id() -> io::Result<String> {
    Ok(fs::read_to_string("/proc/sys/kernel/random/boot_id")?.trim_end().to_owned())
}

/// The start of a process that is not a zombie, in clock ticks since boot.
fn start_time(pid: i32) -> io::Result<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let unreadable = || io::Error::new(io::ErrorKind::InvalidData, format!("/proc/{pid}/stat"));
    // The name, field 2, may hold anything, parentheses too: fields are counted from the last one.
    let (_, after_name) = stat.rsplit_once(") ").ok_or_else(unreadable)?;
    let mut fields = after_name.split(' ');
    if matches!(fields.next(), Some("Z" | "X")) {
        return Err(io::ErrorKind::NotFound.into());
    }
    const FROM_STATE_TO_START: usize = 18;
    fields.nth(FROM_STATE_TO_START).and_then(|field| field.parse().ok()).ok_or_else(unreadable)
}
