//! The embedded resolver: names of containers on the networks of one of them, at 127.0.0.11 inside it.
//!
//! Who is where is read from the state root at each question: there is nothing to keep up to date. What is not ours is asked
//! of the host's resolvers, through sockets that were opened in the host's namespace.

mod forward;
mod message;

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};

use crate::engine::Paths;
use crate::engine::container::ContainerId;
use crate::engine::network::Neighbourhood;
use forward::Forwarder;
use message::{Answer, Kind, Question, Verdict};

/// Where a container finds it.
pub const RESOLVER: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::new(127, 0, 0, 11)), 53);

/// The longest question; answers from elsewhere may be as long as a datagram.
const LONGEST: usize = 65_536;
/// Past this many questions, connections get their turn.
const TURN: usize = 64;

/// What a resolver needs to know.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ResolverDuty {
    /// The state root.
    pub state_root: PathBuf,
    /// Whose resolver it is.
    pub container: ContainerId,
    /// Who knows the rest.
    pub upstream: Vec<SocketAddr>,
}

/// Answers one container's questions.
#[derive(Debug)]
pub struct Resolver {
    socket: UdpSocket,
    paths: Paths,
    container: ContainerId,
    forwarder: Forwarder,
}

impl Resolver {
    /// Takes over the sockets: the one inside the container, then those towards the host's resolvers.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidInput`] when the first is missing.
    pub fn new(duty: ResolverDuty, mut sockets: impl Iterator<Item = OwnedFd>) -> io::Result<Self> {
        let socket = UdpSocket::from(sockets.next().ok_or(io::ErrorKind::InvalidInput)?);
        Ok(Self {
            socket,
            paths: Paths::new(duty.state_root),
            container: duty.container,
            forwarder: Forwarder::new(duty.upstream, sockets.map(UdpSocket::from).collect()),
        })
    }

    /// Sockets that wake it.
    ///
    /// # Errors
    /// What duplicating a descriptor answers.
    pub fn watched(&self) -> io::Result<Vec<UdpSocket>> {
        std::iter::once(&self.socket).chain(self.forwarder.sockets()).map(UdpSocket::try_clone).collect()
    }

    /// Answers what was asked, brings back what others answered.
    pub fn turn(&mut self, now: Instant) {
        let mut bytes = vec![0; LONGEST];
        for _ in 0..TURN {
            let Ok((count, asker)) = self.socket.recv_from(&mut bytes) else { break };
            self.hear(&bytes[..count], asker, now);
        }
        for (asker, answer) in self.forwarder.collect() {
            let _ = self.socket.send_to(&answer, asker);
        }
    }

    /// How long until somebody has waited for too long.
    pub fn patience(&self) -> Option<Duration> {
        self.forwarder.patience(Instant::now())
    }

    /// Asks the next resolver, or gives up, where one has not answered in time.
    pub fn give_up_late(&mut self, now: Instant) {
        for (asker, answer) in self.forwarder.give_up_late(now) {
            let _ = self.socket.send_to(&answer, asker);
        }
    }

    fn hear(&mut self, bytes: &[u8], asker: SocketAddr, now: Instant) {
        let Some(question) = Question::read(bytes) else { return };
        match self.known(&question) {
            Some(answers) => {
                let _ = self.socket.send_to(&question.answer(Verdict::Found, &answers), asker);
            }
            None => {
                if let Some(refusal) = self.forwarder.ask(bytes, &question, asker, now) {
                    let _ = self.socket.send_to(&refusal, asker);
                }
            }
        }
    }

    /// What the networks know; `None` when the question is not about them. A name we know without an address of that kind
    /// has no answers, and is nobody else's business.
    fn known(&self, question: &Question) -> Option<Vec<Answer>> {
        let neighbourhood = || Neighbourhood::read(&self.paths, &self.container);
        match question.kind {
            Kind::Address | Kind::Address6 => {
                let addresses = neighbourhood().addresses(&question.name)?;
                let wanted = |address: &IpAddr| address.is_ipv4() == (question.kind == Kind::Address);
                Some(addresses.into_iter().filter(wanted).map(Answer::Address).collect())
            }
            Kind::Pointer => {
                let name = neighbourhood().name(message::pointed(&question.name)?)?;
                Some(vec![Answer::Name(name)])
            }
            Kind::Other => {
                // A container has no mail exchanger, and asking the world for one would tell it our names.
                neighbourhood().addresses(&question.name).map(|_| Vec::new())
            }
        }
    }
}
