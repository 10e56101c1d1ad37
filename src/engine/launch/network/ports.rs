//! Published ports: the host's side, opened before the container starts, so that a port that is taken fails the start.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::net::{AddressFamily, SocketFlags, SocketType, bind, listen, socket_with, sockopt};

use super::plan::{PortPlan, Protocol, PublishedPort};

const BACKLOG: i32 = 4096;

/// A port of the host that is ours, and where it leads.
#[derive(Debug)]
pub struct OpenPort {
    /// What is published.
    pub published: PublishedPort,
    /// Where it leads.
    pub target: SocketAddr,
    socket: OwnedFd,
}

/// Why a port could not be opened.
#[derive(Debug)]
pub struct PortRefused {
    /// Which one.
    pub address: SocketAddr,
    /// TCP or UDP.
    pub protocol: Protocol,
    /// What the kernel said.
    pub error: io::Error,
}

impl OpenPort {
    /// What the proxy is given.
    pub fn descriptor(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}

/// Opens every port of the plan in the namespace we stand in.
///
/// # Errors
/// The first one that cannot be had.
pub fn open(plans: &[PortPlan]) -> Result<Vec<OpenPort>, PortRefused> {
    let mut open = Vec::new();
    for plan in plans {
        open.extend(open_one(plan)?);
    }
    Ok(open)
}

/// One number for every address of the plan.
fn open_one(plan: &PortPlan) -> Result<Vec<OpenPort>, PortRefused> {
    let (first, last) = plan.range;
    let mut refusal = None;
    for number in first..=last {
        let lacks_six = |address: &IpAddr| plan.any_family && address.is_ipv6() && !has_ipv6();
        let hosts = plan.hosts.iter().filter(|address| !lacks_six(address));
        match hosts.map(|host| open_at(plan, *host, number)).collect() {
            Ok(open) => return Ok(open),
            Err(refused) => refusal = refusal.or(Some(refused)),
        }
    }
    Err(refusal.unwrap_or_else(|| PortRefused {
        address: SocketAddr::new(plan.target, first),
        protocol: plan.protocol,
        error: io::ErrorKind::AddrNotAvailable.into(),
    }))
}

fn open_at(plan: &PortPlan, host: IpAddr, number: u16) -> Result<OpenPort, PortRefused> {
    let address = SocketAddr::new(host, number);
    let socket =
        listener(plan.protocol, address).map_err(|error| PortRefused { address, protocol: plan.protocol, error })?;
    Ok(OpenPort {
        published: PublishedPort { protocol: plan.protocol, container: plan.container, host: address },
        target: SocketAddr::new(plan.target, plan.container),
        socket,
    })
}

/// Whether this kernel speaks IPv6 at all.
fn has_ipv6() -> bool {
    std::path::Path::new("/proc/sys/net/ipv6").exists()
}

/// A socket that takes what comes to an address: connections or datagrams.
///
/// # Errors
/// What `bind(2)` answers.
pub fn listener(protocol: Protocol, address: SocketAddr) -> io::Result<OwnedFd> {
    let family = if address.is_ipv4() { AddressFamily::INET } else { AddressFamily::INET6 };
    let kind = match protocol {
        Protocol::Tcp => SocketType::STREAM,
        Protocol::Udp => SocketType::DGRAM,
    };
    let socket = socket_with(family, kind, SocketFlags::CLOEXEC | SocketFlags::NONBLOCK, None)?;
    if address.is_ipv6() {
        sockopt::set_ipv6_v6only(&socket, true)?;
    }
    match protocol {
        Protocol::Tcp => {
            // Connections of a container that has just stopped linger; they do not keep its port.
            sockopt::set_socket_reuseaddr(&socket, true)?;
            bind(&socket, &address)?;
            listen(&socket, BACKLOG)?;
        }
        Protocol::Udp => bind(&socket, &address)?,
    }
    Ok(socket)
}

/// A socket for questions to resolvers of the host, opened while we can still reach them.
///
/// # Errors
/// What `socket(2)` answers.
pub fn question_socket(v6: bool) -> io::Result<OwnedFd> {
    let any = SocketAddr::new(super::plan::any_address(v6), 0);
    listener(Protocol::Udp, any)
}

/// One for questions whose answers are too long for a datagram, without a connection yet.
///
/// # Errors
/// What `socket(2)` answers.
pub fn stream_socket(v6: bool) -> io::Result<OwnedFd> {
    let family = if v6 { AddressFamily::INET6 } else { AddressFamily::INET };
    Ok(socket_with(family, SocketType::STREAM, SocketFlags::CLOEXEC | SocketFlags::NONBLOCK, None)?)
}
