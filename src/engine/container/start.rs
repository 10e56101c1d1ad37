//! `docker start`: gives a created or exited container its monitor and its first process.

use std::fs::File;

use super::monitor_client::MonitorClient;
use super::session::{AttachRequest, Session};
use super::{ContainerId, ContainerRecord, launch_plan, state_file};
use crate::engine::launch::protocol::Reply;
use crate::engine::launch::{LaunchPlan, Restarts, start_monitor};
use crate::engine::{Engine, EngineError};

impl Engine {
    /// Starts a container; nothing happens when it runs already.
    ///
    /// Returns once its first process has been executed. When `attach` is given, the session is connected
    /// before that process starts, so that none of its output is missed.
    ///
    /// # Errors
    /// [`EngineError::Launch`] when the command cannot be executed: its `exit_code()` is what `docker run` exits with.
    pub fn start_container(
        &self,
        id: &ContainerId,
        attach: Option<AttachRequest>,
    ) -> Result<Option<Session>, EngineError> {
        self.start_adjusted(id, attach, |_| ())
    }

    /// The same, the plan changed by `adjust` before it is carried out: what a step of a build needs and no file may keep.
    pub(in crate::engine) fn start_adjusted(
        &self,
        id: &ContainerId,
        attach: Option<AttachRequest>,
        adjust: impl FnOnce(&mut LaunchPlan),
    ) -> Result<Option<Session>, EngineError> {
        let lock = self.lock_container(id)?;
        let record = self.container(id)?;
        if record.state.paused {
            return Err(EngineError::StartPaused);
        }
        if record.state.is_running() {
            return attach.map(|request| self.attach_container(id, request)).transpose();
        }
        self.launch(lock, &record, attach, Restarts::default(), adjust)
    }

    /// Starts a container again as its restart policy wants; nothing happens when somebody stopped it meanwhile.
    ///
    /// # Errors
    /// As [`Engine::start_container`].
    pub(in crate::engine) fn start_again(&self, id: &ContainerId, restarts: Restarts) -> Result<(), EngineError> {
        let lock = self.lock_container(id)?;
        let record = self.container(id)?;
        if !record.state.is_restarting() {
            return Ok(());
        }
        self.launch(lock, &record, None, restarts, |_| ()).map(|_| ())
    }

    fn launch(
        &self,
        lock: File,
        record: &ContainerRecord,
        attach: Option<AttachRequest>,
        restarts: Restarts,
        adjust: impl FnOnce(&mut LaunchPlan),
    ) -> Result<Option<Session>, EngineError> {
        let id = &record.id;
        if attach.is_some() {
            self.note_container(record, "attach", &[]);
        }
        let planned = self.assign_network(record).and_then(|(network, attachments)| {
            self.note_networks(record, &attachments, "connect");
            let record = ContainerRecord { attachments, ..record.clone() };
            launch_plan::of(self, &record, network, attach.and_then(|attach| attach.window), restarts)
        });
        let mut plan = match planned {
            Ok(plan) => plan,
            Err(error) => {
                self.end_network(id);
                drop(lock);
                if record.host_config.auto_remove {
                    let _ = self.remove_stopped(id);
                }
                return Err(error);
            }
        };
        adjust(&mut plan);
        let mut started = start_monitor(plan, attach)?;
        let mut client = MonitorClient::over(started.connection);
        let reply = client.receive(None);
        // The monitor's short-lived parent has exited by now.
        let _ = started.parent.wait();
        match reply.map_err(|error| EngineError::io(self.paths().container(id), error))? {
            Some(Reply::Failed(error)) => {
                self.end_network(id);
                // The lock is ours, so what `--rm` promises is ours to do.
                drop(lock);
                if record.host_config.auto_remove {
                    let _ = self.remove_stopped(id);
                }
                Err(error.into())
            }
            Some(_) => {
                let (connection, inbox) = client.into_parts();
                Ok(attach.map(|_| Session::new(connection, inbox)))
            }
            None => Err(EngineError::DamagedState {
                path: self.paths().container(id),
                reason: "the monitor died before the container started".to_owned(),
            }),
        }
    }

    /// Whether somebody holds a container's lock now.
    pub(super) fn is_locked(&self, id: &ContainerId) -> bool {
        let path = self.paths().container(id).join(state_file::LOCK);
        File::open(path).is_ok_and(|lock| lock.try_lock().is_err())
    }

    /// A container's lock when nobody holds it.
    pub(in crate::engine) fn try_lock_container(&self, id: &ContainerId) -> Option<File> {
        let path = self.paths().container(id).join(state_file::LOCK);
        let lock = File::options().create(true).truncate(false).write(true).open(path).ok()?;
        lock.try_lock().ok().map(|()| lock)
    }

    /// Held while a container is being started, renamed, updated or removed.
    pub(super) fn lock_container(&self, id: &ContainerId) -> Result<File, EngineError> {
        let path = self.paths().container(id).join(state_file::LOCK);
        let lock = File::options().create(true).truncate(false).write(true).open(&path).map_err(|error| {
            if error.kind() == std::io::ErrorKind::NotFound {
                EngineError::NoSuchContainer(id.to_string())
            } else {
                EngineError::io(&path, error)
            }
        })?;
        lock.lock().map_err(|error| EngineError::io(&path, error))?;
        Ok(lock)
    }
}
