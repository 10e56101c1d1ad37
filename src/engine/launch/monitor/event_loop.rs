//! The monitor's life: waits for the processes' output and end, for clients and their words, with one `poll(2)`
//! and no clock.

use std::fs;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::{UnixListener, UnixStream};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use super::client::Client;
use super::log::LogWriter;
use super::process::Process;
use crate::engine::Engine;
use crate::engine::container::{AttachRequest, ContainerState, ContainerStatus, OutputStream, state_file};
use crate::engine::launch::protocol::{Inbox, Reply, Request};
use crate::engine::launch::spawn::{self, StartedProcess};
use crate::engine::launch::{LaunchPlan, ProcessPlan};

/// Index of the first process in the table.
const FIRST: usize = 0;

struct Monitor<'a> {
    plan: &'a LaunchPlan,
    listener: UnixListener,
    log: LogWriter,
    /// Never shrinks: clients name processes by their place.
    processes: Vec<Process>,
    clients: Vec<Client>,
}

/// What a descriptor that became ready stands for.
#[derive(Clone, Copy)]
enum Source {
    Listener,
    Exit(usize),
    Output(usize, OutputStream),
    Input(usize),
    Client(usize),
}

/// Serves a container until its first process has exited, then writes down how it ended.
///
/// # Errors
/// What the state root or the sockets answer.
pub fn run(
    engine: &Engine,
    plan: &LaunchPlan,
    started: StartedProcess,
    state: ContainerState,
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
    let log = LogWriter::open(&directory.join(state_file::LOG), engine.clock)?;
    let started_at = match &state.status {
        ContainerStatus::Running { started_at, .. } => *started_at,
        ContainerStatus::Created { .. } | ContainerStatus::Exited { .. } => engine.clock.now(),
    };
    state_file::write(engine.paths(), &plan.id, &state).map_err(io::Error::other)?;

    let mut starter = Client::new(connection, inbox)?;
    starter.attached = attach;
    starter.waits = attach.is_some();
    starter.send(&Reply::Started);
    let mut monitor = Monitor { plan, listener, log, processes: vec![Process::new(started)?], clients: vec![starter] };
    monitor.hear(0);
    while !monitor.is_over() {
        monitor.turn()?;
    }
    let exit_code = monitor.finish()?;

    let status = ContainerStatus::Exited {
        exit_code,
        started_at,
        finished_at: engine.clock.now(),
        oom_killed: false,
        error: String::new(),
    };
    let restart_count = state.restart_count;
    fs::remove_file(state_file::SOCKET)?;
    state_file::write(engine.paths(), &plan.id, &ContainerState { status, monitor: None, restart_count })
        .map_err(io::Error::other)?;
    nix::unistd::chdir("/")?;
    if plan.auto_remove {
        let _ = engine.remove_stopped(&plan.id);
    }
    monitor.tell_exit(FIRST, exit_code);
    monitor.drain_clients();
    Ok(())
}

impl Monitor<'_> {
    fn is_over(&self) -> bool {
        self.processes[FIRST].exit_code.is_some()
    }

    /// Waits for something to happen and deals with all that happened.
    fn turn(&mut self) -> io::Result<()> {
        for (source, events) in self.wait()? {
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
        Ok(())
    }

    fn wait(&self) -> io::Result<Vec<(Source, PollFlags)>> {
        let (sources, mut watched): (Vec<Source>, Vec<PollFd<'_>>) = self
            .watched()
            .into_iter()
            .map(|(source, descriptor, events)| (source, PollFd::new(descriptor, events)))
            .unzip();
        while let Err(error) = poll(&mut watched, PollTimeout::NONE) {
            if error != nix::Error::EINTR {
                return Err(error.into());
            }
        }
        let happened = |watched: &PollFd<'_>| watched.revents().filter(|events| !events.is_empty());
        Ok(sources.into_iter().zip(&watched).filter_map(|(source, fd)| Some((source, happened(fd)?))).collect())
    }

    /// All that is worth waking up for.
    fn watched(&self) -> Vec<(Source, BorrowedFd<'_>, PollFlags)> {
        let mut watched = vec![(Source::Listener, self.listener.as_fd(), PollFlags::POLLIN)];
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
        if process != FIRST {
            self.tell_exit(process, exit_code);
            self.processes[process].outputs.clear();
        }
        Ok(())
    }

    fn finish(&mut self) -> io::Result<i32> {
        self.log.finish()?;
        Ok(self.processes[FIRST].exit_code.unwrap_or_default())
    }

    fn tell_exit(&mut self, process: usize, exit_code: i32) {
        for client in self.clients.iter_mut().filter(|client| client.waits && client.process == process) {
            client.send(&Reply::Exited(exit_code));
        }
    }

    /// Requests of a client that came before it was watched.
    fn hear(&mut self, client: usize) {
        let requests = self.clients[client].pending_requests();
        self.obey(client, requests);
    }

    fn obey(&mut self, client: usize, requests: Vec<Request>) {
        for request in requests {
            let about = self.clients[client].process;
            match request {
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
                Request::Exec(process, attach) => self.exec(client, &process, attach),
                // Only the first message of all may be a launch.
                Request::Launch(..) => self.clients[client].gone = true,
            }
        }
    }

    fn close_input(&mut self, process: usize) {
        // A terminal has no end of file of its own: the learner types Ctrl-D.
        let once = process != FIRST || self.plan.stdin_once;
        if once && !self.processes[process].terminal {
            self.processes[process].input.close();
        }
    }

    fn exec(&mut self, client: usize, plan: &ProcessPlan, attach: Option<AttachRequest>) {
        let started = spawn::start_joined(plan, &self.processes[FIRST].pidfd).and_then(|started| {
            Process::new(started).map_err(|error| super::super::LaunchError::step("take over the streams", error))
        });
        match started {
            Ok(process) => {
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
    fn drain_clients(&mut self) {
        for client in &mut self.clients {
            if client.stream.set_nonblocking(false).is_ok() {
                let _ = client.stream.set_write_timeout(Some(std::time::Duration::from_secs(2)));
                client.flush();
            }
        }
    }
}
