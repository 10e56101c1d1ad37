//! The embedded resolver: names of containers on the networks of one of them, at 127.0.0.11 inside it, over UDP and TCP.
//!
//! Who is where is read from the state root at each question: there is nothing to keep up to date. What is not ours is asked
//! of the host's resolvers, through sockets that were opened in the host's namespace.

mod conversation;
mod forward;
mod message;
mod stream;

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use rustix::event::Timespec;
use rustix::event::epoll::{self, CreateFlags, EventData, EventFlags};
use rustix::net::SocketType;
use rustix::net::sockopt::socket_type;
use serde::{Deserialize, Serialize};

use crate::engine::Paths;
use crate::engine::container::ContainerId;
use crate::engine::network::Neighbourhood;
use conversation::Conversations;
use forward::{Asker, Forwarder};
use message::{Answer, Kind, Question};
use stream::Streams;

/// Where a container finds it.
pub const RESOLVER: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::new(127, 0, 0, 11)), 53);

/// The longest question; answers from elsewhere may be as long as a datagram.
const LONGEST: usize = 65_536;
/// The longest message of a connection: its length stands in two bytes.
const LONGEST_STREAMED: usize = 65_535;
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
    /// Everything below that wakes it.
    epoll: OwnedFd,
    socket: UdpSocket,
    conversations: Conversations,
    paths: Paths,
    container: ContainerId,
    forwarder: Forwarder,
}

impl Resolver {
    /// Takes over the sockets: the two inside the container, for datagrams and for connections, then those towards the
    /// host's resolvers.
    ///
    /// # Errors
    /// [`io::ErrorKind::InvalidInput`] when one of the first two is missing; what `epoll(7)` answers.
    pub fn new(duty: ResolverDuty, mut sockets: impl Iterator<Item = OwnedFd>) -> io::Result<Self> {
        let mut next = || sockets.next().ok_or(io::ErrorKind::InvalidInput);
        let (socket, listener) = (UdpSocket::from(next()?), TcpListener::from(next()?));
        let (mut datagrams, mut streams) = (Vec::new(), Vec::new());
        for socket in sockets {
            match socket_type(&socket)? {
                SocketType::STREAM => streams.push(TcpStream::from(socket)),
                _ => datagrams.push(UdpSocket::from(socket)),
            }
        }
        let resolver = Self {
            epoll: epoll::create(CreateFlags::CLOEXEC)?,
            socket,
            conversations: Conversations::new(listener),
            paths: Paths::new(duty.state_root),
            container: duty.container,
            forwarder: Forwarder::new(duty.upstream, datagrams, Streams::new(streams)),
        };
        resolver.watch(&resolver.socket, EventFlags::IN)?;
        resolver.watch(resolver.conversations.listener(), EventFlags::IN)?;
        for socket in resolver.forwarder.sockets() {
            resolver.watch(socket, EventFlags::IN)?;
        }
        for socket in resolver.forwarder.streams().sockets() {
            // Without a connection they have something to say all the time: only news is wanted.
            resolver.watch(socket, EventFlags::IN | EventFlags::OUT | EventFlags::RDHUP | EventFlags::ET)?;
        }
        Ok(resolver)
    }

    fn watch(&self, socket: &impl AsFd, flags: EventFlags) -> io::Result<()> {
        Ok(epoll::add(&self.epoll, socket, EventData::new_u64(0), flags)?)
    }

    /// What wakes it.
    pub fn watched(&self) -> BorrowedFd<'_> {
        self.epoll.as_fd()
    }

    /// Answers what was asked, brings back what others answered.
    pub fn turn(&mut self, now: Instant) {
        self.take_news();
        let mut bytes = vec![0; LONGEST];
        for _ in 0..TURN {
            let Ok((count, asker)) = self.socket.recv_from(&mut bytes) else { break };
            self.hear(&bytes[..count], Asker::Datagram(asker), now);
        }
        for (asker, answer) in self.forwarder.collect(now) {
            self.answer(asker, &answer);
        }
        self.conversations.accept(self.epoll.as_fd(), now);
        self.conversations.read(now);
        self.converse(now);
    }

    /// Hears all that has been read: who has had an answer may ask again.
    fn converse(&mut self, now: Instant) {
        loop {
            let questions = self.conversations.questions();
            if questions.is_empty() {
                break;
            }
            for (number, bytes) in questions {
                self.hear(&bytes, Asker::Conversation(number), now);
            }
        }
        self.conversations.send(self.epoll.as_fd(), now);
    }

    /// Each is told once: everything is looked at in any case.
    fn take_news(&self) {
        let mut events = Vec::with_capacity(TURN);
        let at_once = Timespec { tv_sec: 0, tv_nsec: 0 };
        let _ = epoll::wait(&self.epoll, rustix::buffer::spare_capacity(&mut events), Some(&at_once));
    }

    /// How long until somebody has waited for too long.
    pub fn patience(&self) -> Option<Duration> {
        let now = Instant::now();
        self.forwarder.patience(now).into_iter().chain(self.conversations.patience(now)).min()
    }

    /// Asks the next resolver, or gives up, where one has not answered in time; ends connections nobody uses.
    pub fn give_up_late(&mut self, now: Instant) {
        for (asker, answer) in self.forwarder.give_up_late(now) {
            self.answer(asker, &answer);
        }
        self.converse(now);
    }

    fn hear(&mut self, bytes: &[u8], asker: Asker, now: Instant) {
        let Some(question) = Question::read(bytes) else {
            if let Asker::Conversation(number) = asker {
                self.conversations.refuse(number);
            }
            return;
        };
        let room = match asker {
            Asker::Datagram(_) => question.datagram,
            Asker::Conversation(_) => LONGEST_STREAMED,
        };
        let answer = match self.known(&question) {
            Some(answers) => Some(question.answer_within(room, &answers)),
            None => self.forwarder.ask(bytes, &question, asker, now),
        };
        if let Some(answer) = answer {
            self.answer(asker, &answer);
        }
    }

    fn answer(&mut self, asker: Asker, answer: &[u8]) {
        match asker {
            Asker::Datagram(asker) => drop(self.socket.send_to(answer, asker)),
            Asker::Conversation(number) => self.conversations.answer(number, answer),
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

#[cfg(test)]
mod tests;
