//! One question to a name server and its answers. Source: RFC 1035.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, UdpSocket};
use std::time::Duration;

const A: u16 = 1;
const CNAME: u16 = 5;
const PTR: u16 = 12;
const AAAA: u16 = 28;
const INTERNET: u16 = 1;
/// A compressed name may point back so many times.
const MAX_JUMPS: usize = 32;
const MAX_ANSWER: usize = 4096;

/// What is asked of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    V4,
    V6,
    /// Who an address is.
    Name,
}

/// One answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Record {
    Address(IpAddr),
    Alias(String),
    Pointer(String),
}

/// Why there is none.
#[derive(Debug)]
pub(super) enum Failure {
    /// The server says there is no such name.
    NoSuchName,
    /// The server has trouble, by its number.
    Server(u8),
    Io(io::Error),
}

/// Asks a server, twice at most.
pub(super) fn ask(server: SocketAddr, name: &str, kind: Kind) -> Result<Vec<(String, Record)>, Failure> {
    let any: IpAddr = if server.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
    let socket = UdpSocket::bind((any, 0)).map_err(Failure::Io)?;
    socket.connect(server).map_err(Failure::Io)?;
    socket.set_read_timeout(Some(Duration::from_secs(3))).map_err(Failure::Io)?;
    let id = std::process::id().to_le_bytes();
    let question = question([id[0], id[1]], name, kind).ok_or(Failure::NoSuchName)?;
    let mut last = io::ErrorKind::TimedOut.into();
    for _ in 0..2 {
        socket.send(&question).map_err(Failure::Io)?;
        let mut answer = [0; MAX_ANSWER];
        match socket.recv(&mut answer) {
            Ok(length) if answer[..2] == question[..2] => return read(&answer[..length]),
            Ok(_) => {}
            Err(error) => last = error,
        }
    }
    Err(Failure::Io(last))
}

/// The name under which an address is looked up.
pub(super) fn reverse_name(address: IpAddr) -> String {
    match address {
        IpAddr::V4(address) => {
            let [a, b, c, d] = address.octets();
            format!("{d}.{c}.{b}.{a}.in-addr.arpa")
        }
        IpAddr::V6(address) => {
            let digits = address
                .octets()
                .iter()
                .rev()
                .map(|byte| format!("{:x}.{:x}.", byte & 15, byte >> 4))
                .collect::<String>();
            format!("{digits}ip6.arpa")
        }
    }
}

fn question(id: [u8; 2], name: &str, kind: Kind) -> Option<Vec<u8>> {
    let mut bytes = vec![id[0], id[1], 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
    for label in name.trim_end_matches('.').split('.') {
        let length = u8::try_from(label.len()).ok().filter(|length| (1..64).contains(length))?;
        bytes.push(length);
        bytes.extend_from_slice(label.as_bytes());
    }
    bytes.push(0);
    let kind = match kind {
        Kind::V4 => A,
        Kind::V6 => AAAA,
        Kind::Name => PTR,
    };
    bytes.extend(kind.to_be_bytes());
    bytes.extend(INTERNET.to_be_bytes());
    (bytes.len() < 300).then_some(bytes)
}

fn read(bytes: &[u8]) -> Result<Vec<(String, Record)>, Failure> {
    let malformed = || Failure::Io(io::ErrorKind::InvalidData.into());
    match bytes.get(3).ok_or_else(malformed)? & 15 {
        0 => {}
        3 => return Err(Failure::NoSuchName),
        code => return Err(Failure::Server(code)),
    }
    records(bytes).ok_or_else(malformed)
}

fn records(bytes: &[u8]) -> Option<Vec<(String, Record)>> {
    let (questions, answers) = (short(bytes, 4)?, short(bytes, 6)?);
    let mut at = 12;
    for _ in 0..questions {
        at = name(bytes, at)?.1 + 4;
    }
    let mut found = Vec::new();
    for _ in 0..answers {
        let (owner, after) = name(bytes, at)?;
        let (kind, length) = (short(bytes, after)?, usize::from(short(bytes, after + 8)?));
        let start = after + 10;
        let data = bytes.get(start..start + length)?;
        match kind {
            A => found.push((owner, Record::Address(IpAddr::from(<[u8; 4]>::try_from(data).ok()?)))),
            AAAA => found.push((owner, Record::Address(IpAddr::from(<[u8; 16]>::try_from(data).ok()?)))),
            CNAME => found.push((owner, Record::Alias(name(bytes, start)?.0))),
            PTR => found.push((owner, Record::Pointer(name(bytes, start)?.0))),
            _ => {}
        }
        at = start + length;
    }
    Some(found)
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

/// The name at a place, and where what follows it begins.
fn name(bytes: &[u8], start: usize) -> Option<(String, usize)> {
    let mut labels: Vec<String> = Vec::new();
    let (mut at, mut end, mut jumps) = (start, None, 0);
    loop {
        let length = usize::from(*bytes.get(at)?);
        if length == 0 {
            return Some((labels.join("."), end.unwrap_or(at + 1)));
        }
        if length & 0xc0 == 0xc0 {
            end = end.or(Some(at + 2));
            at = usize::from(short(bytes, at)? & 0x3fff);
            jumps += 1;
            if jumps > MAX_JUMPS {
                return None;
            }
        } else {
            let label = bytes.get(at + 1..at + 1 + length)?;
            labels.push(label.escape_ascii().to_string());
            at += 1 + length;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_with_their_pointers() {
        let mut bytes = question([1, 2], "web.local", Kind::V4).unwrap();
        bytes[7] = 2;
        bytes.extend([0xc0, 12, 0, 5, 0, 1, 0, 0, 0, 1, 0, 4, 1, b'a', 0xc0, 16]);
        bytes.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, 10, 0, 0, 7]);
        let found = read(&bytes).unwrap();
        assert_eq!(found[0], ("web.local".to_owned(), Record::Alias("a.local".to_owned())));
        assert_eq!(found[1].1, Record::Address("10.0.0.7".parse().unwrap()));
    }

    #[test]
    fn what_is_malformed_is_no_answer() {
        let mut bytes = question([1, 2], "web", Kind::V4).unwrap();
        bytes[7] = 1;
        assert!(read(&bytes).is_err());
        let place = u8::try_from(bytes.len()).unwrap();
        bytes.extend([0xc0, place, 0, 1, 0, 1, 0, 0, 0, 1, 0, 0]);
        assert!(read(&bytes).is_err(), "a name that points at itself");
        bytes[3] = 3;
        assert!(matches!(read(&bytes), Err(Failure::NoSuchName)));
        assert!(question([0, 0], "a..b", Kind::V4).is_none());
        assert_eq!(reverse_name("172.18.0.2".parse().unwrap()), "2.0.18.172.in-addr.arpa");
    }
}
