//! Datagrams carried: each caller of a published UDP port has a socket of its own towards the container, forgotten after a
//! minute and a half of silence.

use std::collections::HashMap;
use std::io;
use std::net::{SocketAddr, UdpSocket};
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use super::super::plan::any_address;

/// The longest datagram there is.
const LONGEST: usize = 65_536;
/// After this long without a word, a caller is forgotten.
pub const SILENCE: Duration = Duration::from_secs(90);
/// No more callers of one port than this at a time.
const MOST_CALLERS: usize = 4096;
/// Past this many datagrams of one socket, the others get their turn.
const TURN: usize = 64;

/// A published UDP port and those who call it.
#[derive(Debug)]
pub struct DatagramPort {
    host: UdpSocket,
    target: SocketAddr,
    callers: HashMap<SocketAddr, Caller>,
    by_token: HashMap<u64, SocketAddr>,
}

#[derive(Debug)]
struct Caller {
    socket: UdpSocket,
    token: u64,
    heard: Instant,
}

impl DatagramPort {
    /// Takes over a port.
    pub fn new(host: OwnedFd, target: SocketAddr) -> Self {
        Self { host: host.into(), target, callers: HashMap::new(), by_token: HashMap::new() }
    }

    /// Whether anybody is remembered.
    pub fn has_callers(&self) -> bool {
        !self.callers.is_empty()
    }

    /// Takes what has come from callers; `watch` is told of sockets to watch for answers and gives each its token.
    pub fn receive(&mut self, mut watch: impl FnMut(&UdpSocket) -> io::Result<u64>) {
        let mut bytes = vec![0; LONGEST];
        for _ in 0..TURN {
            let Ok((count, caller)) = self.host.recv_from(&mut bytes) else { return };
            if !self.callers.contains_key(&caller) && self.welcome(caller, &mut watch).is_err() {
                continue;
            }
            if let Some(known) = self.callers.get_mut(&caller) {
                known.heard = Instant::now();
                // A datagram may be lost: that is what it is.
                let _ = known.socket.send(&bytes[..count]);
            }
        }
    }

    fn welcome(&mut self, caller: SocketAddr, watch: &mut impl FnMut(&UdpSocket) -> io::Result<u64>) -> io::Result<()> {
        if self.callers.len() >= MOST_CALLERS {
            return Err(io::ErrorKind::QuotaExceeded.into());
        }
        let socket = UdpSocket::bind(SocketAddr::new(any_address(self.target.is_ipv6()), 0))?;
        socket.set_nonblocking(true)?;
        socket.connect(self.target)?;
        let token = watch(&socket)?;
        self.by_token.insert(token, caller);
        self.callers.insert(caller, Caller { socket, token, heard: Instant::now() });
        Ok(())
    }

    /// Brings the container's answers to the caller of this token; false when it is not one of ours.
    pub fn answer(&mut self, token: u64) -> bool {
        let Some(address) = self.by_token.get(&token) else { return false };
        let Some(caller) = self.callers.get_mut(address) else { return true };
        let mut bytes = vec![0; LONGEST];
        for _ in 0..TURN {
            match caller.socket.recv(&mut bytes) {
                Ok(count) => {
                    caller.heard = Instant::now();
                    let _ = self.host.send_to(&bytes[..count], address);
                }
                // Nothing more, or nobody listens there: the caller learns it by silence, as everywhere in UDP.
                Err(_) => return true,
            }
        }
        true
    }

    /// Forgets who has been silent, and gives their tokens back; the kernel forgets their sockets.
    pub fn forget_silent(&mut self, now: Instant) -> Vec<u64> {
        let silent = |caller: &Caller| now.duration_since(caller.heard) >= SILENCE;
        let tokens: Vec<u64> =
            self.callers.values().filter(|caller| silent(caller)).map(|caller| caller.token).collect();
        self.callers.retain(|_, caller| !silent(caller));
        for token in &tokens {
            self.by_token.remove(token);
        }
        tokens
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::Ipv4Addr;

    fn local() -> UdpSocket {
        let socket = UdpSocket::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        socket
    }

    #[test]
    fn each_caller_gets_its_own_answers_and_is_forgotten_when_silent() {
        let (host, server) = (local(), local());
        let here = host.local_addr().unwrap();
        let mut port = DatagramPort::new(host.into(), server.local_addr().unwrap());
        let callers = [local(), local()];
        let mut tokens = Vec::new();
        for (number, caller) in callers.iter().enumerate() {
            caller.send_to(&[u8::try_from(number).unwrap()], here).unwrap();
        }
        port.host.set_nonblocking(true).unwrap();
        while tokens.len() < callers.len() {
            port.receive(|_| {
                tokens.push(u64::try_from(tokens.len()).unwrap());
                Ok(*tokens.last().unwrap())
            });
        }
        for _ in &callers {
            let mut bytes = [0; 8];
            let (count, from) = server.recv_from(&mut bytes).unwrap();
            server.send_to(&[&bytes[..count], b"!"].concat(), from).unwrap();
        }
        assert!(tokens.iter().all(|token| port.answer(*token)) && !port.answer(99));
        for (number, caller) in callers.iter().enumerate() {
            let mut bytes = [0; 8];
            let count = caller.recv(&mut bytes).unwrap();
            assert_eq!(&bytes[..count], [u8::try_from(number).unwrap(), b'!']);
        }
        assert!(port.forget_silent(Instant::now()).is_empty());
        assert_eq!(port.forget_silent(Instant::now() + SILENCE).len(), 2);
        assert!(!port.has_callers());
    }
}
