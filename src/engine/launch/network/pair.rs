//! What leads out of the switch, for root: a pair, one end in the switch, the other on the host, each with an address of a
//! small range nobody uses. The host reaches the containers by it, and they the world, in the host's name.
//!
//! Its end on the host goes with the switch. The host's packet rules go with the sockets that made them: each monitor has one.

use std::fs::{self, File};
use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::UPLINK_PREFIX;
use super::firewall;
use super::link::FarEnd;
use super::netlink::Netlink;
use super::plan::BridgePlan;
use crate::engine::launch::identity::boot_id;

/// Its name in the switch.
pub const INSIDE: &str = "uplink";
/// Where small ranges for pairs are taken from: shared address space (RFC 6598), which no home and no office uses.
const FIRST: Ipv4Addr = Ipv4Addr::new(100, 127, 0, 0);
/// How many ranges of four addresses there are.
const RANGES: u32 = 1 << 14;
const PREFIX: u8 = 30;
const MTU: u32 = 1500;
const FORWARDING: &str = "/proc/sys/net/ipv4/ip_forward";
/// There while the host forwards only because of us.
const FORWARDING_NOTE: &str = "forwarding-was-off";

/// A pair that stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pair {
    /// The name of its end on the host.
    pub device: String,
    /// The host's address on it.
    pub host: Ipv4Addr,
    /// The switch's.
    pub inside: Ipv4Addr,
}

/// The host, as a monitor of root sees it before it goes anywhere.
#[derive(Debug)]
pub struct Host {
    namespace: File,
    netlink: Netlink,
    netfilter: Netlink,
}

impl Host {
    /// The host we stand on.
    ///
    /// # Errors
    /// What the kernel answers: without packet rules there is no way out.
    pub fn here() -> io::Result<Self> {
        Ok(Self {
            namespace: super::switch::current_namespace()?,
            netlink: Netlink::route()?,
            netfilter: Netlink::netfilter()?,
        })
    }

    /// Makes the pair; we stand in the switch.
    ///
    /// # Errors
    /// What the kernel answers. What was made then goes with the switch.
    pub fn raise(&self, switch: &Netlink) -> io::Result<Pair> {
        let mut random = [0; 4];
        rustix::rand::getrandom(&mut random, rustix::rand::GetRandomFlags::empty())?;
        let number = u32::from_ne_bytes(random);
        let base = FIRST.to_bits() + number % RANGES * 4;
        let pair = Pair {
            device: format!("{UPLINK_PREFIX}{number:08x}"),
            host: Ipv4Addr::from_bits(base + 1),
            inside: Ipv4Addr::from_bits(base + 2),
        };
        let far = FarEnd { name: &pair.device, namespace: &self.namespace, mac: None };
        switch.make_pair(INSIDE, None, MTU, far)?;
        let outside = self.netlink.index_of(&pair.device)?;
        self.netlink.add_address(outside, pair.host.into(), PREFIX)?;
        self.netlink.bring_up(outside)?;
        self.netlink.forward(outside, true)?;
        let inside = switch.index_of(INSIDE)?;
        switch.add_address(inside, pair.inside.into(), PREFIX)?;
        switch.bring_up(inside)?;
        switch.forward(inside, true)?;
        self.netlink.settle(outside)?;
        switch.settle(inside)?;
        switch.add_route(None, pair.host.into(), Some(inside))?;
        Ok(pair)
    }

    /// Lets what comes from the switch out in the host's name, for as long as we live.
    ///
    /// # Errors
    /// What the kernel answers.
    pub fn let_out(&self, pair: &Pair) -> io::Result<()> {
        firewall::guard_host(&self.netfilter, &pair.device)
    }

    /// No longer lets it out: what would happen by itself with our end, slower.
    pub fn shut(&self, pair: &Pair) {
        // What is not done now is done with our end.
        let _ = firewall::abandon_host(&self.netfilter, &pair.device);
    }

    /// Lets the host reach the containers of a bridge by their addresses, when nothing of the host's has those.
    pub fn reach(&self, bridge: &BridgePlan, pair: &Pair) {
        for (gateway, prefix) in bridge.addresses.iter().filter(|(address, _)| address.is_ipv4() && !bridge.internal) {
            let network = network_of(*gateway, *prefix);
            let device = self.netlink.index_of(&pair.device).ok();
            // Another state root, or Docker, has the same range: the host keeps speaking to theirs.
            let _ = self.netlink.add_route(Some((network, *prefix)), pair.inside.into(), device);
        }
    }
}

fn network_of(address: IpAddr, prefix: u8) -> IpAddr {
    crate::engine::network::Subnet::of(address, prefix).network
}

/// Makes the host forward packets, and notes it when it did not.
///
/// # Errors
/// What the file answers: a read-only `/proc/sys`.
pub fn have_host_forward(directory: &Path) -> io::Result<()> {
    if fs::read_to_string(FORWARDING)?.trim() != "0" {
        return Ok(());
    }
    fs::write(directory.join(FORWARDING_NOTE), boot_id()?)?;
    fs::write(FORWARDING, "1")
}

/// Puts the host back when it forwarded only because of us, and nobody needs it any more. Whether it had to.
pub fn stop_host_forwarding(directory: &Path) -> bool {
    let note = directory.join(FORWARDING_NOTE);
    let Ok(boot) = fs::read_to_string(&note) else { return false };
    // After a reboot the host does what somebody else has told it.
    if boot_id().is_ok_and(|now| now == boot) && fs::write(FORWARDING, "0").is_err() {
        return false;
    }
    fs::remove_file(note).is_ok()
}
