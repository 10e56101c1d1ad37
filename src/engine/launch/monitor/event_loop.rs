//! The monitor's life: waits for the processes' output and end, for clients and their words, with one `poll(2)`.

use std::fs;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::{UnixListener, UnixStream};
use std::time::Instant;

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use super::client::Client;
use super::health::{Health, HealthChange};
use super::log::LogWriter;
use super::memory::MemoryWatch;
use super::process::Process;
use crate::engine::Engine;
use crate::engine::container::{
    AttachRequest, ContainerRecord, ContainerState, ContainerStatus, OutputStream, ProcessIdentity, state_file,
};
use crate::engine::launch::LaunchPlan;
use crate::engine::launch::network::Wiring;
use crate::engine::launch::protocol::{Inbox, Reply};
use crate::engine::launch::spawn::StartedProcess;

/// Index of the first process in the table.
pub(super) const FIRST: usize = 0;

/// A container's monitor at work.
pub(super) struct Monitor<'a> {
    pub(super) engine: &'a Engine,
    pub(super) plan: &'a LaunchPlan,
    pub(super) wiring: Wiring,
    listener: UnixListener,
    pub(super) log: LogWriter,
    /// Never shrinks: clients name processes by their place.
    pub(super) processes: Vec<Process>,
    pub(super) clients: Vec<Client>,
    /// There when something says how to check it, and while it runs.
    pub(super) health: Option<Health<'a>>,
    /// There when its memory is counted.
    pub(super) memory: Option<MemoryWatch<'a>>,
    /// As it stands on disk, or is about to.
    pub(super) state: ContainerState,
    /// Somebody wants it stopped: no restart follows its end.
    pub(super) stays_down: bool,
}

/// What a descriptor that became ready stands for.
#[derive(Clone, Copy)]
enum Source {
    Listener,
    Exit(usize),
    Output(usize, OutputStream),
    Input(usize),
    Client(usize),
    Check,
    CheckOutput(OutputStream),
    Memory,
    /// A helper of the network's.
    Wiring,
}

/// Serves a container until its first process has exited, then sees to what follows.
///
/// # Errors
/// What the state root or the sockets answer.
pub fn run(
    engine: &Engine,
    plan: &LaunchPlan,
    (started, wiring): (StartedProcess, Wiring),
    record: &ContainerRecord,
    connection: UnixStream,
    inbox: Inbox,
    attach: Option<AttachRequest>,
) -> io::Result<()> {
    let directory = engine.paths().container(&plan.id);
    // A Unix socket's path is limited to 108 bytes, a state root is not.
    nix::unistd::chdir(&directory)?;
    let _ = fs::remove_file(state_file::SOCKET);
    let listener = UnixListener::bind(state_file::SOCKET)?;
    listener.set_nonblocking(true)?;
    let log = LogWriter::open(&directory.join(state_file::LOG), &plan.log, engine.clock)?;
    let past_checks = record.state.health.as_ref().map(|health| health.log.clone()).unwrap_or_default();
    let health = plan.health.as_ref().map(|health| Health::new(health, engine.clock, past_checks));
    let state = ContainerState {
        status: ContainerStatus::Running { init: ProcessIdentity::of(started.pid)?, started_at: engine.clock.now() },
        monitor: Some(ProcessIdentity::of(std::process::id().cast_signed())?),
        restart_count: plan.restarts.count,
        finished_before: record.state.last_end(),
        health: health.as_ref().map(|health| health.state.clone()),
        paused: false,
    };

    let mut starter = Client::new(connection, inbox)?;
    starter.attached = attach;
    starter.waits = attach.is_some();
    let processes = vec![Process::new(started)?];
    let mut monitor = Monitor {
        engine,
        plan,
        wiring,
        listener,
        log,
        processes,
        clients: vec![starter],
        health,
        memory: MemoryWatch::new(&plan.cgroup.group),
        state,
        stays_down: false,
    };
    monitor.write_state()?;
    engine.note_container(record, "start", &[]);
    monitor.clients[0].send(&Reply::Started);
    monitor.wiring.start_gateway(plan);
    monitor.hear(0);
    while !monitor.is_over() {
        let deadline = monitor.health.as_ref().and_then(Health::deadline);
        monitor.turn(deadline)?;
    }
    monitor.end()
}

impl Monitor<'_> {
    pub(super) fn write_state(&self) -> io::Result<()> {
        state_file::write(self.engine.paths(), &self.plan.id, &self.state).map_err(io::Error::other)
    }

    pub(super) fn is_over(&self) -> bool {
        self.processes[FIRST].exit_code.is_some()
    }

    /// Waits for something to happen, or the deadline, and deals with all that happened.
    pub(super) fn turn(&mut self, deadline: Option<Instant>) -> io::Result<()> {
        for (source, events) in self.wait(deadline)? {
            match source {
                Source::Listener => {
                    if let Ok((stream, _)) = self.listener.accept() {
                        self.clients.push(Client::new(stream, Inbox::default())?);
                    }
                }
                Source::Output(process, stream) => {
                    self.take_output(process, stream)?;
                }
                Source::Input(process) => self.processes[process].input.flush(),
                Source::Exit(process) => self.note_exit(process)?,
                Source::Memory => {
                    if self.memory.as_mut().is_some_and(MemoryWatch::hear) {
                        self.note_oom();
                    }
                }
                Source::Wiring => self.wiring.revive(self.plan),
                // Looked after below.
                Source::Check => {}
                Source::CheckOutput(stream) => {
                    if let Some(health) = &mut self.health {
                        health.take_output(stream);
                    }
                }
                Source::Client(client) => {
                    if events.contains(PollFlags::POLLOUT) {
                        self.clients[client].flush();
                    }
                    if events.intersects(PollFlags::POLLIN | PollFlags::POLLHUP | PollFlags::POLLERR) {
                        let requests = self.clients[client].receive();
                        self.obey(client, requests);
                    }
                }
            }
        }
        self.forget_the_gone();
        self.look_after_health()
    }

    /// Lets the health check go on; what it changed is written down and noted.
    fn look_after_health(&mut self) -> io::Result<()> {
        let Some(health) = self.health.as_mut().filter(|_| self.processes[FIRST].exit_code.is_none()) else {
            return Ok(());
        };
        if health.is_due() && self.engine.is_paused(&self.plan.id) {
            health.put_off();
            return Ok(());
        }
        let Some(change) = health.turn(&self.processes[FIRST].pidfd, &self.plan.cgroup) else { return Ok(()) };
        let (score, exec_id) = (health.state.clone(), std::mem::take(&mut health.exec_id));
        match change {
            HealthChange::Begun => {
                let exec_id = self.plan.health.as_ref().map(|plan| self.note_exec(&plan.process));
                if let (Some(health), Some(exec_id)) = (&mut self.health, exec_id) {
                    health.exec_id = exec_id;
                }
            }
            HealthChange::Over(exit_code, status) => {
                if !exec_id.is_empty() {
                    self.note_exec_end(&exec_id, exit_code);
                }
                self.state.health = Some(score);
                self.write_state()?;
                if let (Some(status), Ok(record)) = (status, self.engine.container(&self.plan.id)) {
                    self.engine.note_container(&record, &format!("health_status: {}", status.word()), &[]);
                }
            }
        }
        Ok(())
    }

    fn wait(&self, deadline: Option<Instant>) -> io::Result<Vec<(Source, PollFlags)>> {
        let (sources, mut watched): (Vec<Source>, Vec<PollFd<'_>>) = self
            .watched()
            .into_iter()
            .map(|(source, descriptor, events)| (source, PollFd::new(descriptor, events)))
            .unzip();
        // Rounded up, so that the deadline is past when we wake.
        let timeout = deadline.map_or(PollTimeout::NONE, |deadline| {
            let left = deadline.saturating_duration_since(Instant::now()).as_micros().div_ceil(1000);
            PollTimeout::try_from(left).unwrap_or(PollTimeout::MAX)
        });
        match poll(&mut watched, timeout) {
            Ok(_) => {}
            Err(nix::Error::EINTR) => return Ok(Vec::new()),
            Err(error) => return Err(error.into()),
        }
        let happened = |watched: &PollFd<'_>| watched.revents().filter(|events| !events.is_empty());
        Ok(sources.into_iter().zip(&watched).filter_map(|(source, fd)| Some((source, happened(fd)?))).collect())
    }

    /// All that is worth waking up for.
    fn watched(&self) -> Vec<(Source, BorrowedFd<'_>, PollFlags)> {
        let mut watched = vec![(Source::Listener, self.listener.as_fd(), PollFlags::POLLIN)];
        watched.extend(self.wiring.watched().map(|descriptor| (Source::Wiring, descriptor, PollFlags::POLLIN)));
        if let Some(memory) = &self.memory {
            let (descriptor, events) = memory.watched();
            watched.push((Source::Memory, descriptor, events));
        }
        for (index, process) in self.processes.iter().enumerate() {
            if process.exit_code.is_none() {
                watched.push((Source::Exit(index), process.pidfd.as_fd(), PollFlags::POLLIN));
            }
            // A client that does not keep up holds the process back.
            if !self.clients.iter().any(|client| client.process == index && client.is_full()) {
                for (stream, descriptor) in &process.outputs {
                    watched.push((Source::Output(index, *stream), descriptor.as_fd(), PollFlags::POLLIN));
                }
            }
            if let Some(descriptor) = process.input.wants_write() {
                watched.push((Source::Input(index), descriptor, PollFlags::POLLOUT));
            }
        }
        if let Some(health) = &self.health {
            watched.extend(health.exit().map(|descriptor| (Source::Check, descriptor, PollFlags::POLLIN)));
            let outputs = health.outputs();
            watched.extend(outputs.map(|(stream, fd)| (Source::CheckOutput(stream), fd, PollFlags::POLLIN)));
        }
        for (index, client) in self.clients.iter().enumerate() {
            let mut events = PollFlags::empty();
            events.set(PollFlags::POLLIN, !self.processes[client.process].input.is_full());
            events.set(PollFlags::POLLOUT, client.wants_write());
            watched.push((Source::Client(index), client.stream.as_fd(), events));
        }
        watched
    }

    /// Reads an output once, into the log and to whoever is attached; false when there was nothing.
    fn take_output(&mut self, process: usize, stream: OutputStream) -> io::Result<bool> {
        let Some(bytes) = self.processes[process].read(stream) else { return Ok(false) };
        if process == FIRST {
            self.log.append(stream, &bytes)?;
        }
        let reply = Reply::Output(stream, bytes);
        for client in self.clients.iter_mut().filter(|client| client.wants(process, stream)) {
            client.send(&reply);
        }
        Ok(true)
    }

    /// Notes that a process has exited, after the last of its output.
    fn note_exit(&mut self, process: usize) -> io::Result<()> {
        self.processes[process].reap();
        let Some(exit_code) = self.processes[process].exit_code else { return Ok(()) };
        for stream in [OutputStream::Stdout, OutputStream::Stderr] {
            while self.take_output(process, stream)? {}
        }
        self.processes[process].outputs.clear();
        if process != FIRST {
            if let Some(id) = self.processes[process].exec_id.take() {
                self.note_exec_end(&id, exit_code);
            }
            self.tell_exit(process, exit_code);
        }
        Ok(())
    }

    /// Tells who waits for a process how it ended.
    pub(super) fn tell_exit(&mut self, process: usize, exit_code: i32) {
        for client in self.clients.iter_mut().filter(|client| client.waits && client.process == process) {
            client.send(&Reply::Exited(exit_code));
        }
    }

    /// Whoever was told of an end is not told of the next one.
    pub(super) fn forget_the_told(&mut self, process: usize) {
        for client in self.clients.iter_mut().filter(|client| client.process == process) {
            client.attached = None;
            client.waits = false;
        }
    }

    fn forget_the_gone(&mut self) {
        let (gone, here): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.clients).into_iter().partition(|client| client.gone);
        self.clients = here;
        for client in gone {
            // `-i` without a terminal: the first client to leave takes standard input with it.
            if client.attached.is_some_and(|attached| attached.stdin) {
                self.close_input(client.process);
            }
        }
    }

    /// Gives the last words time to leave; a client that does not read loses them when we exit.
    pub(super) fn drain_clients(&mut self) {
        for client in &mut self.clients {
            if client.stream.set_nonblocking(false).is_ok() {
                let _ = client.stream.set_write_timeout(Some(std::time::Duration::from_secs(2)));
                client.flush();
            }
        }
    }
}
