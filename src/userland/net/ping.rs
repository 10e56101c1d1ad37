//! `ping [-c COUNT] [-i SECONDS] [-W SECONDS] [-q] HOST`, over IPv4: as root with a raw socket, else with the kernel's
//! own echo socket where it is allowed.

use std::io::{self, Write};
use std::mem::MaybeUninit;
use std::net::{IpAddr, Ipv4Addr, SocketAddrV4};
use std::os::fd::{AsFd, OwnedFd};
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{SigSet, Signal};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, ipproto};

use super::{resolve, words};
use crate::userland::applets::{Options, short};

const DATA: usize = 56;
const ECHO: u8 = 8;
const ECHO_REPLY: u8 = 0;

/// Runs it: 0 when anything came back.
pub fn main(arguments: &[String]) -> i32 {
    match run(arguments) {
        Ok(code) => code,
        Err(reason) => {
            let _ = writeln!(io::stderr(), "ping: {reason}");
            1
        }
    }
}

struct Pinger {
    socket: OwnedFd,
    /// With a raw socket the kernel gives us its own head too, and everybody's answers.
    raw: bool,
    id: u16,
    to: Ipv4Addr,
    times: Vec<f64>,
    sent: u32,
    began: Instant,
}

fn run(arguments: &[String]) -> Result<i32, String> {
    let options = Options::parse(arguments, &short("q46", "ciWw"))?;
    let [host] = options.operands.as_slice() else { return Err("usage: ping [-c COUNT] [-W SECONDS] HOST".to_owned()) };
    if options.has('6') {
        return Err("-6: not supported".to_owned());
    }
    let seconds = |letter: char, default: f64| {
        let Some(text) = options.value(letter) else { return Ok(default) };
        let read = text.parse::<f64>().ok().filter(|value| value.is_finite() && *value >= 0.0);
        read.ok_or_else(|| format!("invalid number '{text}'"))
    };
    let count = options
        .value('c')
        .map(|text| text.parse::<u32>().map_err(|_| format!("invalid number '{text}'")))
        .transpose()?;
    let interval = Duration::from_secs_f64(seconds('i', 1.0)?.max(0.002));
    let patience = Duration::from_secs_f64(seconds('W', 10.0)?);
    let end = options
        .value('w')
        .map(|_| seconds('w', 0.0))
        .transpose()?
        .map(|limit| Instant::now() + Duration::from_secs_f64(limit));
    let addresses = resolve::addresses(host).map_err(|error| error.to_string())?;
    let to = addresses.iter().find_map(|address| match address {
        IpAddr::V4(address) => Some(*address),
        IpAddr::V6(_) => None,
    });
    let to = to.ok_or_else(|| format!("bad address '{host}'"))?;
    let mut pinger = Pinger::new(to).map_err(|error| format!("permission denied? ({})", words(&error)))?;
    say(&format!("PING {host} ({to}): {DATA} data bytes\n"));
    let signals: SigSet = [Signal::SIGINT].into_iter().collect();
    let stop = signals
        .thread_block()
        .and_then(|()| SignalFd::with_flags(&signals, SfdFlags::SFD_CLOEXEC))
        .map_err(|error| error.desc().to_owned())?;
    let mut next = Instant::now();
    let mut last = next;
    loop {
        let now = Instant::now();
        let may_send = count.is_none_or(|count| pinger.sent < count);
        let answered = u32::try_from(pinger.times.len()).unwrap_or(u32::MAX);
        if end.is_some_and(|end| now >= end) || (!may_send && (answered >= pinger.sent || now >= last + patience)) {
            break;
        }
        if may_send && now >= next {
            pinger.send().map_err(|error| format!("sendto: {}", words(&error)))?;
            (last, next) = (now, now + interval);
            continue;
        }
        let until = if may_send { next } else { last + patience };
        let until = end.map_or(until, |end| until.min(end));
        let left = until.saturating_duration_since(now).as_millis() + 1;
        let mut watched =
            [PollFd::new(pinger.socket.as_fd(), PollFlags::POLLIN), PollFd::new(stop.as_fd(), PollFlags::POLLIN)];
        match poll(&mut watched, PollTimeout::try_from(left).unwrap_or(PollTimeout::MAX)) {
            Ok(_) | Err(nix::Error::EINTR) => {}
            Err(error) => return Err(error.desc().to_owned()),
        }
        let (heard, stopped) = (watched[0].any().unwrap_or(false), watched[1].any().unwrap_or(false));
        if stopped {
            break;
        }
        if heard {
            pinger.hear(options.has('q')).map_err(|error| words(&error))?;
        }
    }
    pinger.sum_up(host);
    Ok(i32::from(pinger.times.is_empty()))
}

impl Pinger {
    fn new(to: Ipv4Addr) -> io::Result<Self> {
        let open =
            |kind| rustix::net::socket_with(AddressFamily::INET, kind, SocketFlags::CLOEXEC, Some(ipproto::ICMP));
        let (socket, raw) = match open(SocketType::RAW) {
            Ok(socket) => (socket, true),
            Err(_) => (open(SocketType::DGRAM)?, false),
        };
        let id = u16::try_from(std::process::id() & 0xffff).unwrap_or(1);
        Ok(Self { socket, raw, id, to, times: Vec::new(), sent: 0, began: Instant::now() })
    }

    fn send(&mut self) -> io::Result<()> {
        let mut packet = vec![0_u8; 8 + DATA];
        packet[0] = ECHO;
        packet[4..6].copy_from_slice(&self.id.to_be_bytes());
        packet[6..8].copy_from_slice(&sequence(self.sent).to_be_bytes());
        packet[8..16].copy_from_slice(&self.now().to_be_bytes());
        let sum = checksum(&packet);
        packet[2..4].copy_from_slice(&sum.to_be_bytes());
        rustix::net::sendto(&self.socket, &packet, SendFlags::empty(), &SocketAddrV4::new(self.to, 0))?;
        self.sent += 1;
        Ok(())
    }

    /// Nanoseconds since we began.
    fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    fn hear(&mut self, quiet: bool) -> io::Result<()> {
        let mut buffer = [MaybeUninit::<u8>::uninit(); 2048];
        let ((bytes, _), _, _) = rustix::net::recvfrom(&self.socket, &mut buffer, RecvFlags::DONTWAIT)?;
        let (packet, life) = if self.raw {
            let head = usize::from(bytes.first().copied().unwrap_or(0) & 15) * 4;
            let from = bytes.get(12..16).map(|four| Ipv4Addr::new(four[0], four[1], four[2], four[3]));
            if from != Some(self.to) && !self.to.is_loopback() {
                return Ok(());
            }
            (bytes.get(head..).unwrap_or_default(), bytes.get(8).copied().map(u32::from))
        } else {
            (&*bytes, None)
        };
        let ours =
            packet.len() >= 16 && packet[0] == ECHO_REPLY && (!self.raw || packet[4..6] == self.id.to_be_bytes());
        if !ours {
            return Ok(());
        }
        let then = packet[8..16].try_into().map_or(0, u64::from_be_bytes);
        #[allow(clippy::cast_precision_loss)] // far below 2^53 nanoseconds
        let milliseconds = self.now().saturating_sub(then) as f64 / 1e6;
        self.times.push(milliseconds);
        if !quiet {
            let sequence = u16::from_be_bytes([packet[6], packet[7]]);
            // An echo socket does not say how far the answer has come.
            let life = life.map(|life| format!(" ttl={life}")).unwrap_or_default();
            say(&format!("{} bytes from {}: seq={sequence}{life} time={milliseconds:.3} ms\n", packet.len(), self.to));
        }
        Ok(())
    }

    fn sum_up(&self, host: &str) {
        let received = self.times.len();
        let sent = usize::try_from(self.sent).unwrap_or(0);
        let lost = (sent.saturating_sub(received) * 100).checked_div(sent).unwrap_or(0);
        let mut text = format!(
            "\n--- {host} ping statistics ---\n{sent} packets transmitted, {received} packets received, {lost}% packet loss\n"
        );
        if received > 0 {
            let least = self.times.iter().copied().fold(f64::INFINITY, f64::min);
            let most = self.times.iter().copied().fold(0.0, f64::max);
            #[allow(clippy::cast_precision_loss)] // a count of packets
            let mean = self.times.iter().sum::<f64>() / received as f64;
            text.push_str(&format!("round-trip min/avg/max = {least:.3}/{mean:.3}/{most:.3} ms\n"));
        }
        say(&text);
    }
}

fn sequence(count: u32) -> u16 {
    u16::try_from(count & 0xffff).unwrap_or(0)
}

fn say(text: &str) {
    let mut output = io::stdout().lock();
    let _ = output.write_all(text.as_bytes()).and_then(|()| output.flush());
}

/// Source: RFC 1071.
fn checksum(packet: &[u8]) -> u16 {
    let mut sum: u32 =
        packet.chunks(2).map(|pair| u32::from(u16::from_be_bytes([pair[0], pair.get(1).copied().unwrap_or(0)]))).sum();
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !u16::try_from(sum).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_of_a_packet_with_its_sum_is_nothing() {
        let mut packet = [ECHO, 0, 0, 0, 1, 2, 3, 4, 5];
        let sum = checksum(&packet);
        packet[2..4].copy_from_slice(&sum.to_be_bytes());
        assert_eq!(checksum(&packet), 0);
    }
}
