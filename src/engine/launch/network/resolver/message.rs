//! As much of the Domain Name System's messages as an embedded resolver needs: one question, addresses and names.
//! Source: RFC 1035 §4, RFC 3596.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

const HEADER: usize = 12;
/// Response, recursion desired and available.
const RESPONSE: u16 = 0x8000;
const RECURSION_DESIRED: u16 = 0x0100;
/// Nobody else knows the names of containers better.
const AUTHORITATIVE: u16 = 0x0400;
const RECURSION_AVAILABLE: u16 = 0x0080;
const OPCODE: u16 = 0x7800;
/// Not everything fitted.
const CUT: u16 = 0x0200;
/// What a datagram may hold when its asker says nothing else.
const DATAGRAM: usize = 512;
/// A record that says how much the asker can take (RFC 6891), instead of an answer's class.
const OPTIONS: u16 = 41;
const CLASS_INTERNET: u16 = 1;
/// Seconds an answer may be remembered, as Docker's.
const TIME_TO_LIVE: u32 = 600;
/// A pointer to the name of the question, right behind the header.
const NAME_OF_QUESTION: u16 = 0xc000 | 0x000c;
const LONGEST_NAME: usize = 255;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `A`.
    Address,
    /// `AAAA`.
    Address6,
    /// `PTR`.
    Pointer,
    /// Anything else.
    Other,
}

/// A question.
#[derive(Debug, Clone)]
pub struct Question {
    /// In lower case, without the last dot.
    pub name: String,
    /// What is asked for.
    pub kind: Kind,
    /// The asker's number for it.
    pub id: u16,
    flags: u16,
    /// As it was asked, name, type and class.
    section: Vec<u8>,
    /// How many bytes the asker takes in a datagram.
    pub datagram: usize,
}

/// One answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// To `A` or `AAAA`.
    Address(IpAddr),
    /// To `PTR`.
    Name(String),
}

/// How it went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The name exists.
    Found = 0,
    /// Nobody could say.
    Failed = 2,
}

impl Question {
    /// Reads a question; `None` for anything else.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let word = |at: usize| bytes.get(at..at + 2).and_then(<[u8]>::first_chunk).map(|two| u16::from_be_bytes(*two));
        let (id, flags, count) = (word(0)?, word(2)?, word(4)?);
        if flags & (RESPONSE | OPCODE) != 0 || count != 1 {
            return None;
        }
        let (name, end) = read_name(bytes, HEADER)?;
        let (kind, class) = (word(end)?, word(end + 2)?);
        let kind = match (kind, class) {
            (1, CLASS_INTERNET) => Kind::Address,
            (28, CLASS_INTERNET) => Kind::Address6,
            (12, CLASS_INTERNET) => Kind::Pointer,
            _ => Kind::Other,
        };
        let section = bytes.get(HEADER..end + 4)?.to_vec();
        // Its name is the root's: one byte.
        let said = (bytes.get(end + 4) == Some(&0) && word(end + 5) == Some(OPTIONS)).then(|| word(end + 7)).flatten();
        let datagram = usize::from(said.unwrap_or_default()).max(DATAGRAM);
        Some(Self { name, kind, id, flags, section, datagram })
    }

    /// Whether a message speaks of this question. Names are compared without regard to case: some resolvers answer in another one.
    pub fn is_echoed(&self, message: &[u8]) -> bool {
        message.get(HEADER..HEADER + self.section.len()).is_some_and(|echo| echo.eq_ignore_ascii_case(&self.section))
    }

    /// The answer, as much of it as fits this many bytes.
    pub fn answer_within(&self, room: usize, answers: &[Answer]) -> Vec<u8> {
        let whole = self.answer(Verdict::Found, answers);
        if whole.len() <= room {
            return whole;
        }
        // Those of one question are of one length, but for names, which come alone.
        let each = (whole.len() - HEADER - self.section.len()).div_ceil(answers.len().max(1));
        let fitting = room.saturating_sub(HEADER + self.section.len()) / each.max(1);
        let mut cut = self.answer(Verdict::Found, &answers[..fitting.min(answers.len())]);
        cut[2] |= CUT.to_be_bytes()[0];
        cut
    }

    /// The whole answer.
    pub fn answer(&self, verdict: Verdict, answers: &[Answer]) -> Vec<u8> {
        let flags = RESPONSE | AUTHORITATIVE | RECURSION_AVAILABLE | (self.flags & RECURSION_DESIRED) | verdict as u16;
        let count = u16::try_from(answers.len()).unwrap_or(u16::MAX);
        let mut bytes = Vec::with_capacity(HEADER + self.section.len() + answers.len() * 28);
        for word in [self.id, flags, 1, count, 0, 0] {
            bytes.extend_from_slice(&word.to_be_bytes());
        }
        bytes.extend_from_slice(&self.section);
        for answer in &answers[..usize::from(count)] {
            let (kind, data): (u16, Vec<u8>) = match answer {
                Answer::Address(IpAddr::V4(address)) => (1, address.octets().to_vec()),
                Answer::Address(IpAddr::V6(address)) => (28, address.octets().to_vec()),
                Answer::Name(name) => (12, write_name(name)),
            };
            for word in [NAME_OF_QUESTION, kind, CLASS_INTERNET] {
                bytes.extend_from_slice(&word.to_be_bytes());
            }
            bytes.extend_from_slice(&TIME_TO_LIVE.to_be_bytes());
            bytes.extend_from_slice(&u16::try_from(data.len()).unwrap_or_default().to_be_bytes());
            bytes.extend_from_slice(&data);
        }
        bytes
    }
}

/// Whether a message says that it lacks its end.
pub fn is_cut(message: &[u8]) -> bool {
    message.get(2).is_some_and(|flags| flags & CUT.to_be_bytes()[0] != 0)
}

/// The labels of a name with dots between them, and where it ends. A question's name is not compressed.
fn read_name(bytes: &[u8], mut at: usize) -> Option<(String, usize)> {
    let mut name = String::new();
    loop {
        let length = usize::from(*bytes.get(at)?);
        at += 1;
        if length == 0 {
            return Some((name, at));
        }
        if length > 63 || name.len() + length > LONGEST_NAME {
            return None;
        }
        if !name.is_empty() {
            name.push('.');
        }
        name.extend(bytes.get(at..at + length)?.iter().map(|byte| char::from(byte.to_ascii_lowercase())));
        at += length;
    }
}

fn write_name(name: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(name.len() + 2);
    for label in name.split('.').filter(|label| !label.is_empty()) {
        let label = &label.as_bytes()[..label.len().min(63)];
        bytes.push(u8::try_from(label.len()).unwrap_or(63));
        bytes.extend_from_slice(label);
    }
    bytes.push(0);
    bytes
}

/// The address a `PTR` question is about.
pub fn pointed(name: &str) -> Option<IpAddr> {
    if let Some(reversed) = name.strip_suffix(".in-addr.arpa") {
        let mut octets = [0; 4];
        let mut parts = reversed.split('.').rev();
        for octet in &mut octets {
            *octet = parts.next()?.parse().ok()?;
        }
        return parts.next().is_none().then_some(IpAddr::V4(Ipv4Addr::from(octets)));
    }
    let reversed = name.strip_suffix(".ip6.arpa")?;
    let mut bits: u128 = 0;
    let mut count = 0;
    for digit in reversed.split('.').rev() {
        bits = bits << 4 | u128::from(u8::from_str_radix(digit, 16).ok().filter(|digit| *digit < 16)?);
        count += 1;
    }
    (count == 32).then_some(IpAddr::V6(Ipv6Addr::from_bits(bits)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(name: &str, kind: u16) -> Vec<u8> {
        let mut bytes = vec![0xab, 0xcd, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
        bytes.extend(write_name(name));
        bytes.extend_from_slice(&kind.to_be_bytes());
        bytes.extend_from_slice(&[0, 1]);
        bytes
    }

    #[test]
    fn a_question_is_read_and_answered() {
        let question = Question::read(&asked("Web.Net1", 1)).unwrap();
        assert_eq!((question.name.as_str(), question.kind, question.id), ("web.net1", Kind::Address, 0xabcd));
        let answer = question.answer(Verdict::Found, &[Answer::Address([172, 18, 0, 2].into())]);
        assert_eq!(&answer[..12], &[0xab, 0xcd, 0x85, 0x80, 0, 1, 0, 1, 0, 0, 0, 0]);
        assert_eq!(&answer[answer.len() - 6..], &[0, 4, 172, 18, 0, 2]);
    }

    #[test]
    fn what_is_cut_or_turned_is_refused() {
        let whole = asked("web", 1);
        for length in 0..whole.len() {
            assert!(Question::read(&whole[..length]).is_none(), "{length}");
        }
        let mut response = whole;
        response[2] |= 0x80;
        assert!(Question::read(&response).is_none());
    }

    #[test]
    fn what_does_not_fit_a_datagram_says_so() {
        let answers: Vec<Answer> = (0..100).map(|last| Answer::Address([172, 18, 0, last].into())).collect();
        let mut plain = asked("many", 1);
        let cut = Question::read(&plain).unwrap();
        let cut = cut.answer_within(cut.datagram, &answers);
        assert!(is_cut(&cut) && cut.len() <= 512 && cut.len() > 512 - 16, "{}", cut.len());
        // An asker that takes more, in a record of options.
        plain[11] = 1;
        plain.extend_from_slice(&[0, 0, 41, 0x10, 0, 0, 0, 0, 0, 0, 0]);
        let whole = Question::read(&plain).unwrap();
        assert_eq!(whole.datagram, 4096);
        assert!(!is_cut(&whole.answer_within(whole.datagram, &answers)));
    }

    #[test]
    fn pointers_name_addresses() {
        assert_eq!(pointed("2.0.18.172.in-addr.arpa"), Some([172, 18, 0, 2].into()));
        assert_eq!(pointed("2.0.18.in-addr.arpa"), None);
        let six = "2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa";
        assert_eq!(pointed(six), Some("2001:db8::2".parse().unwrap()));
    }
}
