//! Stopping every process of a group at once, and letting them go on.

use std::fs;
use std::os::fd::AsFd;
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use super::{CgroupError, ContainerGroup, Controller, Hierarchy, Setting};

/// Past this, a process that does not stop (in the middle of an uninterruptible wait) is given up.
const LIMIT: Duration = Duration::from_secs(5);

impl ContainerGroup {
    /// Whether this machine can stop a group.
    pub fn can_freeze(&self) -> bool {
        match &self.hierarchy {
            Hierarchy::Unified { .. } => true,
            Hierarchy::Legacy { roots } => roots.contains_key(&Controller::Freezer),
            Hierarchy::Absent => false,
        }
    }

    /// Makes the part of the group that can be stopped, when it is not there yet.
    ///
    /// # Errors
    /// [`CgroupError`].
    pub fn make_freezer(&self) -> Result<(), CgroupError> {
        // What is written is what a new group says anyway.
        let setting = match self.hierarchy {
            Hierarchy::Legacy { .. } => Some(state("THAWED")),
            Hierarchy::Unified { .. } | Hierarchy::Absent => None,
        };
        self.make(setting.as_slice())
    }

    /// Stops every process of the group; returns once they stand still.
    ///
    /// # Errors
    /// [`CgroupError`]; then they run again.
    pub fn freeze(&self) -> Result<(), CgroupError> {
        let stopped = match self.hierarchy {
            Hierarchy::Unified { .. } => self.freeze_unified()?,
            Hierarchy::Legacy { .. } => self.freeze_legacy()?,
            Hierarchy::Absent => true,
        };
        if stopped {
            return Ok(());
        }
        self.thaw()?;
        Err(CgroupError::NotFrozen(self.directory(Controller::Freezer).unwrap_or_default()))
    }

    /// Lets them go on.
    ///
    /// # Errors
    /// [`CgroupError::Write`].
    pub fn thaw(&self) -> Result<(), CgroupError> {
        match self.hierarchy {
            Hierarchy::Unified { .. } => self.write(&unified("0")),
            Hierarchy::Legacy { .. } => self.write(&state("THAWED")),
            Hierarchy::Absent => Ok(()),
        }
    }

    /// The kernel says in `cgroup.events` when all have stopped.
    fn freeze_unified(&self) -> Result<bool, CgroupError> {
        self.write(&unified("1"))?;
        let deadline = Instant::now() + LIMIT;
        let events = self.directory(Controller::Freezer).map(|directory| directory.join("cgroup.events"));
        // A kernel that does not say (before 5.2 there is no freezer at all) cannot be waited for.
        let Some(Ok(file)) = events.map(fs::File::open) else { return Ok(true) };
        loop {
            if self.named_number(Controller::Freezer, "cgroup.events", "frozen") == Some(1) {
                return Ok(true);
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(false);
            }
            let limit = PollTimeout::try_from(left).unwrap_or(PollTimeout::MAX);
            // Events are told from the last reading on, and this descriptor has read nothing: read it, then wait.
            let _ = rustix::io::pread(&file, &mut [0; 64], 0);
            if self.named_number(Controller::Freezer, "cgroup.events", "frozen") != Some(1) {
                let _ = poll(&mut [PollFd::new(file.as_fd(), PollFlags::POLLPRI)], limit);
            }
        }
    }

    /// Version 1 tells nobody: the state is `FREEZING` until a reading finds that all have stopped, microseconds later.
    fn freeze_legacy(&self) -> Result<bool, CgroupError> {
        let deadline = Instant::now() + LIMIT;
        while Instant::now() < deadline {
            // Written again and again, as a process that is being forked may have been missed.
            self.write(&state("FROZEN"))?;
            match self.read(Controller::Freezer, "freezer.state").as_deref().map(str::trim) {
                Some("FREEZING") => std::thread::yield_now(),
                _ => return Ok(true),
            }
        }
        Ok(false)
    }
}

fn state(word: &str) -> Setting {
    Setting { controller: Controller::Freezer, file: "freezer.state".to_owned(), value: word.to_owned() }
}

fn unified(value: &str) -> Setting {
    Setting { controller: Controller::Freezer, file: "cgroup.freeze".to_owned(), value: value.to_owned() }
}
