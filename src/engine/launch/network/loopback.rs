//! Brings `lo` up in a new network namespace.

use std::io;

use super::link::LOOPBACK;
use super::netlink::Netlink;

/// Brings `lo` up; the kernel gives it its addresses by itself.
///
/// # Errors
/// What the kernel answers; `CAP_NET_ADMIN` over the namespace is needed.
pub fn bring_up() -> io::Result<()> {
    Netlink::route()?.bring_up(LOOPBACK)
}
