//! Network devices, addresses and routes, asked of the kernel over netlink. Source: `rtnetlink(7)`.

use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use rustix::net::netlink::SocketAddrNetlink;
use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType};

const DUMP: u16 = 0x300;
const REQUEST: u16 = 1;
const ERROR: u16 = 2;
const DONE: u16 = 3;
const GET_LINK: u16 = 18;
const GET_ADDRESS: u16 = 22;
const GET_ROUTE: u16 = 26;
/// Bytes of a message's head.
const HEAD: usize = 16;

/// A device.
#[derive(Debug, Clone, Default)]
pub(super) struct Device {
    pub(super) index: u32,
    pub(super) name: String,
    pub(super) kind: u16,
    pub(super) flags: u32,
    pub(super) mtu: u32,
    pub(super) queue: u32,
    pub(super) discipline: String,
    /// `IF_OPER_…`.
    pub(super) state: u8,
    pub(super) hardware: Vec<u8>,
    pub(super) broadcast: Vec<u8>,
    /// The device at the other end, when it is another.
    pub(super) peer: Option<u32>,
    pub(super) addresses: Vec<Address>,
    /// Received and sent: packets and bytes.
    pub(super) traffic: [u64; 4],
}

/// An address of a device.
#[derive(Debug, Clone)]
pub(super) struct Address {
    pub(super) device: u32,
    pub(super) here: IpAddr,
    pub(super) prefix: u8,
    pub(super) scope: u8,
    pub(super) broadcast: Option<IpAddr>,
    pub(super) label: String,
}

/// A route of the main table.
#[derive(Debug, Clone)]
pub(super) struct Route {
    /// `None`: everything.
    pub(super) to: Option<(IpAddr, u8)>,
    pub(super) through: Option<IpAddr>,
    pub(super) device: u32,
    pub(super) scope: u8,
    pub(super) source: Option<IpAddr>,
    pub(super) metric: u32,
}

/// Every device with its addresses.
///
/// # Errors
/// The kernel's.
pub(super) fn all() -> io::Result<Vec<Device>> {
    let mut devices: Vec<Device> = Vec::new();
    dump(GET_LINK, 0, |body| devices.extend(device(body)))?;
    let mut addresses: Vec<Address> = Vec::new();
    dump(GET_ADDRESS, 0, |body| addresses.extend(address(body)))?;
    for device in &mut devices {
        device.addresses = addresses.iter().filter(|address| address.device == device.index).cloned().collect();
    }
    devices.sort_by_key(|device| device.index);
    Ok(devices)
}

/// The routes of the main table.
///
/// # Errors
/// The kernel's.
pub(super) fn routes(v6: bool) -> io::Result<Vec<Route>> {
    let mut routes = Vec::new();
    let family = if v6 { AddressFamily::INET6 } else { AddressFamily::INET };
    dump(GET_ROUTE, u8::try_from(family.as_raw()).unwrap_or(0), |body| routes.extend(route(body)))?;
    Ok(routes)
}

/// Asks for everything of a kind, and hears each message's body.
fn dump(kind: u16, family: u8, mut hear: impl FnMut(&[u8])) -> io::Result<()> {
    let socket = rustix::net::socket_with(AddressFamily::NETLINK, SocketType::RAW, SocketFlags::CLOEXEC, None)?;
    // Long enough for the body of any of the three questions.
    let mut question = vec![0_u8; HEAD + 16];
    let length = u32::try_from(question.len()).unwrap_or(0);
    question[..4].copy_from_slice(&length.to_ne_bytes());
    question[4..6].copy_from_slice(&kind.to_ne_bytes());
    question[6..8].copy_from_slice(&(REQUEST | DUMP).to_ne_bytes());
    question[HEAD] = family;
    rustix::net::sendto(&socket, &question, SendFlags::empty(), &SocketAddrNetlink::new(0, 0))?;
    let mut buffer = vec![0_u8; 64 << 10];
    loop {
        let (length, _) = rustix::net::recv(&socket, buffer.as_mut_slice(), RecvFlags::empty())?;
        let mut rest = &buffer[..length];
        while rest.len() >= HEAD {
            let length = number(rest, 0) as usize;
            let Some(message) = rest.get(..length).filter(|_| length >= HEAD) else { break };
            match u16::from_ne_bytes([message[4], message[5]]) {
                DONE => return Ok(()),
                ERROR => return Err(io::Error::from_raw_os_error(number(message, HEAD).cast_signed().wrapping_neg())),
                _ => hear(&message[HEAD..]),
            }
            rest = rest.get(length.next_multiple_of(4)..).unwrap_or_default();
        }
    }
}

fn number(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).and_then(|four| four.try_into().ok()).map_or(0, u32::from_ne_bytes)
}

/// The attributes behind a fixed head.
fn attributes(body: &[u8], head: usize) -> impl Iterator<Item = (u16, &[u8])> {
    let mut rest = body.get(head..).unwrap_or_default();
    std::iter::from_fn(move || {
        let length = usize::from(u16::from_ne_bytes(rest.get(..2)?.try_into().ok()?));
        let kind = u16::from_ne_bytes(rest.get(2..4)?.try_into().ok()?) & 0x3fff;
        let value = rest.get(4..length)?;
        rest = rest.get(length.next_multiple_of(4)..).unwrap_or_default();
        Some((kind, value))
    })
}

fn text(value: &[u8]) -> String {
    String::from_utf8_lossy(value.split(|byte| *byte == 0).next().unwrap_or_default()).into_owned()
}

fn device(body: &[u8]) -> Option<Device> {
    let mut device = Device {
        kind: u16::from_ne_bytes(body.get(2..4)?.try_into().ok()?),
        index: number(body, 4),
        flags: number(body, 8),
        ..Device::default()
    };
    for (kind, value) in attributes(body, 16) {
        match kind {
            1 => value.clone_into(&mut device.hardware),
            2 => value.clone_into(&mut device.broadcast),
            3 => device.name = text(value),
            4 => device.mtu = number(value, 0),
            5 => device.peer = Some(number(value, 0)).filter(|peer| *peer != device.index),
            6 => device.discipline = text(value),
            13 => device.queue = number(value, 0),
            16 => device.state = value.first().copied().unwrap_or(0),
            // Packets and bytes of 64 bits: received, sent.
            23 => {
                let count = |place: usize| {
                    value
                        .get(place * 8..place * 8 + 8)
                        .and_then(|eight| eight.try_into().ok())
                        .map_or(0, u64::from_ne_bytes)
                };
                device.traffic = [count(0), count(2), count(1), count(3)];
            }
            _ => {}
        }
    }
    Some(device)
}

fn ip(value: &[u8]) -> Option<IpAddr> {
    if let Ok(four) = <[u8; 4]>::try_from(value) {
        return Some(Ipv4Addr::from(four).into());
    }
    <[u8; 16]>::try_from(value).ok().map(|sixteen| Ipv6Addr::from(sixteen).into())
}

fn address(body: &[u8]) -> Option<Address> {
    let [prefix, scope] = [*body.get(1)?, *body.get(3)?];
    let (mut here, mut local, mut broadcast, mut label) = (None, None, None, String::new());
    for (kind, value) in attributes(body, 8) {
        match kind {
            1 => here = ip(value),
            2 => local = ip(value),
            3 => label = text(value),
            4 => broadcast = ip(value),
            _ => {}
        }
    }
    Some(Address { device: number(body, 4), here: local.or(here)?, prefix, scope, broadcast, label })
}

fn route(body: &[u8]) -> Option<Route> {
    const MAIN: u32 = 254;
    const UNICAST: u8 = 1;
    let (prefix, scope) = (*body.get(1)?, *body.get(6)?);
    let (mut to, mut route) = (None, Route { to: None, through: None, device: 0, scope, source: None, metric: 0 });
    let mut table = u32::from(*body.get(4)?);
    for (kind, value) in attributes(body, 12) {
        match kind {
            1 => to = ip(value),
            4 => route.device = number(value, 0),
            5 => route.through = ip(value),
            6 => route.metric = number(value, 0),
            7 => route.source = ip(value),
            15 => table = number(value, 0),
            _ => {}
        }
    }
    route.to = to.map(|to| (to, prefix));
    (table == MAIN && *body.get(7)? == UNICAST).then_some(route)
}

/// Bytes as `02:42:ac:11:00:02`.
pub(super) fn hardware(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(":")
}
