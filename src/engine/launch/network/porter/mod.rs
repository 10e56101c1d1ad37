//! The *porter*: a process of ours beside a container that publishes ports or resolves names. It carries connections and
//! datagrams from the host's ports to the container's, and answers the container's questions about names.
//!
//! It stands in the switch, so that the container sees its callers come from the gateway. What listens on the host was
//! opened before, by the monitor, and is handed over. It ends with the monitor: their connection closes.

mod carry;
mod datagram;
mod hand_over;
mod stream;

use std::io;
use std::net::SocketAddr;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use rustix::net::{AddressFamily, SocketFlags, SocketType, socketpair};
use serde::{Deserialize, Serialize};

use super::plan::{Protocol, ResolverPlan};
use super::ports::{OpenPort, listener, question_socket, stream_socket};
use super::resolver::{RESOLVER, ResolverDuty};
use crate::engine::launch::{LaunchPlan, syscall};

/// The name this program is executed under to become a porter.
pub const NAME: &str = "moussaillon-porter";

/// How many long answers of the host's resolvers can be on their way at a time, of each family.
const LONG_ANSWERS: usize = 4;

/// The monitor's side: what the porter is to hold, and the porter once it is started.
#[derive(Debug, Default)]
pub struct Porter {
    questions: Vec<OwnedFd>,
    /// Those for datagrams and for connections.
    answers: Option<[OwnedFd; 2]>,
    started: Option<Started>,
}

#[derive(Debug)]
struct Started {
    link: OwnedFd,
    process: Child,
    since: Instant,
}

/// What a porter does. The descriptors come beside it, in this order: one per port; the resolver's two sockets in the
/// container; those that ask the host's resolvers.
#[derive(Debug, Serialize, Deserialize)]
struct Duty {
    ports: Vec<(Protocol, SocketAddr)>,
    resolver: Option<ResolverDuty>,
}

impl Porter {
    /// Opens, in the host's namespace, the sockets that ask its resolvers.
    ///
    /// # Errors
    /// What `socket(2)` answers.
    pub fn prepare_questions(&mut self) -> io::Result<()> {
        self.questions.push(question_socket(false)?);
        // A kernel without IPv6 asks nobody by it.
        self.questions.extend(question_socket(true));
        for v6 in [false, true] {
            self.questions.extend((0..LONG_ANSWERS).filter_map(|_| stream_socket(v6).ok()));
        }
        Ok(())
    }

    /// Opens the resolver's sockets in the container's namespace, where we stand.
    ///
    /// # Errors
    /// What `bind(2)` answers.
    pub fn listen_inside(&mut self) -> io::Result<()> {
        self.answers = Some([listener(Protocol::Udp, RESOLVER)?, listener(Protocol::Tcp, RESOLVER)?]);
        Ok(())
    }

    /// Starts the process and hands everything over.
    ///
    /// # Errors
    /// What starting it answers.
    pub fn start(&mut self, plan: &LaunchPlan, open: &[OpenPort], resolver: Option<&ResolverPlan>) -> io::Result<()> {
        let (link, theirs) = socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, SocketFlags::CLOEXEC, None)?;
        let process = Command::new(&plan.program)
            .arg0(NAME)
            .stdin(Stdio::from(theirs))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .env_clear()
            .current_dir("/")
            .spawn()?;
        let mut descriptors: Vec<BorrowedFd<'_>> = open.iter().map(OpenPort::descriptor).collect();
        let resolver = self.answers.as_ref().zip(resolver).map(|(answers, resolver)| {
            descriptors.extend(answers.iter().map(AsFd::as_fd));
            descriptors.extend(self.questions.iter().map(AsFd::as_fd));
            ResolverDuty {
                state_root: plan.state_root.clone(),
                container: plan.id.clone(),
                upstream: resolver.upstream.clone(),
            }
        });
        let ports = open.iter().map(|port| (port.published.protocol, port.target)).collect();
        hand_over::send(&link, &Duty { ports, resolver }, &descriptors)?;
        self.started = Some(Started { link, process, since: Instant::now() });
        Ok(())
    }

    /// What wakes who waits for its death: it says nothing while it lives.
    pub fn link(&self) -> Option<BorrowedFd<'_>> {
        self.started.as_ref().map(|started| started.link.as_fd())
    }

    /// How long it lived, once it is dead.
    pub fn lifetime(&mut self) -> Option<Duration> {
        let started = self.started.as_mut()?;
        started.process.try_wait().ok()??;
        Some(started.since.elapsed())
    }

    /// Ends the process and waits until it is gone, and its sockets with it.
    pub fn dismiss(&mut self) {
        if let Some(Started { link, mut process, .. }) = self.started.take() {
            drop(link);
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}

/// What this program does when executed under [`NAME`].
pub fn run() -> ExitCode {
    match serve() {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn serve() -> io::Result<()> {
    syscall::close_on_exec_from_three()?;
    let link = io::stdin().as_fd().try_clone_to_owned()?;
    let (duty, descriptors) = hand_over::receive::<Duty>(&link)?;
    allow_many_descriptors();
    carry::Carrier::new(link, duty, descriptors)?.run()
}

/// Thousands of connections need thousands of descriptors; what is allowed at most is taken.
fn allow_many_descriptors() {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    let _ = setrlimit(Resource::Nofile, limit);
}
