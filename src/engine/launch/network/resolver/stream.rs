//! Answers of the host's resolvers that do not fit a datagram, asked for again over TCP. Nobody can open a socket in the
//! host's namespace from here, so a few were opened before; a connection that is undone leaves its socket for the next one.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};

use rustix::io::Errno;
use rustix::net::{connect, connect_unspec};

use super::conversation::is_for_later;

/// The sockets, each alone with one question.
#[derive(Debug)]
pub struct Streams {
    sockets: Vec<(TcpStream, Option<Exchange>)>,
}

#[derive(Debug)]
struct Exchange {
    number: u16,
    unsent: Vec<u8>,
    received: Vec<u8>,
}

impl Streams {
    /// Through these sockets. Another porter may have used them before.
    pub fn new(sockets: Vec<TcpStream>) -> Self {
        let free = |socket: TcpStream| {
            let _ = connect_unspec(&socket);
            (socket, None)
        };
        Self { sockets: sockets.into_iter().map(free).collect() }
    }

    /// What answers come to.
    pub fn sockets(&self) -> impl Iterator<Item = &TcpStream> {
        self.sockets.iter().map(|(socket, _)| socket)
    }

    /// Asks a resolver; not when every socket is busy.
    pub fn begin(&mut self, number: u16, resolver: SocketAddr, question: &[u8]) -> bool {
        let fits = |socket: &TcpStream| socket.local_addr().is_ok_and(|local| local.is_ipv4() == resolver.is_ipv4());
        let free = self.sockets.iter_mut().find(|(socket, exchange)| exchange.is_none() && fits(socket));
        let (Some((socket, exchange)), Ok(length)) = (free, u16::try_from(question.len())) else { return false };
        if !matches!(connect(&*socket, &resolver), Ok(()) | Err(Errno::INPROGRESS)) {
            let _ = connect_unspec(&*socket);
            return false;
        }
        let mut unsent = length.to_be_bytes().to_vec();
        unsent.extend_from_slice(question);
        *exchange = Some(Exchange { number, unsent, received: Vec::new() });
        true
    }

    /// What has come of it, by number: an answer, or nothing where the connection failed.
    pub fn collect(&mut self) -> Vec<(u16, Option<Vec<u8>>)> {
        let mut ended = Vec::new();
        for (socket, place) in &mut self.sockets {
            let Some(exchange) = place else { continue };
            let answer = match exchange.carry(socket) {
                Ok(None) => continue,
                Ok(answer) => answer,
                Err(_) => None,
            };
            ended.push((exchange.number, answer));
            *place = None;
            let _ = connect_unspec(&*socket);
        }
        ended
    }

    /// Asks no more.
    pub fn give_up(&mut self, number: u16) {
        for (socket, place) in &mut self.sockets {
            if place.as_ref().is_some_and(|exchange| exchange.number == number) {
                *place = None;
                let _ = connect_unspec(&*socket);
            }
        }
    }
}

impl Exchange {
    /// Sends and receives what it can; the answer once it is whole.
    fn carry(&mut self, mut socket: &TcpStream) -> io::Result<Option<Vec<u8>>> {
        while !self.unsent.is_empty() {
            match socket.write(&self.unsent) {
                Ok(count) => drop(self.unsent.drain(..count)),
                Err(error) if is_for_later(&error) => return Ok(None),
                Err(error) => return Err(error),
            }
        }
        loop {
            let length = self.received.first_chunk().map(|two| usize::from(u16::from_be_bytes(*two)));
            let whole = 2 + length.unwrap_or_default();
            if length.is_some() && self.received.len() >= whole {
                return Ok(Some(self.received[2..whole].to_vec()));
            }
            // One answer is wanted, and no byte more.
            let mut bytes = vec![0; whole - self.received.len()];
            match socket.read(&mut bytes) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(count) => self.received.extend_from_slice(&bytes[..count]),
                Err(error) if is_for_later(&error) => return Ok(None),
                Err(error) => return Err(error),
            }
        }
    }
}
