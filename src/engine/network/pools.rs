//! Where addresses of networks come from when nobody says: Docker's pools, in its order, without what the host uses.
//! Source: moby `libnetwork/ipamutils`, the local scope.

use std::fs;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::Subnet;

/// The first of `172.16/12` that Docker takes; 172.16 itself is left to others.
const FIRST_172: u8 = 17;
const LAST_172: u8 = 31;
const PREFIX_172: u8 = 16;
const PREFIX_192: u8 = 20;

/// Every pool, in order.
fn pools() -> impl Iterator<Item = Subnet> {
    let first =
        (FIRST_172..=LAST_172).map(|second| Subnet::of(IpAddr::V4(Ipv4Addr::new(172, second, 0, 0)), PREFIX_172));
    let second = (0..16).map(|part| Subnet::of(IpAddr::V4(Ipv4Addr::new(192, 168, part * 16, 0)), PREFIX_192));
    first.chain(second)
}

/// A pool that meets neither these ranges nor the host's routes and resolvers; `None` when all are taken.
pub fn free_pool(taken: &[Subnet]) -> Option<Subnet> {
    let host = host_ranges();
    let free = |pool: &Subnet| !taken.iter().chain(&host).any(|other| other.overlaps(pool));
    pools().find(free)
}

/// A range of unique local addresses: 40 random bits, as RFC 4193 §3.2.2 wants, and the first subnet of them.
pub fn unique_local(random: [u8; 5]) -> Subnet {
    let mut octets = [0; 16];
    octets[0] = 0xfd;
    octets[1..6].copy_from_slice(&random);
    Subnet::of(IpAddr::V6(Ipv6Addr::from(octets)), 64)
}

/// What the host reaches by more than its default route, and the resolvers it asks. Routes of ours are not among them: they
/// lead through the uplink.
fn host_ranges() -> Vec<Subnet> {
    let routes = fs::read_to_string("/proc/net/route").unwrap_or_default();
    let resolvers = fs::read_to_string("/etc/resolv.conf").unwrap_or_default();
    let servers = resolvers.lines().filter_map(|line| line.strip_prefix("nameserver")?.trim().parse::<Ipv4Addr>().ok());
    let servers = servers.map(|server| Subnet::of(server.into(), 32));
    routes.lines().skip(1).filter_map(route).chain(servers).collect()
}

/// One line of `/proc/net/route`: device, destination, gateway, … mask, the addresses as numbers of the machine.
fn route(line: &str) -> Option<Subnet> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let number = |at: usize| u32::from_str_radix(fields.get(at)?, 16).ok();
    let (destination, mask) = (number(1)?, number(7)?);
    if mask == 0 || fields.first()?.starts_with(crate::engine::launch::UPLINK_PREFIX) {
        return None;
    }
    let network = Ipv4Addr::from(destination.to_ne_bytes());
    Some(Subnet::of(network.into(), u8::try_from(mask.count_ones()).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pools_come_in_dockers_order() {
        let all: Vec<String> = pools().map(|pool| pool.to_string()).collect();
        assert_eq!(
            (all[0].as_str(), all[14].as_str(), all[15].as_str()),
            ("172.17.0.0/16", "172.31.0.0/16", "192.168.0.0/20")
        );
        assert_eq!(all.last().map(String::as_str), Some("192.168.240.0/20"));
    }

    #[test]
    fn what_is_taken_is_left_alone() {
        let taken: Vec<Subnet> = pools().take(3).collect();
        let free = free_pool(&taken).unwrap();
        assert!(!taken.iter().any(|other| other.overlaps(&free)), "{free}");
        assert_eq!(free_pool(&["0.0.0.0/0".parse().unwrap()]), None);
    }

    #[test]
    fn routes_are_read() {
        let line = "eth0\t0002000A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0";
        if cfg!(target_endian = "little") {
            assert_eq!(route(line).unwrap().to_string(), "10.0.2.0/24");
        }
        assert_eq!(route("eth0\t00000000\t0102000A\t0003\t0\t0\t0\t00000000\t0\t0\t0"), None);
    }
}
