//! Hears when a container has run out of memory: an event of the older hierarchies, a file that changes in the unified one.

use std::fs::File;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};

use nix::poll::PollFlags;
use rustix::event::{EventfdFlags, eventfd};

use crate::engine::cgroup::{ContainerGroup, Controller, Hierarchy};

/// An ear on the memory of a control group.
#[derive(Debug)]
pub struct MemoryWatch<'a> {
    group: &'a ContainerGroup,
    ear: Ear,
    /// Kills that have been told.
    told: u64,
}

#[derive(Debug)]
enum Ear {
    /// Version 1: counts the times memory ran out. The kernel wants the file of the group held open.
    Event(OwnedFd, #[allow(dead_code)] File),
    /// Version 2: `memory.events`, which says so when it changes.
    File(File),
}

impl<'a> MemoryWatch<'a> {
    /// Listens; `None` when the group has no memory of its own.
    pub fn new(group: &'a ContainerGroup) -> Option<Self> {
        let directory = group.directory(Controller::Memory)?;
        let ear = match group.hierarchy {
            Hierarchy::Unified { .. } => Ear::File(File::open(directory.join("memory.events")).ok()?),
            Hierarchy::Legacy { .. } => {
                let event = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK).ok()?;
                let file = File::open(directory.join("memory.oom_control")).ok()?;
                let words = format!("{} {}", event.as_raw_fd(), file.as_raw_fd());
                std::fs::write(directory.join("cgroup.event_control"), words).ok()?;
                Ear::Event(event, file)
            }
            Hierarchy::Absent => return None,
        };
        let mut watch = Self { group, ear, told: 0 };
        // What is waited for is a change since the last reading.
        watch.hear();
        Some(watch)
    }

    /// What to wait for.
    pub fn watched(&self) -> (BorrowedFd<'_>, PollFlags) {
        match &self.ear {
            Ear::Event(event, _) => (event.as_fd(), PollFlags::POLLIN),
            Ear::File(file) => (file.as_fd(), PollFlags::POLLPRI),
        }
    }

    /// Whether memory has run out since the last time.
    pub fn hear(&mut self) -> bool {
        match &self.ear {
            Ear::Event(event, _) => {
                let mut count = [0; 8];
                let heard = rustix::io::read(event, &mut count).is_ok();
                // The kill this is about may not be counted yet.
                self.told += u64::from(heard);
                heard
            }
            Ear::File(file) => {
                let _ = rustix::io::pread(file, &mut [0; 256], 0);
                self.is_behind()
            }
        }
    }

    /// Whether processes were killed that have not been told of; the end of the container is the last time to ask.
    pub fn is_behind(&mut self) -> bool {
        let kills = self.group.oom_kills();
        let behind = kills > self.told;
        self.told = self.told.max(kills);
        behind
    }
}
