//! What is left of containers: states that lie, `--rm` that was not kept, names nobody bears, files half rewritten.

use std::fs;
use std::path::Path;

use super::{Repair, RepairReport, is_old};
use crate::engine::container::{ContainerId, ContainerStatus, ProcessIdentity, state_file};
use crate::engine::{Engine, EngineError};

impl Engine {
    pub(super) fn repair_containers(&self, report: &mut RepairReport) -> Result<(), EngineError> {
        report.count(self.sweep_build_steps(), |count| Repair::BuildSteps { count });
        for id in self.container_ids()? {
            // What cannot be read is not ours to judge; a container that is being removed is gone next time.
            let attempt = self.repair_container(&id, report);
            if let Err(error) = attempt {
                report.failed.push(super::RepairFailure { what: id.short().to_owned(), reason: error.to_string() });
            }
        }
        self.repair_names(report);
        let scraps = scraps(&self.paths.containers(), true) + scraps(&self.paths.networks(), false);
        report.count(scraps, |count| Repair::Scraps { count });
        Ok(())
    }

    fn repair_container(&self, id: &ContainerId, report: &mut RepairReport) -> Result<(), EngineError> {
        let Some(lock) = self.try_lock_container(id) else { return Ok(()) };
        let mut record = match self.container(id) {
            Err(EngineError::NoSuchContainer(_)) => return Ok(()),
            other => other?,
        };
        let name = || record.name.to_string();
        let mut told = false;
        if let ContainerStatus::Running { init, .. } = &record.state.status
            && !record.state.monitor.as_ref().is_some_and(ProcessIdentity::is_alive)
        {
            // It changed its user, and its monitor's death did not reach it.
            let ended = init.end();
            report.note(Repair::Orphan { container: name() }, &record.name, ended);
            told = true;
        }
        let Some(state) = state_file::corrected(&self.paths, id)? else { return Ok(()) };
        let _ = fs::remove_file(self.paths.container(id).join(state_file::SOCKET));
        state_file::write(&self.paths, id, &state)?;
        record.state = state;
        if record.host_config.auto_remove {
            drop(lock);
            let removed = self.remove_stopped(id);
            report.note(Repair::Removed { container: record.name.to_string() }, &record.name, removed);
        } else if !told {
            report.done.push(Repair::Status { container: record.name.to_string() });
        }
        Ok(())
    }

    fn repair_names(&self, report: &mut RepairReport) {
        for entry in fs::read_dir(self.paths.names()).into_iter().flatten().flatten() {
            let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
            let owner = fs::read_to_string(&path).ok().and_then(|id| id.parse::<ContainerId>().ok());
            let borne = owner.is_some_and(|id| match self.container(&id) {
                Err(EngineError::NoSuchContainer(_)) => false,
                Err(_) => true,
                // One that is being renamed has two for a moment.
                Ok(record) => record.name.as_str() == name || self.try_lock_container(&id).is_none(),
            });
            if !borne && is_old(&path) {
                report.note(Repair::Name { name: name.clone() }, name, fs::remove_file(&path));
            }
        }
    }
}

/// Deletes files that were being written when their writer died (`state.1234.new`): here, or one level below.
fn scraps(directory: &Path, below: bool) -> usize {
    let mut count = 0;
    for path in fs::read_dir(directory).into_iter().flatten().flatten().map(|entry| entry.path()) {
        if below && path.is_dir() {
            count += scraps(&path, false);
        } else if path.extension().is_some_and(|extension| extension == "new") && path.is_file() && is_old(&path) {
            count += usize::from(fs::remove_file(&path).is_ok());
        }
    }
    count
}
