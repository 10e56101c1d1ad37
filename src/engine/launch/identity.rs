//! Tells a process from another one that got its number later, or after a reboot.
//! Source: proc(5), `/proc/PID/stat` field 22 and `/proc/sys/kernel/random/boot_id`.

use std::fs;
use std::io;
use std::os::fd::{AsFd, OwnedFd};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use crate::engine::container::ProcessIdentity;

impl ProcessIdentity {
    /// The identity of a process that has not been reaped. It may have exited already: a container's first process
    /// can be done before anybody has looked.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`] when there is none of this number.
    pub fn of(pid: i32) -> io::Result<Self> {
        Ok(Self { pid, start_time: Birth::of(pid)?.start_time, boot_id: boot_id()? })
    }

    /// Our own.
    ///
    /// # Errors
    /// What reading `/proc/self` answers.
    pub fn ourselves() -> io::Result<Self> {
        Self::of(i32::try_from(std::process::id()).map_err(io::Error::other)?)
    }

    /// Returns once that very process has ended; at once when it has already.
    pub fn wait_for_end(&self) {
        if let Some(watched) = self.hold() {
            let mut watched = [PollFd::new(watched.as_fd(), PollFlags::POLLIN)];
            let _ = poll(&mut watched, PollTimeout::NONE);
        }
    }

    /// Ends that very process and waits until it is gone; at once when it has already.
    ///
    /// # Errors
    /// What the kernel answers: it is somebody else's.
    pub fn end(&self) -> io::Result<()> {
        if let Some(held) = self.hold() {
            match rustix::process::pidfd_send_signal(&held, rustix::process::Signal::KILL) {
                Ok(()) | Err(rustix::io::Errno::SRCH) => {}
                Err(error) => return Err(error.into()),
            }
            self.wait_for_end();
        }
        Ok(())
    }

    /// A hold on that very process; `None` when it has ended.
    fn hold(&self) -> Option<OwnedFd> {
        let pid = rustix::process::Pid::from_raw(self.pid)?;
        let held = rustix::process::pidfd_open(pid, rustix::process::PidfdFlags::empty()).ok()?;
        // Its number may be another's by now: asked once more, with the descriptor held.
        self.is_alive().then_some(held)
    }

    /// Whether that very process still lives (a zombie does not).
    pub fn is_alive(&self) -> bool {
        Birth::of(self.pid).is_ok_and(|birth| !birth.zombie && birth.start_time == self.start_time)
            && boot_id().is_ok_and(|boot| boot == self.boot_id)
    }
}

/// The boot we live in.
///
/// # Errors
/// What the file answers.
pub fn boot_id() -> io::Result<String> {
    Ok(fs::read_to_string("/proc/sys/kernel/random/boot_id")?.trim_end().to_owned())
}

/// When a process began, and whether it is only waiting to be reaped.
struct Birth {
    /// In clock ticks since boot.
    start_time: u64,
    zombie: bool,
}

impl Birth {
    fn of(pid: i32) -> io::Result<Self> {
        const FROM_STATE_TO_START: usize = 18;
        let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
        let unreadable = || io::Error::new(io::ErrorKind::InvalidData, format!("/proc/{pid}/stat"));
        // The name, field 2, may hold anything, parentheses too: fields are counted from the last one.
        let (_, after_name) = stat.rsplit_once(") ").ok_or_else(unreadable)?;
        let mut fields = after_name.split(' ');
        let zombie = matches!(fields.next(), Some("Z" | "X"));
        let start_time = fields.nth(FROM_STATE_TO_START).and_then(|field| field.parse().ok()).ok_or_else(unreadable)?;
        Ok(Self { start_time, zombie })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_that_has_exited_is_known_and_not_alive() {
        let mut child = std::process::Command::new("true").spawn().unwrap();
        let pid = i32::try_from(child.id()).unwrap();
        while !Birth::of(pid).unwrap().zombie {
            std::thread::yield_now();
        }
        let identity = ProcessIdentity::of(pid).unwrap();
        assert!(!identity.is_alive());
        child.wait().unwrap();
        assert!(ProcessIdentity::of(pid).is_err());
    }
}
