//! `docker pause`, `docker unpause`: every process of a container stands still, and goes on.
//!
//! By its control group where there is one to be had (made now if need be), by `SIGSTOP` and `SIGCONT` to each of its
//! processes otherwise. That it is paused is a file beside its state, which names the process 1 it is about: the file
//! of a life that is over says nothing.

use std::fs;
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};
use serde::{Deserialize, Serialize};

use super::groups::{adopt_members, members};
use super::{ContainerId, ContainerRecord, ContainerStatus, ProcessIdentity, state_file};
use crate::engine::{Engine, EngineError};

/// There while a container is paused.
const FILE: &str = "paused.json";
/// A container that makes processes faster than they can be stopped is given up.
const LIMIT: Duration = Duration::from_secs(5);

/// By what a container is made to stand still.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PauseMeans {
    /// Its control group: nothing inside can notice.
    Group,
    /// Signals: a parent inside can see its children stop.
    Signals,
}

#[derive(Debug, Serialize, Deserialize)]
struct Paused {
    init: ProcessIdentity,
    means: PauseMeans,
}

/// Whether the container whose process 1 is `init` is paused.
pub(super) fn is_paused(directory: &Path, init: &ProcessIdentity) -> bool {
    read(directory).is_some_and(|paused| paused.init == *init)
}

fn read(directory: &Path) -> Option<Paused> {
    state_file::read_json(&directory.join(FILE)).ok()
}

impl Engine {
    /// Stops every process of a container.
    ///
    /// # Errors
    /// [`EngineError::NotRunning`], [`EngineError::Conflict`] when it is paused already or does not stop.
    pub fn pause_container(&self, id: &ContainerId) -> Result<PauseMeans, EngineError> {
        let _lock = self.lock_container(id)?;
        let record = self.container(id)?;
        let ContainerStatus::Running { init, .. } = &record.state.status else {
            return Err(EngineError::NotRunning(id.clone()));
        };
        if record.state.paused {
            return Err(EngineError::Conflict(format!("Container {id} is already paused")));
        }
        let group = self.group_of(&record);
        let means = if group.can_freeze() { PauseMeans::Group } else { PauseMeans::Signals };
        let refused = |reason: String| EngineError::Conflict(format!("cannot pause container {id}: {reason}"));
        // Written first: whoever kills us here leaves a container that can be unpaused.
        let file = self.paths().container(id).join(FILE);
        state_file::write_json(&file, &Paused { init: init.clone(), means })?;
        let stopped = match means {
            PauseMeans::Group => {
                self.move_into_group(&record).and_then(|()| group.freeze()).map_err(|error| error.to_string())
            }
            PauseMeans::Signals => stop_all(&record).map_err(|error| error.to_string()),
        };
        if let Err(reason) = stopped {
            let _ = fs::remove_file(&file);
            return Err(refused(reason));
        }
        self.note_container(&record, "pause", &[]);
        Ok(means)
    }

    /// Whether a container is paused, for its monitor.
    pub(in crate::engine) fn is_paused(&self, id: &ContainerId) -> bool {
        // Most containers never are: one look spares reading all that is known of this one.
        self.paths().container(id).join(FILE).exists() && self.container(id).is_ok_and(|record| record.state.paused)
    }

    /// Lets every process of a container go on.
    ///
    /// # Errors
    /// [`EngineError::NotRunning`], [`EngineError::Conflict`] when it is not paused.
    pub fn unpause_container(&self, id: &ContainerId) -> Result<(), EngineError> {
        let _lock = self.lock_container(id)?;
        let record = self.container(id)?;
        if !record.state.paused {
            return Err(EngineError::Conflict(format!("Container {id} is not paused")));
        }
        self.resume(&record)
    }

    /// Lets a container that was paused when `record` was read go on; nothing happens to others.
    ///
    /// # Errors
    /// [`EngineError::Conflict`] when the kernel refuses.
    pub(super) fn resume(&self, record: &ContainerRecord) -> Result<(), EngineError> {
        let ContainerStatus::Running { init, .. } = &record.state.status else { return Ok(()) };
        let directory = self.paths().container(&record.id);
        let Some(paused) = read(&directory).filter(|paused| paused.init == *init) else { return Ok(()) };
        match paused.means {
            PauseMeans::Group => self
                .group_of(record)
                .thaw()
                .map_err(|error| EngineError::Conflict(format!("Cannot unpause container {}: {error}", record.id)))?,
            PauseMeans::Signals => {
                // Children first: a parent that runs again must not find them stopped.
                for process in members(record).into_iter().rev() {
                    signal(process.pid, record, Signal::CONT);
                }
            }
        }
        let _ = fs::remove_file(directory.join(FILE));
        self.note_container(record, "unpause", &[]);
        Ok(())
    }

    /// Gives a running container the group it was started without, and moves its processes into it.
    fn move_into_group(&self, record: &ContainerRecord) -> Result<(), crate::engine::cgroup::CgroupError> {
        let group = self.group_of(record);
        group.make_freezer()?;
        adopt_members(record, &group)
    }
}

/// Stops a process and all that it makes meanwhile.
fn stop_all(record: &ContainerRecord) -> io::Result<()> {
    let deadline = Instant::now() + LIMIT;
    while Instant::now() < deadline {
        let running: Vec<i32> = members(record)
            .into_iter()
            .filter(|process| !matches!(process.state, 'T' | 't'))
            .map(|process| process.pid)
            .collect();
        if running.is_empty() {
            return Ok(());
        }
        for pid in running {
            signal(pid, record, Signal::STOP);
        }
        std::thread::yield_now();
    }
    for process in members(record).into_iter().rev() {
        signal(process.pid, record, Signal::CONT);
    }
    Err(io::ErrorKind::TimedOut.into())
}

/// Signals a process that is still of the container: its number may have been given to another one.
fn signal(pid: i32, record: &ContainerRecord, signal: Signal) {
    let Some(descriptor) = Pid::from_raw(pid).and_then(|pid| pidfd_open(pid, PidfdFlags::empty()).ok()) else { return };
    if members(record).iter().any(|process| process.pid == pid) {
        let _ = pidfd_send_signal(&descriptor, signal);
    }
}
