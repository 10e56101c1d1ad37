//! Questions passed on to the host's resolvers: each under a number of ours, asked of the next one when the first is silent.

use std::collections::HashMap;
use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use super::message::{Question, Verdict};

/// How long one resolver is waited for.
const PATIENCE: Duration = Duration::from_secs(4);
/// No more questions are open at a time: past it they are refused at once.
const MOST_OPEN: usize = 1024;
/// The longest answer.
const LONGEST: usize = 65_536;

/// What is open at the host's resolvers.
#[derive(Debug)]
pub struct Forwarder {
    upstream: Vec<SocketAddr>,
    sockets: Vec<UdpSocket>,
    open: HashMap<u16, Open>,
}

#[derive(Debug)]
struct Open {
    asker: SocketAddr,
    question: Question,
    bytes: Vec<u8>,
    /// Place in the list of resolvers.
    asked: usize,
    until: Instant,
}

impl Forwarder {
    /// Asks these resolvers through these sockets.
    pub fn new(upstream: Vec<SocketAddr>, sockets: Vec<UdpSocket>) -> Self {
        Self { upstream, sockets, open: HashMap::new() }
    }

    /// Sockets answers come to.
    pub fn sockets(&self) -> impl Iterator<Item = &UdpSocket> {
        self.sockets.iter()
    }

    /// Passes a question on; an answer at once when nobody can be asked.
    pub fn ask(&mut self, bytes: &[u8], question: &Question, asker: SocketAddr, now: Instant) -> Option<Vec<u8>> {
        let refusal = || Some(question.answer(Verdict::Failed, &[]));
        if self.open.len() >= MOST_OPEN {
            return refusal();
        }
        let Some(number) = self.free_number() else { return refusal() };
        let open = Open { asker, question: question.clone(), bytes: bytes.to_vec(), asked: 0, until: now + PATIENCE };
        if self.send_to_next(number, &open) {
            self.open.insert(number, open);
            return None;
        }
        refusal()
    }

    /// Answers that have come, each for its asker.
    pub fn collect(&mut self) -> Vec<(SocketAddr, Vec<u8>)> {
        let mut answers = Vec::new();
        let mut bytes = vec![0; LONGEST];
        for socket in &self.sockets {
            while let Ok((count, from)) = socket.recv_from(&mut bytes) {
                let Some(number) = bytes[..count].first_chunk().map(|two| u16::from_be_bytes(*two)) else { continue };
                let Some(open) = self.open.get(&number) else { continue };
                // Nobody else may answer, and nothing else.
                let echoed = bytes[..count].get(12..12 + open.question.section.len());
                if self.upstream.get(open.asked) != Some(&from) || !same_question(echoed, &open.question.section) {
                    continue;
                }
                let mut answer = bytes[..count].to_vec();
                answer[..2].copy_from_slice(&open.question.id.to_be_bytes());
                answers.push((open.asker, answer));
                self.open.remove(&number);
            }
        }
        answers
    }

    /// How long until one has been silent for too long.
    pub fn patience(&self, now: Instant) -> Option<Duration> {
        self.open.values().map(|open| open.until.saturating_duration_since(now)).min()
    }

    /// Asks the next resolver where one has been silent; failures for those whose last one was.
    pub fn give_up_late(&mut self, now: Instant) -> Vec<(SocketAddr, Vec<u8>)> {
        let late: Vec<u16> =
            self.open.iter().filter(|(_, open)| open.until <= now).map(|(number, _)| *number).collect();
        let mut failures = Vec::new();
        for number in late {
            let Some(mut open) = self.open.remove(&number) else { continue };
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
        let mut bytes = open.bytes.clone();
        bytes[..2].copy_from_slice(&number.to_be_bytes());
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

/// Names are compared without regard to case: some resolvers answer in another one.
fn same_question(echoed: Option<&[u8]>, asked: &[u8]) -> bool {
    echoed.is_some_and(|echoed| echoed.eq_ignore_ascii_case(asked))
}
