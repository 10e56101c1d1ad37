//! The monitor of a container: a process of ours, one per running container. It is the parent of the container's
//! first process, holds its streams, writes its log and its state, and serves whoever attaches.
//!
//! It is started by whoever starts the container and outlives it: nothing happens to a container when the
//! program that started it is killed.

mod client;
mod ending;
mod event_loop;
mod health;
mod input;
mod log;
mod memory;
mod process;
mod requests;

pub use log::{LogPlan, numbered};

use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitCode, Stdio};

use nix::sched::CloneFlags;

use super::network::Wiring;
use super::program::make_read_only;
use super::protocol::{Inbox, Reply, Request};
use super::spawn::{self, StartedProcess};
use super::syscall::{self, Fork, fork_into};
use super::{LaunchError, LaunchPlan, Namespace};
use crate::engine::container::{AttachRequest, ContainerState, ContainerStatus, ProcessIdentity, state_file};
use crate::engine::registry::RegistryOptions;
use crate::engine::{Clock, Engine, EngineError, EngineOptions};

/// The name this program is executed under to become a monitor.
pub const NAME: &str = "moussaillon-monitor";

/// A monitor that has just been started, from the client's side.
#[derive(Debug)]
pub struct StartedMonitor {
    /// Where we talk to it.
    pub connection: UnixStream,
    /// The short-lived parent of the monitor: to be waited for.
    pub parent: Child,
}

/// Starts a monitor and hands it the plan. The answer ([`Reply::Started`] or [`Reply::Failed`]) is still to be read.
///
/// # Errors
/// [`EngineError::Io`] when our own program cannot be executed.
pub fn start_monitor(plan: LaunchPlan, attach: Option<AttachRequest>) -> Result<StartedMonitor, EngineError> {
    let program = plan.program.clone();
    let failed = |error| EngineError::io(&program, error);
    let (connection, theirs) = UnixStream::pair().map_err(failed)?;
    make_read_only(&program).map_err(failed)?;
    let parent = Command::new(&program)
        .arg0(NAME)
        .stdin(Stdio::from(OwnedFd::from(theirs)))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .env_clear()
        .current_dir("/")
        .spawn()
        .map_err(failed)?;
    io::Write::write_all(&mut &connection, &Request::Launch(Box::new(plan), attach).encode()).map_err(failed)?;
    Ok(StartedMonitor { connection, parent })
}

/// What this program does when executed under [`NAME`].
pub fn run() -> ExitCode {
    match monitor() {
        Ok(()) => ExitCode::SUCCESS,
        // Nobody listens any more: the state on disk says what became of the container.
        Err(_) => ExitCode::FAILURE,
    }
}

fn monitor() -> io::Result<()> {
    syscall::close_on_exec_from_three()?;
    let connection = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
    let null = std::fs::File::open("/dev/null")?;
    nix::unistd::dup2_stdin(&null)?;
    nix::unistd::setsid()?;
    // Leaving the parent at once: nobody has to wait for a monitor, and it never becomes anybody's zombie.
    if let Fork::Parent { .. } = fork_into(CloneFlags::empty(), None)? {
        return Ok(());
    }
    let mut inbox = Inbox::default();
    let Some(Request::Launch(plan, attach)) = read_request(&connection, &mut inbox)? else {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "the first message must be a launch"));
    };
    let engine = open_engine(&plan)?;
    if plan.isolation.pid != Namespace::Own {
        // Orphans of the container fall to us, who end them with it.
        nix::sys::prctl::set_child_subreaper(true)?;
    }
    match start(&engine, &plan) {
        Ok(started) => {
            let record = engine.container(&plan.id).map_err(io::Error::other)?;
            event_loop::run(&engine, &plan, started, &record, connection, inbox, attach)
        }
        Err(error) => {
            let status = ContainerStatus::Created { exit_code: error.exit_code(), error: error.to_string() };
            let state = ContainerState { status, ..ContainerState::created() };
            state_file::write(engine.paths(), &plan.id, &state).map_err(io::Error::other)?;
            io::Write::write_all(&mut &connection, &Reply::Failed(error).encode())
        }
    }
}

/// Connects the container, then starts its first process.
fn start(engine: &Engine, plan: &LaunchPlan) -> Result<(StartedProcess, Wiring), LaunchError> {
    let mut wiring = Wiring::lay(plan)?;
    let started = spawn::start_first(plan, wiring.container())?;
    wiring.start_porter(plan)?;
    if wiring.is_connected() {
        let me = ProcessIdentity::ourselves().map_err(|error| LaunchError::step("look at ourselves", error))?;
        engine
            .hold_network(&plan.id, &me, wiring.published())
            .map_err(|error| LaunchError::step("write the networks down", error))?;
    }
    Ok((started, wiring))
}

fn open_engine(plan: &LaunchPlan) -> io::Result<Engine> {
    Engine::open(EngineOptions {
        root: plan.state_root.clone(),
        program: plan.program.clone(),
        clock: Clock::System,
        tier: plan.tier,
        cgroups: plan.cgroups.clone(),
        // A monitor pulls nothing.
        guest_applets: &[],
        registry: RegistryOptions::offline(),
    })
    .map_err(io::Error::other)
}

fn read_request(mut connection: &UnixStream, inbox: &mut Inbox) -> io::Result<Option<Request>> {
    let mut buffer = [0; 16 * 1024];
    loop {
        if let Some(request) = inbox.next_request()? {
            return Ok(Some(request));
        }
        match io::Read::read(&mut connection, &mut buffer)? {
            0 => return Ok(None),
            count => inbox.extend(&buffer[..count]),
        }
    }
}
