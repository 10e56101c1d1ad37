//! What is said to the kernel about devices, addresses, routes and packet rules: netlink messages and their answers.
//! Source: netlink(7), rtnetlink(7).

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::net::netlink::SocketAddrNetlink;
use rustix::net::{AddressFamily, Protocol, RecvFlags, SendFlags, SocketFlags, SocketType, recv, sendto, socket_with};

pub const REQUEST: u16 = 1;
pub const ACK: u16 = 4;
/// All there are of a kind.
pub const DUMP: u16 = 0x300;
pub const EXCL: u16 = 0x200;
pub const CREATE: u16 = 0x400;

const HEADER: usize = 16;
const NLMSG_ERROR: u16 = 2;
const NLMSG_DONE: u16 = 3;
const NESTED: u16 = 0x8000;
const ALIGNMENT: usize = 4;
/// Who listens to it hears of devices.
const GROUP_LINK: u32 = 1;
const BUFFER: usize = 64 * 1024;

/// One message being written.
#[derive(Debug, Clone)]
pub struct Message {
    bytes: Vec<u8>,
}

impl Message {
    /// A message of this kind; `body` is its fixed part.
    pub fn new(kind: u16, flags: u16, body: &[u8]) -> Self {
        let mut bytes = vec![0; HEADER];
        bytes[4..6].copy_from_slice(&kind.to_ne_bytes());
        bytes[6..8].copy_from_slice(&(flags | REQUEST).to_ne_bytes());
        bytes.extend_from_slice(body);
        pad(&mut bytes);
        Self { bytes }
    }

    /// Adds an attribute.
    #[must_use]
    pub fn with(mut self, kind: u16, value: &[u8]) -> Self {
        let length = u16::try_from(value.len() + ALIGNMENT).expect("attributes of ours are short");
        self.bytes.extend_from_slice(&length.to_ne_bytes());
        self.bytes.extend_from_slice(&kind.to_ne_bytes());
        self.bytes.extend_from_slice(value);
        pad(&mut self.bytes);
        self
    }

    /// Adds a text, ended by a zero.
    #[must_use]
    pub fn with_text(self, kind: u16, text: &str) -> Self {
        let mut value = text.as_bytes().to_vec();
        value.push(0);
        self.with(kind, &value)
    }

    /// Adds a number in the machine's order.
    #[must_use]
    pub fn with_u32(self, kind: u16, value: u32) -> Self {
        self.with(kind, &value.to_ne_bytes())
    }

    /// Adds a number in the network's order, as netfilter wants them.
    #[must_use]
    pub fn with_be32(self, kind: u16, value: u32) -> Self {
        self.with(kind, &value.to_be_bytes())
    }

    /// Adds attributes inside an attribute.
    #[must_use]
    pub fn nest(mut self, kind: u16, fill: impl FnOnce(Self) -> Self) -> Self {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(&[0; ALIGNMENT]);
        self = fill(self);
        let length = u16::try_from(self.bytes.len() - start).expect("attributes of ours are short");
        self.bytes[start..start + 2].copy_from_slice(&length.to_ne_bytes());
        self.bytes[start + 2..start + 4].copy_from_slice(&(kind | NESTED).to_ne_bytes());
        self
    }

    /// Adds bytes that are no attribute: the fixed part of something nested.
    #[must_use]
    pub fn raw(mut self, bytes: &[u8]) -> Self {
        self.bytes.extend_from_slice(bytes);
        self
    }

    fn finish(mut self, sequence: u32) -> Vec<u8> {
        let length = u32::try_from(self.bytes.len()).expect("messages of ours are short");
        self.bytes[..4].copy_from_slice(&length.to_ne_bytes());
        self.bytes[8..12].copy_from_slice(&sequence.to_ne_bytes());
        self.bytes
    }
}

fn pad(bytes: &mut Vec<u8>) {
    bytes.resize(bytes.len().next_multiple_of(ALIGNMENT), 0);
}

/// A conversation with the kernel about the network namespace it was opened in, wherever we go later.
#[derive(Debug)]
pub struct Netlink {
    socket: OwnedFd,
}

impl Netlink {
    /// About devices, addresses and routes of the namespace we stand in.
    ///
    /// # Errors
    /// What `socket(2)` answers.
    pub fn route() -> io::Result<Self> {
        // No protocol given is NETLINK_ROUTE.
        Self::open(None)
    }

    /// About packet rules of the namespace we stand in.
    ///
    /// # Errors
    /// What `socket(2)` answers: `EPROTONOSUPPORT` without netfilter.
    pub fn netfilter() -> io::Result<Self> {
        Self::open(Some(rustix::net::netlink::NETFILTER))
    }

    /// What is said of devices of the namespace we stand in, as it happens: there is nothing to ask.
    ///
    /// # Errors
    /// What `socket(2)` and `bind(2)` answer.
    pub fn watch_links() -> io::Result<Self> {
        let watch = Self::open(None)?;
        rustix::net::bind(&watch.socket, &SocketAddrNetlink::new(0, GROUP_LINK))?;
        Ok(watch)
    }

    /// Takes what has been said and forgets it.
    pub fn drain(&self) {
        let mut buffer = [0; 4096];
        while recv(&self.socket, &mut buffer, RecvFlags::DONTWAIT).is_ok_and(|(count, _)| count > 0) {}
    }

    fn open(protocol: Option<Protocol>) -> io::Result<Self> {
        let socket = socket_with(AddressFamily::NETLINK, SocketType::RAW, SocketFlags::CLOEXEC, protocol)?;
        Ok(Self { socket })
    }

    /// Asks for one thing to be done.
    ///
    /// # Errors
    /// What the kernel answers.
    pub fn ask(&self, message: Message) -> io::Result<()> {
        let mut message = message;
        message.bytes[6] |= u8::try_from(ACK).expect("a small flag");
        self.send(&message.finish(1))?;
        self.answers(1, &mut |_, _| ())
    }

    /// Asks for several things to be done at once, all or none; each of them is acknowledged but the first and the last,
    /// which only mark the batch.
    ///
    /// # Errors
    /// The first refusal.
    pub fn ask_batch(&self, begin: Message, messages: Vec<Message>, end: Message) -> io::Result<()> {
        let count = messages.len();
        let mut bytes = begin.finish(0);
        for message in messages {
            let mut message = message;
            message.bytes[6] |= u8::try_from(ACK).expect("a small flag");
            bytes.extend(message.finish(1));
        }
        bytes.extend(end.finish(2));
        self.send(&bytes)?;
        self.answers(count, &mut |_, _| ())
    }

    /// Asks for a list; each entry is its kind and its payload.
    ///
    /// # Errors
    /// What the kernel answers.
    pub fn list(&self, message: Message, entry: &mut dyn FnMut(u16, &[u8])) -> io::Result<()> {
        self.send(&message.finish(1))?;
        self.answers(1, entry)
    }

    fn send(&self, bytes: &[u8]) -> io::Result<()> {
        sendto(&self.socket, bytes, SendFlags::empty(), &SocketAddrNetlink::new(0, 0))?;
        Ok(())
    }

    /// Reads until so many acknowledgements have come, or the end of a list.
    fn answers(&self, mut expected: usize, entry: &mut dyn FnMut(u16, &[u8])) -> io::Result<()> {
        let mut buffer = vec![0; BUFFER];
        let mut refusal = None;
        while expected > 0 {
            let (received, _) = match recv(&self.socket, &mut buffer, RecvFlags::empty()) {
                Err(rustix::io::Errno::INTR) => continue,
                other => other?,
            };
            for (kind, payload) in messages(&buffer[..received]) {
                match kind {
                    NLMSG_ERROR => {
                        expected = expected.saturating_sub(1);
                        let code = payload.first_chunk().map_or(0, |code| i32::from_ne_bytes(*code));
                        if code != 0 && refusal.is_none() {
                            refusal = Some(io::Error::from_raw_os_error(-code));
                            // A batch that is refused as a whole is answered once.
                            if expected > 0 {
                                return refusal.map_or(Ok(()), Err);
                            }
                        }
                    }
                    NLMSG_DONE => expected = 0,
                    kind => entry(kind, payload),
                }
            }
        }
        refusal.map_or(Ok(()), Err)
    }
}

impl AsFd for Netlink {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

/// The messages of a datagram: kind and payload.
fn messages(mut bytes: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    std::iter::from_fn(move || {
        let length = u32::from_ne_bytes(*bytes.first_chunk()?) as usize;
        let kind = u16::from_ne_bytes(*bytes.get(4..)?.first_chunk()?);
        let payload = bytes.get(HEADER..length)?;
        bytes = bytes.get(length.next_multiple_of(ALIGNMENT)..).unwrap_or_default();
        Some((kind, payload))
    })
}

/// The attributes of a payload: kind and value.
pub fn attributes(mut bytes: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    std::iter::from_fn(move || {
        let length = u16::from_ne_bytes(*bytes.first_chunk()?) as usize;
        let kind = u16::from_ne_bytes(*bytes.get(2..)?.first_chunk()?) & !NESTED;
        let value = bytes.get(ALIGNMENT..length)?;
        bytes = bytes.get(length.next_multiple_of(ALIGNMENT)..).unwrap_or_default();
        Some((kind, value))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_padded_and_nested() {
        let message = Message::new(16, CREATE, &[0; 16]).nest(18, |inner| inner.with_text(1, "bridge")).finish(7);
        let (kind, payload) = messages(&message).next().unwrap();
        assert_eq!(kind, 16);
        let (kind, nested) = attributes(&payload[16..]).next().unwrap();
        assert_eq!(kind, 18);
        assert_eq!(attributes(nested).collect::<Vec<_>>(), [(1, &b"bridge\0"[..])]);
        assert_eq!(message.len() % 4, 0);
    }
}
