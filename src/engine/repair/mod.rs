//! What a power cut or a `kill -9` has left, found and put right: `diagnostic --réparer`.
//!
//! Owns the word *repair*. Nothing here is needed for the engine to work: liveness is computed, the kernel removes what
//! nobody holds, and each verb steps over what it finds half made. But a learner's machine should not keep the traces.
//! Nothing that lives is touched, and a second repair finds nothing.

mod containers;
mod machine;
mod networks;

use std::fmt::Display;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde::Serialize;

use crate::engine::{Engine, EngineError, EngineOptions};

/// What somebody may be about to finish is left alone for so long.
const PATIENCE: Duration = Duration::from_mins(1);

/// Something that was put right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Repair {
    /// A helper process that served nobody was ended.
    Process {
        /// What it is called.
        name: String,
        /// Its number.
        pid: i32,
    },
    /// A container without its monitor was ended.
    Orphan {
        /// The container's name.
        container: String,
    },
    /// A container was said to run; it is said to have ended now.
    Status {
        /// The container's name.
        container: String,
    },
    /// A container of `--rm` had ended without being removed.
    Removed {
        /// The container's name.
        container: String,
    },
    /// Containers of builds that were killed were removed.
    BuildSteps {
        /// How many.
        count: usize,
    },
    /// A reserved name nobody bears was freed.
    Name {
        /// Which.
        name: String,
    },
    /// What was being prepared when its maker died was deleted.
    Staged {
        /// How many directories.
        count: usize,
    },
    /// Files that were being rewritten were deleted.
    Scraps {
        /// How many.
        count: usize,
    },
    /// Mounted on the host, and needed by nobody.
    Mount {
        /// Where it was.
        path: PathBuf,
    },
    /// The empty control group of a container.
    Group {
        /// The container's id.
        container: String,
    },
    /// A device on the host that led nowhere.
    Device {
        /// Its name.
        name: String,
    },
    /// The host was still forwarding packets for containers that are gone.
    Forwarding,
}

/// What a repair did, and what it could not do.
#[derive(Debug, Default)]
pub struct RepairReport {
    /// In the order it was done.
    pub done: Vec<Repair>,
    /// What resisted, and why.
    pub failed: Vec<RepairFailure>,
}

/// Something that could not be put right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RepairFailure {
    /// A path, a name or a number.
    pub what: String,
    /// In the system's words.
    pub reason: String,
}

impl RepairReport {
    /// Notes what was attempted.
    fn note(&mut self, repair: Repair, what: impl Display, outcome: Result<(), impl Display>) {
        match outcome {
            Ok(()) => self.done.push(repair),
            Err(reason) => {
                self.failed.push(RepairFailure { what: what.to_string(), reason: reason.to_string() });
            }
        }
    }

    /// Notes how many of something there were, when there were any.
    fn count(&mut self, count: usize, repair: impl FnOnce(usize) -> Repair) {
        if count > 0 {
            self.done.push(repair(count));
        }
    }
}

impl Engine {
    /// Opens a state root, and puts right what dead processes left in it and on the machine.
    ///
    /// # Errors
    /// As [`Engine::open`]. What cannot be repaired is in the report.
    pub fn open_and_repair(options: EngineOptions) -> Result<(Self, RepairReport), EngineError> {
        let engine = Self::open_as_it_is(options)?;
        let mut report = RepairReport::default();
        // From what runs to what lies about: a mount must be gone before what is below it is deleted.
        engine.repair_processes(&mut report);
        engine.repair_mounts(&mut report);
        engine.repair_containers(&mut report)?;
        engine.repair_networks(&mut report)?;
        engine.repair_groups(&mut report);
        engine.repair_devices(&mut report);
        report.count(crate::engine::store::staging::sweep(&engine.paths), |count| Repair::Staged { count });
        Ok((engine, report))
    }
}

/// Whether nobody can be about to finish a file.
fn is_old(path: &Path) -> bool {
    let modified = path.symlink_metadata().and_then(|status| status.modified()).ok();
    modified.and_then(|then| SystemTime::now().duration_since(then).ok()).is_some_and(|age| age >= PATIENCE)
}
