//! Questions passed on to the host's resolvers: each under a number of ours, asked of the next one when the first is silent.

use std::collections::HashMap;
use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use super::message::{self, Question, Verdict};
use super::stream::Streams;

/// How long one resolver is waited for.
const PATIENCE: Duration = Duration::from_secs(4);
/// No more questions are open at a time: past it they are refused at once.
const MOST_OPEN: usize = 1024;
/// The longest answer.
const LONGEST: usize = 65_536;

/// Whom an answer goes to.
#[derive(Debug, Clone, Copy)]
pub enum Asker {
    /// Who sent a datagram from there.
    Datagram(SocketAddr),
    /// The connection of this number: it can take a long answer.
    Conversation(u64),
}

/// What is open at the host's resolvers.
#[derive(Debug)]
pub struct Forwarder {
    upstream: Vec<SocketAddr>,
    sockets: Vec<UdpSocket>,
    streams: Streams,
    open: HashMap<u16, Open>,
}

#[derive(Debug)]
struct Open {
    asker: Asker,
    question: Question,
    bytes: Vec<u8>,
    /// Place in the list of resolvers.
    asked: usize,
    /// Its answer did not fit a datagram, and comes by a stream.
    streamed: bool,
    until: Instant,
}

impl Forwarder {
    /// Asks these resolvers through these sockets.
    pub fn new(upstream: Vec<SocketAddr>, sockets: Vec<UdpSocket>, streams: Streams) -> Self {
        Self { upstream, sockets, streams, open: HashMap::new() }
    }

    /// Sockets answers come to.
    pub fn sockets(&self) -> impl Iterator<Item = &UdpSocket> {
        self.sockets.iter()
    }

    /// What long answers come by.
    pub fn streams(&self) -> &Streams {
        &self.streams
    }

    /// Passes a question on; an answer at once when nobody can be asked.
    pub fn ask(&mut self, bytes: &[u8], question: &Question, asker: Asker, now: Instant) -> Option<Vec<u8>> {
        let refusal = || Some(question.answer(Verdict::Failed, &[]));
        if self.open.len() >= MOST_OPEN {
            return refusal();
        }
        let Some(number) = self.free_number() else { return refusal() };
        let (question, bytes) = (question.clone(), bytes.to_vec());
        let open = Open { asker, question, bytes, asked: 0, streamed: false, until: now + PATIENCE };
        if self.send_to_next(number, &open) {
            self.open.insert(number, open);
            return None;
        }
        refusal()
    }

    /// Answers that have come, each for its asker.
    pub fn collect(&mut self, now: Instant) -> Vec<(Asker, Vec<u8>)> {
        let mut answers = Vec::new();
        let mut bytes = vec![0; LONGEST];
        for socket in &self.sockets {
            while let Ok((count, from)) = socket.recv_from(&mut bytes) {
                let answer = &mut bytes[..count];
                let Some(number) = answer.first_chunk().map(|two| u16::from_be_bytes(*two)) else { continue };
                let Some(open) = self.open.get_mut(&number) else { continue };
                // Nobody else may answer, and nothing else.
                if open.streamed || self.upstream.get(open.asked) != Some(&from) || !open.question.is_echoed(answer) {
                    continue;
                }
                if matches!(open.asker, Asker::Conversation(_)) && message::is_cut(answer) {
                    open.streamed = self.streams.begin(number, from, &renumbered(&open.bytes, number));
                    open.until = now + PATIENCE;
                    if open.streamed {
                        continue;
                    }
                }
                answers.push((open.asker, renumbered(answer, open.question.id)));
                self.open.remove(&number);
            }
        }
        for (number, answer) in self.streams.collect() {
            let Some(open) = self.open.remove(&number) else { continue };
            let answer = answer.filter(|answer| open.question.is_echoed(answer));
            let answer = answer.map(|answer| renumbered(&answer, open.question.id));
            answers.push((open.asker, answer.unwrap_or_else(|| open.question.answer(Verdict::Failed, &[]))));
        }
        answers
    }

    /// How long until one has been silent for too long.
    pub fn patience(&self, now: Instant) -> Option<Duration> {
        self.open.values().map(|open| open.until.saturating_duration_since(now)).min()
    }

    /// Asks the next resolver where one has been silent; failures for those whose last one was.
    pub fn give_up_late(&mut self, now: Instant) -> Vec<(Asker, Vec<u8>)> {
        let late: Vec<u16> =
            self.open.iter().filter(|(_, open)| open.until <= now).map(|(number, _)| *number).collect();
        let mut failures = Vec::new();
        for number in late {
            let Some(mut open) = self.open.remove(&number) else { continue };
            if open.streamed {
                self.streams.give_up(number);
                open.streamed = false;
            }
            open.asked += 1;
            open.until = now + PATIENCE;
            if self.send_to_next(number, &open) {
                self.open.insert(number, open);
            } else {
                failures.push((open.asker, open.question.answer(Verdict::Failed, &[])));
            }
        }
        failures
    }

    fn send_to_next(&self, number: u16, open: &Open) -> bool {
        let bytes = renumbered(&open.bytes, number);
        let Some(resolver) = self.upstream.get(open.asked) else { return false };
        // A resolver that cannot be reached is found silent, and the next one is asked.
        let same_family =
            |socket: &&UdpSocket| socket.local_addr().is_ok_and(|local| local.is_ipv4() == resolver.is_ipv4());
        if let Some(socket) = self.sockets.iter().find(same_family) {
            let _ = socket.send_to(&bytes, resolver);
        }
        true
    }

    /// A number nobody can foresee, so that nobody can answer in a resolver's name.
    fn free_number(&self) -> Option<u16> {
        for _ in 0..64 {
            let mut two = [0; 2];
            rustix::rand::getrandom(&mut two, rustix::rand::GetRandomFlags::empty()).ok()?;
            let number = u16::from_be_bytes(two);
            if !self.open.contains_key(&number) {
                return Some(number);
            }
        }
        None
    }
}

/// A message under another number.
fn renumbered(message: &[u8], number: u16) -> Vec<u8> {
    let mut bytes = message.to_vec();
    bytes[..2].copy_from_slice(&number.to_be_bytes());
    bytes
}
