//! What clients ask of a monitor.

use super::ending::between_lives;
use super::event_loop::{FIRST, Monitor};
use super::process::Process;
use crate::engine::container::{AttachRequest, exec_id};
use crate::engine::launch::protocol::{Reply, Request};
use crate::engine::launch::{LaunchError, ProcessPlan, spawn};

impl Monitor<'_> {
    /// Requests of a client that came before it was watched.
    pub(super) fn hear(&mut self, client: usize) {
        let requests = self.clients[client].pending_requests();
        self.obey(client, requests);
    }

    pub(super) fn obey(&mut self, client: usize, requests: Vec<Request>) {
        for request in requests {
            let about = self.clients[client].process;
            match request {
                Request::Attach(_) if self.is_over() => {
                    self.clients[client].send(&Reply::Failed(between_lives()));
                }
                Request::Attach(attach) => {
                    self.clients[client].attached = Some(attach);
                    self.clients[client].waits = true;
                    self.clients[client].send(&Reply::Started);
                }
                Request::Wait => self.clients[client].waits = true,
                Request::Input(bytes) => {
                    self.processes[about].input.push(&bytes);
                    self.processes[about].input.flush();
                }
                Request::InputClosed => self.close_input(about),
                Request::Resize { rows, columns } => self.processes[about].resize(rows, columns),
                Request::Signal(number) => self.processes[about].signal(number),
                Request::StayDown => {
                    self.stays_down = true;
                    self.clients[client].send(&Reply::Started);
                }
                Request::Exec(process, attach) => self.exec(client, &process, attach),
                Request::Connect(plan) => {
                    let done = self.wiring.connect(self.plan, &plan);
                    self.clients[client].send(&answer(done));
                }
                Request::Disconnect(plan) => {
                    let done = self.wiring.disconnect(&plan);
                    self.clients[client].send(&answer(done));
                }
                // Only the first message of all may be a launch.
                Request::Launch(..) => self.clients[client].gone = true,
            }
        }
    }

    pub(super) fn close_input(&mut self, process: usize) {
        // A terminal has no end of file of its own: the learner types Ctrl-D.
        let once = process != FIRST || self.plan.stdin_once;
        if once && !self.processes[process].terminal {
            self.processes[process].input.close();
        }
    }

    fn exec(&mut self, client: usize, plan: &ProcessPlan, attach: Option<AttachRequest>) {
        // Born in a group that stands still, it would never say how it went.
        if self.engine.is_paused(&self.plan.id) {
            self.clients[client].send(&Reply::Failed(LaunchError::step("exec", "the container is paused")));
            return;
        }
        let id = self.note_exec(plan);
        let started = spawn::start_joined(plan, &self.plan.cgroup, &self.processes[FIRST].pidfd).and_then(|started| {
            Process::new(started).map_err(|error| LaunchError::step("take over the streams", error))
        });
        match started {
            Ok(mut process) => {
                process.exec_id = Some(id);
                self.processes.push(process);
                let client = &mut self.clients[client];
                client.process = self.processes.len() - 1;
                client.attached = attach;
                client.waits = attach.is_some();
                client.send(&Reply::Started);
            }
            Err(error) => self.clients[client].send(&Reply::Failed(error)),
        }
    }

    /// Notes in the journal that a process is added; its id.
    pub(super) fn note_exec(&self, plan: &ProcessPlan) -> String {
        let id = exec_id();
        if let Ok(record) = self.engine.container(&self.plan.id) {
            let (program, arguments) = plan.command.split_first().map_or(("", &[][..]), |(first, rest)| (first, rest));
            let line = format!("{program} {}", arguments.join(" "));
            for action in ["exec_create", "exec_start"] {
                self.engine.note_container(&record, &format!("{action}: {line}"), &[("execID", &id)]);
            }
        }
        id
    }

    /// Notes in the journal that memory ran out.
    pub(super) fn note_oom(&self) {
        if let Ok(record) = self.engine.container(&self.plan.id) {
            self.engine.note_container(&record, "oom", &[]);
        }
    }

    pub(super) fn note_exec_end(&self, id: &str, exit_code: i32) {
        if let Ok(record) = self.engine.container(&self.plan.id) {
            let attributes = [("execID", id), ("exitCode", &exit_code.to_string())];
            self.engine.note_container(&record, "exec_die", &attributes);
        }
    }
}

/// What a client is told of a change that was made, or not.
fn answer(done: Result<(), LaunchError>) -> Reply {
    match done {
        Ok(()) => Reply::Started,
        Err(error) => Reply::Failed(error),
    }
}
