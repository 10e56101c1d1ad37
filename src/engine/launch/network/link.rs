//! Devices, addresses and routes of one network namespace: a bridge, a pair of ends, what is reached through them.
//! Source: rtnetlink(7), `linux/if_link.h`, `drivers/net/veth.c`.

use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::os::fd::{AsFd, AsRawFd};

use super::netlink::{CREATE, EXCL, Message, Netlink};

const RTM_NEWLINK: u16 = 16;
const RTM_DELLINK: u16 = 17;
const RTM_GETLINK: u16 = 18;
const RTM_NEWADDR: u16 = 20;
const RTM_NEWROUTE: u16 = 24;

const IFF_UP: u32 = 1;
const IFLA_ADDRESS: u16 = 1;
const IFLA_IFNAME: u16 = 3;
const IFLA_MTU: u16 = 4;
const IFLA_MASTER: u16 = 10;
const IFLA_PROTINFO: u16 = 12;
const IFLA_LINKINFO: u16 = 18;
const IFLA_AF_SPEC: u16 = 26;
const IFLA_NET_NS_FD: u16 = 28;
const IFLA_INFO_KIND: u16 = 1;
const IFLA_INFO_DATA: u16 = 2;
const VETH_INFO_PEER: u16 = 1;
const IFLA_BRPORT_ISOLATED: u16 = 33;
const IFLA_INET_CONF: u16 = 1;
const IPV4_FORWARDING: u16 = 1;
const IFLA_INET6_ADDR_GEN_MODE: u16 = 8;
/// No link-local address: the device says nothing in IPv6 that it was not told to.
const ADDR_GEN_NONE: u8 = 1;

const IFA_ADDRESS: u16 = 1;
const IFA_LOCAL: u16 = 2;
const IFA_BROADCAST: u16 = 4;
/// No duplicate address detection: an address of ours is ours at once.
const IFA_F_NODAD: u8 = 2;

const RTA_DST: u16 = 1;
const RTA_OIF: u16 = 4;
const RTA_GATEWAY: u16 = 5;
const TABLE_MAIN: u8 = 254;
const PROTOCOL_STATIC: u8 = 4;
const TYPE_UNICAST: u8 = 1;
const TYPE_BLACKHOLE: u8 = 6;
const RTA_PRIORITY: u16 = 6;
const LAST_RESORT: u32 = 1 << 30;

const AF_UNSPEC: u8 = 0;
const AF_INET: u8 = 2;
const AF_BRIDGE: u8 = 7;
const AF_INET6: u8 = 10;

/// `lo` is interface 1 of every network namespace.
pub const LOOPBACK: u32 = 1;

/// A device's end that is made in another namespace.
#[derive(Debug, Clone, Copy)]
pub struct FarEnd<'a, N: AsFd> {
    /// Its name there.
    pub name: &'a str,
    /// The network namespace.
    pub namespace: &'a N,
    /// Its hardware address; the kernel's choice when absent.
    pub mac: Option<[u8; 6]>,
}

/// struct ifinfomsg.
fn info(family: u8, index: u32, flags: u32, change: u32) -> Vec<u8> {
    let mut body = vec![family, 0, 0, 0];
    for word in [index, flags, change] {
        body.extend_from_slice(&word.to_ne_bytes());
    }
    body
}

impl Netlink {
    /// Makes a bridge.
    ///
    /// # Errors
    /// What the kernel answers: `EOPNOTSUPP` when it knows no bridges.
    pub fn make_bridge(&self, name: &str, mtu: u32, mac: [u8; 6]) -> io::Result<()> {
        let message = Message::new(RTM_NEWLINK, CREATE | EXCL, &info(AF_UNSPEC, 0, 0, 0))
            .with_text(IFLA_IFNAME, name)
            .with_u32(IFLA_MTU, mtu)
            .with(IFLA_ADDRESS, &mac)
            .nest(IFLA_LINKINFO, |info| info.with_text(IFLA_INFO_KIND, "bridge"));
        self.ask(message)
    }

    /// Makes a pair of ends, one here, the other in another namespace; both are down.
    ///
    /// # Errors
    /// What the kernel answers: `EOPNOTSUPP` when it knows no such pairs.
    pub fn make_pair<N: AsFd>(&self, name: &str, master: Option<u32>, mtu: u32, far: FarEnd<'_, N>) -> io::Result<()> {
        #[allow(clippy::cast_sign_loss)] // an open descriptor is not negative
        let namespace = far.namespace.as_fd().as_raw_fd() as u32;
        let mut message = Message::new(RTM_NEWLINK, CREATE | EXCL, &info(AF_UNSPEC, 0, 0, 0))
            .with_text(IFLA_IFNAME, name)
            .with_u32(IFLA_MTU, mtu);
        if let Some(master) = master {
            message = message.with_u32(IFLA_MASTER, master);
        }
        let peer = |peer: Message| {
            let peer = peer.raw(&info(AF_UNSPEC, 0, 0, 0)).with_text(IFLA_IFNAME, far.name).with_u32(IFLA_MTU, mtu);
            let peer = if let Some(mac) = far.mac { peer.with(IFLA_ADDRESS, &mac) } else { peer };
            peer.with_u32(IFLA_NET_NS_FD, namespace)
        };
        self.ask(message.nest(IFLA_LINKINFO, |info| {
            info.with_text(IFLA_INFO_KIND, "veth").nest(IFLA_INFO_DATA, |data| data.nest(VETH_INFO_PEER, peer))
        }))
    }

    /// Brings a device up, without IPv6 addresses of the kernel's own making.
    ///
    /// # Errors
    /// What the kernel answers.
    pub fn bring_up(&self, index: u32) -> io::Result<()> {
        let plain = || Message::new(RTM_NEWLINK, 0, &info(AF_UNSPEC, index, IFF_UP, IFF_UP));
        if index == LOOPBACK {
            return self.ask(plain());
        }
        let silent = plain().nest(IFLA_AF_SPEC, |families| {
            families.nest(u16::from(AF_INET6), |inet6| inet6.with(IFLA_INET6_ADDR_GEN_MODE, &[ADDR_GEN_NONE]))
        });
        // A kernel without IPv6 has nothing to silence.
        self.ask(silent).or_else(|_| self.ask(plain()))
    }

    /// Whether packets that come in by this device may go out by another.
    ///
    /// # Errors
    /// What the kernel answers.
    pub fn forward(&self, index: u32, allowed: bool) -> io::Result<()> {
        self.ask(Message::new(RTM_NEWLINK, 0, &info(AF_UNSPEC, index, 0, 0)).nest(IFLA_AF_SPEC, |families| {
            families.nest(u16::from(AF_INET), |inet| {
                inet.nest(IFLA_INET_CONF, |conf| conf.with_u32(IPV4_FORWARDING, u32::from(allowed)))
            })
        }))
    }

    /// Keeps what is behind this port of a bridge from talking to other such ports.
    ///
    /// # Errors
    /// What the kernel answers.
    pub fn isolate_port(&self, index: u32) -> io::Result<()> {
        self.ask(
            Message::new(RTM_NEWLINK, 0, &info(AF_BRIDGE, index, 0, 0))
                .nest(IFLA_PROTINFO, |port| port.with(IFLA_BRPORT_ISOLATED, &[1])),
        )
    }

    /// Removes a device, and its other end with it.
    ///
    /// # Errors
    /// What the kernel answers.
    pub fn remove_link(&self, index: u32) -> io::Result<()> {
        self.ask(Message::new(RTM_DELLINK, 0, &info(AF_UNSPEC, index, 0, 0)))
    }

    /// Has the kernel take note now of what it would have noticed later: a device whose other end has just come up drops
    /// what is sent until then. Since Linux 6.9, asking about a device is enough; before, it takes a moment of its own.
    ///
    /// # Errors
    /// What the kernel answers.
    pub fn settle(&self, index: u32) -> io::Result<()> {
        let message = Message::new(RTM_GETLINK, super::netlink::ACK, &info(AF_UNSPEC, index, 0, 0));
        self.list(message, &mut |_, _| ())
    }

    /// The number of a device, by its name.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`] and the like (`ENODEV`).
    pub fn index_of(&self, name: &str) -> io::Result<u32> {
        let mut found = None;
        let message = Message::new(RTM_GETLINK, super::netlink::ACK, &info(AF_UNSPEC, 0, 0, 0));
        self.list(message.with_text(IFLA_IFNAME, name), &mut |_, payload| {
            found = payload.get(4..).and_then(|rest| rest.first_chunk()).map(|index| u32::from_ne_bytes(*index));
        })?;
        found.ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    /// Gives a device an address.
    ///
    /// # Errors
    /// What the kernel answers.
    pub fn add_address(&self, index: u32, address: IpAddr, prefix: u8) -> io::Result<()> {
        let family = family_of(address);
        let mut body = vec![family, prefix, if family == AF_INET6 { IFA_F_NODAD } else { 0 }, 0];
        body.extend_from_slice(&index.to_ne_bytes());
        let mut message = Message::new(RTM_NEWADDR, CREATE | EXCL, &body)
            .with(IFA_LOCAL, &octets(address))
            .with(IFA_ADDRESS, &octets(address));
        if let IpAddr::V4(v4) = address
            && prefix < 31
        {
            let broadcast = Ipv4Addr::from_bits(v4.to_bits() | (u32::MAX >> prefix));
            message = message.with(IFA_BROADCAST, &broadcast.octets());
        }
        self.ask(message)
    }

    /// Adds a last resort: what has no other way is dropped without a word, and is sent again by who needs it.
    ///
    /// # Errors
    /// What the kernel answers.
    pub fn add_blackhole(&self) -> io::Result<()> {
        let mut body = vec![AF_INET, 0, 0, 0, TABLE_MAIN, PROTOCOL_STATIC, 0, TYPE_BLACKHOLE];
        body.extend_from_slice(&[0; 4]);
        self.ask(Message::new(RTM_NEWROUTE, CREATE | EXCL, &body).with_u32(RTA_PRIORITY, LAST_RESORT))
    }

    /// Adds a route: to a network (everything when `None`), through a gateway, by a device.
    ///
    /// # Errors
    /// What the kernel answers: `EEXIST` when there is one already.
    pub fn add_route(&self, to: Option<(IpAddr, u8)>, gateway: IpAddr, device: Option<u32>) -> io::Result<()> {
        let length = to.map_or(0, |(_, prefix)| prefix);
        let mut body = vec![family_of(gateway), length, 0, 0, TABLE_MAIN, PROTOCOL_STATIC, 0, TYPE_UNICAST];
        body.extend_from_slice(&[0; 4]);
        let mut message = Message::new(RTM_NEWROUTE, CREATE | EXCL, &body).with(RTA_GATEWAY, &octets(gateway));
        if let Some((network, _)) = to {
            message = message.with(RTA_DST, &octets(network));
        }
        if let Some(device) = device {
            message = message.with_u32(RTA_OIF, device);
        }
        self.ask(message)
    }
}

fn family_of(address: IpAddr) -> u8 {
    if address.is_ipv4() { AF_INET } else { AF_INET6 }
}

fn octets(address: IpAddr) -> Vec<u8> {
    match address {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    }
}
