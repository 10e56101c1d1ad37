//! The porter's life: one `epoll(7)` over ports, connections, callers, and questions about names.

use std::collections::{HashMap, VecDeque};
use std::io;
use std::net::SocketAddr;
use std::os::fd::{AsFd, OwnedFd};
use std::time::Instant;

use rustix::event::Timespec;
use rustix::event::epoll::{self, CreateFlags, EventData, EventFlags};
use rustix::io::Errno;
use rustix::net::{SocketFlags, accept_with};

use super::Duty;
use super::datagram::{DatagramPort, SILENCE};
use super::stream::{Next, Pipes, Stream};
use crate::engine::launch::network::plan::Protocol;
use crate::engine::launch::network::resolver::Resolver;

/// Events taken at once.
const AT_ONCE: usize = 256;
/// Connections taken at once from one port.
const TURN: usize = 64;

/// What a token stands for.
#[derive(Debug, Clone, Copy)]
enum Source {
    Monitor,
    Port(usize),
    Datagrams(usize),
    /// The container answers a caller of this UDP port.
    Answer(usize),
    Stream,
    Resolver,
}

/// All that is carried.
pub struct Carrier {
    epoll: OwnedFd,
    link: OwnedFd,
    ports: Vec<(OwnedFd, SocketAddr)>,
    datagrams: Vec<DatagramPort>,
    streams: HashMap<u64, Stream>,
    /// Both ends of a stream wake it: the second end's token leads to the first's.
    second_ends: HashMap<u64, u64>,
    busy: VecDeque<u64>,
    pipes: Pipes,
    resolver: Option<Resolver>,
    sources: HashMap<u64, Source>,
    next_token: u64,
    /// Ports that wait for a descriptor to become free.
    paused: Vec<usize>,
}

impl Carrier {
    /// Takes up a duty.
    ///
    /// # Errors
    /// What `epoll(7)` answers.
    pub fn new(link: OwnedFd, duty: Duty, descriptors: Vec<OwnedFd>) -> io::Result<Self> {
        let mut carrier = Self {
            epoll: epoll::create(CreateFlags::CLOEXEC)?,
            link,
            ports: Vec::new(),
            datagrams: Vec::new(),
            streams: HashMap::new(),
            second_ends: HashMap::new(),
            busy: VecDeque::new(),
            pipes: Pipes::default(),
            resolver: None,
            sources: HashMap::new(),
            next_token: 0,
            paused: Vec::new(),
        };
        let token = carrier.token(Source::Monitor);
        carrier.watch(&carrier.link, token, EventFlags::IN)?;
        let mut descriptors = descriptors.into_iter();
        for ((protocol, target), socket) in duty.ports.iter().zip(descriptors.by_ref()) {
            match protocol {
                Protocol::Tcp => {
                    let token = carrier.token(Source::Port(carrier.ports.len()));
                    carrier.watch(&socket, token, EventFlags::IN)?;
                    carrier.ports.push((socket, *target));
                }
                Protocol::Udp => {
                    let token = carrier.token(Source::Datagrams(carrier.datagrams.len()));
                    carrier.watch(&socket, token, EventFlags::IN)?;
                    carrier.datagrams.push(DatagramPort::new(socket, *target));
                }
            }
        }
        if let Some(duty) = duty.resolver {
            let resolver = Resolver::new(duty, descriptors)?;
            let token = carrier.token(Source::Resolver);
            carrier.watch(&resolver.watched(), token, EventFlags::IN)?;
            carrier.resolver = Some(resolver);
        }
        Ok(carrier)
    }

    /// Works until the monitor is gone.
    ///
    /// # Errors
    /// What `epoll(7)` answers.
    pub fn run(mut self) -> io::Result<()> {
        let mut events = Vec::with_capacity(AT_ONCE);
        loop {
            events.clear();
            let timeout = self.timeout();
            match epoll::wait(&self.epoll, rustix::buffer::spare_capacity(&mut events), timeout.as_ref()) {
                Ok(_) | Err(Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
            for event in &events {
                let token = event.data.u64();
                match self.sources.get(&token) {
                    // It says nothing: what can be read is its end.
                    Some(Source::Monitor) => return Ok(()),
                    Some(Source::Port(port)) => self.accept(*port),
                    Some(Source::Datagrams(port)) => self.receive(*port),
                    Some(Source::Answer(port)) => {
                        self.datagrams[*port].answer(token);
                    }
                    Some(Source::Stream) => self.turn(token),
                    Some(Source::Resolver) => self.resolve(),
                    None => {}
                }
            }
            for _ in 0..self.busy.len() {
                if let Some(token) = self.busy.pop_front() {
                    self.turn(token);
                }
            }
            if self.datagrams.iter().any(DatagramPort::has_callers) {
                self.forget_silent();
            }
            if let Some(resolver) = &mut self.resolver {
                resolver.give_up_late(Instant::now());
            }
        }
    }

    /// How long to wait: not at all while a connection has more to carry; until somebody has been silent for too long.
    fn timeout(&self) -> Option<Timespec> {
        if !self.busy.is_empty() {
            return Some(Timespec { tv_sec: 0, tv_nsec: 0 });
        }
        let waits = self.resolver.as_ref().and_then(Resolver::patience);
        let silence = self.datagrams.iter().any(DatagramPort::has_callers).then_some(SILENCE);
        let shortest = waits.into_iter().chain(silence).min()?;
        Timespec::try_from(shortest).ok()
    }

    fn token(&mut self, source: Source) -> u64 {
        self.next_token += 1;
        self.sources.insert(self.next_token, source);
        self.next_token
    }

    fn watch(&self, descriptor: &impl AsFd, token: u64, flags: EventFlags) -> Result<(), Errno> {
        epoll::add(&self.epoll, descriptor, EventData::new_u64(token), flags)
    }

    fn accept(&mut self, port: usize) {
        for _ in 0..TURN {
            let (socket, target) = &self.ports[port];
            match accept_with(socket, SocketFlags::CLOEXEC | SocketFlags::NONBLOCK) {
                Ok(caller) => {
                    // A caller we cannot serve sees its connection close.
                    if let Ok(stream) = Stream::new(caller, target) {
                        self.adopt(stream);
                    }
                }
                Err(Errno::INTR | Errno::CONNABORTED) => {}
                Err(Errno::MFILE | Errno::NFILE | Errno::NOBUFS | Errno::NOMEM) => {
                    // Waking again and again for a caller we cannot take helps nobody: until a connection ends.
                    if !self.streams.is_empty() {
                        let _ = epoll::delete(&self.epoll, socket);
                        self.paused.push(port);
                    }
                    return;
                }
                Err(_) => return,
            }
        }
    }

    fn adopt(&mut self, stream: Stream) {
        let (first, second) = (self.token(Source::Stream), self.token(Source::Stream));
        let flags = EventFlags::IN | EventFlags::OUT | EventFlags::RDHUP | EventFlags::ET;
        let [caller, container] = stream.ends();
        let watched = self.watch(caller, first, flags).and_then(|()| self.watch(container, second, flags));
        if watched.is_err() {
            self.sources.remove(&first);
            self.sources.remove(&second);
            return;
        }
        self.second_ends.insert(second, first);
        self.streams.insert(first, stream);
    }

    fn turn(&mut self, token: u64) {
        let first = self.second_ends.get(&token).copied().unwrap_or(token);
        let Some(stream) = self.streams.get_mut(&first) else { return };
        match stream.turn(&mut self.pipes) {
            Next::Wait => {}
            Next::Again if self.busy.contains(&first) => {}
            Next::Again => self.busy.push_back(first),
            Next::End => self.forget(first),
        }
    }

    fn forget(&mut self, first: u64) {
        self.streams.remove(&first);
        self.sources.remove(&first);
        // Tokens of a stream are neighbours.
        let second = first + 1;
        self.second_ends.remove(&second);
        self.sources.remove(&second);
        for port in std::mem::take(&mut self.paused) {
            let token = self.token(Source::Port(port));
            let _ = self.watch(&self.ports[port].0, token, EventFlags::IN);
        }
    }

    fn receive(&mut self, port: usize) {
        let (epoll, sources, next) = (&self.epoll, &mut self.sources, &mut self.next_token);
        self.datagrams[port].receive(|socket| {
            *next += 1;
            epoll::add(epoll, socket, EventData::new_u64(*next), EventFlags::IN)?;
            sources.insert(*next, Source::Answer(port));
            Ok(*next)
        });
    }

    fn forget_silent(&mut self) {
        let now = Instant::now();
        for (number, port) in self.datagrams.iter_mut().enumerate() {
            for token in port.forget_silent(now) {
                debug_assert!(matches!(self.sources.get(&token), Some(Source::Answer(of)) if *of == number));
                self.sources.remove(&token);
            }
        }
    }

    fn resolve(&mut self) {
        if let Some(resolver) = &mut self.resolver {
            resolver.turn(Instant::now());
        }
    }
}
