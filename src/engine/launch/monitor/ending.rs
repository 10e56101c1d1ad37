//! What follows the end of a container's first process: the event, the restart policy, the last state.

use std::fs;
use std::io;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::sys::wait::waitpid;
use nix::unistd::Pid;

use super::event_loop::{FIRST, Monitor};
use super::memory::MemoryWatch;
use crate::engine::container::{ContainerRecord, ContainerStatus, HealthState, state_file};
use crate::engine::launch::{LaunchError, Namespace, Restarts, descendants};

impl Monitor<'_> {
    /// Writes down how it ended, and starts it again when its policy says so.
    ///
    /// # Errors
    /// What the state root answers.
    pub(super) fn end(mut self) -> io::Result<()> {
        self.log.finish()?;
        if self.plan.isolation.pid != Namespace::Own {
            end_descendants();
        }
        if self.wiring.take_down() && !self.plan.auto_remove {
            self.engine.end_network(&self.plan.id);
        }
        let exit_code = self.processes[FIRST].exit_code.unwrap_or_default();
        let finished_at = self.engine.clock.now();
        let started_at = match &self.state.status {
            ContainerStatus::Running { started_at, .. } => *started_at,
            _ => finished_at,
        };
        let lasted = finished_at.duration_since(started_at).unsigned_abs();
        self.health = None;
        self.state.health = self.state.health.take().map(HealthState::of_stopped);
        let record = self.engine.container(&self.plan.id).ok();
        let group = &self.plan.cgroup.group;
        let oom_killed = group.oom_kills() > 0;
        if self.memory.as_mut().is_some_and(MemoryWatch::is_behind) {
            self.note_oom();
        }
        self.memory = None;
        group.remove();
        if let Some(record) = &record {
            // In dockerd's order.
            self.engine.note_networks(record, &record.attachments, "disconnect");
            self.engine.note_unmounted(record);
            self.note_end(record, exit_code, lasted);
        }

        let mut error = String::new();
        if let Some(next) = record.and_then(|record| self.next_life(&record, exit_code, lasted)) {
            self.state.status = ContainerStatus::Restarting { exit_code, started_at, finished_at };
            self.state.restart_count = next.count;
            self.write_state()?;
            self.tell_exit(FIRST, exit_code);
            self.forget_the_told(FIRST);
            if self.pause(next.pause)? {
                match self.engine.start_again(&self.plan.id, next) {
                    Ok(()) => return Ok(()),
                    Err(failure) => error = failure.to_string(),
                }
            }
        }
        self.state.status = ContainerStatus::Exited { exit_code, started_at, finished_at, oom_killed, error };
        self.state.monitor = None;
        let _ = fs::remove_file(state_file::SOCKET);
        self.write_state()?;
        nix::unistd::chdir("/")?;
        if self.plan.auto_remove {
            let _ = self.engine.remove_stopped(&self.plan.id);
        }
        self.tell_exit(FIRST, exit_code);
        self.drain_clients();
        Ok(())
    }

    fn note_end(&self, record: &ContainerRecord, exit_code: i32, lasted: Duration) {
        let attributes = [("exitCode", exit_code.to_string()), ("execDuration", lasted.as_secs().to_string())];
        self.engine.note_container(record, "die", &attributes.each_ref().map(|(name, value)| (*name, value.as_str())));
    }

    /// The policy is read now: `docker update` may have changed it.
    fn next_life(&self, record: &ContainerRecord, exit_code: i32, lasted: Duration) -> Option<Restarts> {
        if self.stays_down {
            return None;
        }
        self.plan.restarts.after(&record.host_config.restart_policy, exit_code, lasted)
    }

    /// Serves clients for so long; false when one of them wants the container to stay down.
    fn pause(&mut self, length: Duration) -> io::Result<bool> {
        let until = Instant::now() + length;
        while !self.stays_down && Instant::now() < until {
            self.turn(Some(until))?;
        }
        Ok(!self.stays_down)
    }
}

/// What an attached client is told between two lives.
pub(super) fn between_lives() -> LaunchError {
    LaunchError::step("attach", "the container is restarting")
}

/// Ends what the container has left running where the end of a pid namespace does not do it: all of it has become ours.
fn end_descendants() {
    let me = Pid::this().as_raw();
    loop {
        let left = descendants(me);
        for process in &left {
            let _ = kill(Pid::from_raw(process.pid), Signal::SIGKILL);
        }
        if left.is_empty() || waitpid(None, None).is_err() {
            return;
        }
    }
}
