//! Brings `lo` up in a new network namespace, through one netlink message.
//! Source: rtnetlink(7), `RTM_NEWLINK`.

use std::io;

use rustix::net::netlink::SocketAddrNetlink;
use rustix::net::{AddressFamily, SendFlags, SocketFlags, SocketType, sendto, socket_with};

const RTM_NEWLINK: u16 = 16;
const NLM_F_REQUEST: u16 = 1;
/// `lo` is interface 1 of every network namespace.
const LOOPBACK_INDEX: i32 = 1;
const IFF_UP: u32 = 1;
const MESSAGE_LENGTH: u32 = 32;

/// Brings `lo` up; the kernel gives it its addresses by itself.
///
/// # Errors
/// What the kernel answers; `CAP_NET_ADMIN` over the namespace is needed.
pub fn bring_up() -> io::Result<()> {
    // No protocol given is NETLINK_ROUTE.
    let socket = socket_with(AddressFamily::NETLINK, SocketType::RAW, SocketFlags::CLOEXEC, None)?;
    let mut message = Vec::with_capacity(MESSAGE_LENGTH as usize);
    // struct nlmsghdr: length, type, flags, sequence, port
    message.extend_from_slice(&MESSAGE_LENGTH.to_ne_bytes());
    message.extend_from_slice(&RTM_NEWLINK.to_ne_bytes());
    message.extend_from_slice(&NLM_F_REQUEST.to_ne_bytes());
    message.extend_from_slice(&[0; 8]);
    // struct ifinfomsg: family, padding, type, index, flags, change mask
    message.extend_from_slice(&[0; 4]);
    message.extend_from_slice(&LOOPBACK_INDEX.to_ne_bytes());
    message.extend_from_slice(&IFF_UP.to_ne_bytes());
    message.extend_from_slice(&IFF_UP.to_ne_bytes());
    sendto(&socket, &message, SendFlags::empty(), &SocketAddrNetlink::new(0, 0))?;
    Ok(())
}
