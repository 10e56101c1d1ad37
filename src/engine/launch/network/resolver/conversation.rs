//! Questions over TCP: a client whose answer did not fit a datagram comes back with a connection (RFC 7766). Each message
//! has its length in front, in two bytes.

use std::collections::HashMap;
use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::fd::BorrowedFd;
use std::time::{Duration, Instant};

use rustix::event::epoll::{self, EventData, EventFlags};

/// How long nothing may happen on a connection.
const SILENCE: Duration = Duration::from_secs(10);
/// No more connections are open at a time: past it they are closed at once.
const MOST_OPEN: usize = 64;
/// No more questions of one connection wait for an answer: past it, the connection waits.
const MOST_WAITING: usize = 32;
/// Past this much that nobody takes, no question more is heard.
const MOST_UNSENT: usize = 128 * 1024;
/// Read at once.
const BITE: usize = 16 * 1024;

/// Connections of one container.
#[derive(Debug)]
pub struct Conversations {
    listener: TcpListener,
    open: HashMap<u64, Conversation>,
    last: u64,
}

#[derive(Debug)]
struct Conversation {
    socket: TcpStream,
    received: Vec<u8>,
    unsent: Vec<u8>,
    /// Questions without an answer yet.
    waiting: usize,
    /// The other end says no more.
    ended: bool,
    watched: EventFlags,
    until: Instant,
}

impl Conversations {
    /// Listens here.
    pub fn new(listener: TcpListener) -> Self {
        Self { listener, open: HashMap::new(), last: 0 }
    }

    /// What brings new ones.
    pub fn listener(&self) -> &TcpListener {
        &self.listener
    }

    /// Takes who has come; those past the limit see their connection close.
    pub fn accept(&mut self, epoll: BorrowedFd<'_>, now: Instant) {
        for _ in 0..MOST_OPEN {
            let Ok((socket, _)) = self.listener.accept() else { return };
            let watched = EventFlags::IN;
            self.last += 1;
            let known = self.open.len() < MOST_OPEN
                && socket.set_nonblocking(true).is_ok()
                && epoll::add(epoll, &socket, EventData::new_u64(0), watched).is_ok();
            if known {
                let conversation = Conversation {
                    socket,
                    received: Vec::new(),
                    unsent: Vec::new(),
                    waiting: 0,
                    ended: false,
                    watched,
                    until: now + SILENCE,
                };
                self.open.insert(self.last, conversation);
            }
        }
    }

    /// Reads what has come.
    pub fn read(&mut self, now: Instant) {
        self.open.retain(|_, conversation| conversation.read(now).is_ok());
    }

    /// Questions that may be heard now, each with the number of its connection.
    pub fn questions(&mut self) -> Vec<(u64, Vec<u8>)> {
        let of_one = |(number, conversation): (&u64, &mut Conversation)| {
            let questions: Vec<_> = std::iter::from_fn(|| conversation.next_question()).collect();
            questions.into_iter().map(|question| (*number, question)).collect::<Vec<_>>()
        };
        self.open.iter_mut().flat_map(of_one).collect()
    }

    /// Answers a question of this connection, if it is still there.
    pub fn answer(&mut self, number: u64, message: &[u8]) {
        let Some(conversation) = self.open.get_mut(&number) else { return };
        conversation.waiting = conversation.waiting.saturating_sub(1);
        if let Ok(length) = u16::try_from(message.len()) {
            conversation.unsent.extend_from_slice(&length.to_be_bytes());
            conversation.unsent.extend_from_slice(message);
        }
    }

    /// What came was no question: there is nothing to say, and nothing more to hear.
    pub fn refuse(&mut self, number: u64) {
        self.open.remove(&number);
    }

    /// Sends what can be sent; forgets who has gone, or has been silent for too long.
    pub fn send(&mut self, epoll: BorrowedFd<'_>, now: Instant) {
        self.open.retain(|_, conversation| conversation.send(epoll, now).is_ok());
    }

    /// How long until one has been silent for too long.
    pub fn patience(&self, now: Instant) -> Option<Duration> {
        self.open.values().map(|one| one.until.saturating_duration_since(now)).min()
    }
}

impl Conversation {
    /// Whether another question may be heard now.
    fn hears(&self) -> bool {
        self.waiting < MOST_WAITING && self.unsent.len() < MOST_UNSENT
    }

    fn read(&mut self, now: Instant) -> io::Result<()> {
        if self.ended || !self.hears() {
            return Ok(());
        }
        let mut bytes = [0; BITE];
        match self.socket.read(&mut bytes) {
            Ok(0) => self.ended = true,
            Ok(count) => {
                self.received.extend_from_slice(&bytes[..count]);
                self.until = now + SILENCE;
            }
            Err(error) if is_for_later(&error) => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }

    fn next_question(&mut self) -> Option<Vec<u8>> {
        let length = usize::from(u16::from_be_bytes(*self.received.first_chunk()?));
        if !self.hears() || self.received.len() < 2 + length {
            return None;
        }
        let question = self.received[2..2 + length].to_vec();
        self.received.drain(..2 + length);
        self.waiting += 1;
        Some(question)
    }

    fn send(&mut self, epoll: BorrowedFd<'_>, now: Instant) -> io::Result<()> {
        while !self.unsent.is_empty() {
            match self.socket.write(&self.unsent) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(count) => {
                    self.unsent.drain(..count);
                    self.until = now + SILENCE;
                }
                Err(error) if is_for_later(&error) => break,
                Err(error) => return Err(error),
            }
        }
        let done = self.ended && self.waiting == 0 && self.unsent.is_empty();
        if done || self.until <= now {
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        let mut wanted = EventFlags::empty();
        wanted.set(EventFlags::IN, !self.ended && self.hears());
        wanted.set(EventFlags::OUT, !self.unsent.is_empty());
        if wanted != self.watched {
            epoll::modify(epoll, &self.socket, EventData::new_u64(0), wanted)?;
            self.watched = wanted;
        }
        Ok(())
    }
}

/// Nothing is wrong: there is only nothing to do at this moment.
pub fn is_for_later(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted | io::ErrorKind::NotConnected)
}
