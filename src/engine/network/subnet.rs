//! A range of addresses: `172.18.0.0/16`, `fd00::/64`. Owns the arithmetic; chooses nothing.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Addresses that begin alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Subnet {
    /// Its lowest address.
    pub network: IpAddr,
    /// How many bits they share.
    pub prefix: u8,
}

/// A text that is no range, and why, in Go's words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("invalid CIDR address: {0}")]
pub struct InvalidSubnet(pub String);

impl Subnet {
    /// The range an address is in.
    pub fn of(address: IpAddr, prefix: u8) -> Self {
        let width = width(address);
        let prefix = prefix.min(width);
        let host = u32::from(width - prefix);
        let bits = bits(address).checked_shr(host).unwrap_or(0).checked_shl(host).unwrap_or(0);
        Self { network: address_of(bits, address.is_ipv4()), prefix }
    }

    /// Whether a text that was read as this range gives its lowest address.
    pub fn begins_at(&self, typed: &str) -> bool {
        typed.split_once('/').and_then(|(address, _)| address.parse().ok()) == Some(self.network)
    }

    /// Whether it is made of IPv4 addresses.
    pub fn is_ipv4(&self) -> bool {
        self.network.is_ipv4()
    }

    /// Its highest address.
    pub fn last(&self) -> IpAddr {
        let host = width(self.network) - self.prefix;
        let mask = 1_u128.checked_shl(host.into()).unwrap_or(0).wrapping_sub(1);
        address_of(bits(self.network) | mask, self.is_ipv4())
    }

    /// Whether an address is in it.
    pub fn contains(&self, address: IpAddr) -> bool {
        address.is_ipv4() == self.is_ipv4() && Self::of(address, self.prefix).network == self.network
    }

    /// Whether some address is in both.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.contains(other.network) || other.contains(self.network)
    }

    /// Addresses a machine may have, lowest first: in IPv4 neither the network's own nor the broadcast's.
    pub fn hosts(&self) -> impl Iterator<Item = IpAddr> + use<> {
        let room = width(self.network) - self.prefix;
        let skipped = u128::from(room > 1);
        self.between(skipped, if self.is_ipv4() { skipped } else { 0 })
    }

    /// Every address, lowest first.
    pub fn addresses(&self) -> impl Iterator<Item = IpAddr> + use<> {
        self.between(0, 0)
    }

    /// The addresses but so many at the beginning and at the end.
    fn between(&self, before: u128, after: u128) -> impl Iterator<Item = IpAddr> + use<> {
        let v4 = self.is_ipv4();
        let (first, last) = (bits(self.network).saturating_add(before), bits(self.last()).saturating_sub(after));
        let mut next = Some(first);
        std::iter::from_fn(move || {
            let bits = next.filter(|bits| *bits <= last)?;
            next = bits.checked_add(1);
            Some(address_of(bits, v4))
        })
    }
}

fn width(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_bits().into(),
        IpAddr::V6(address) => address.to_bits(),
    }
}

fn address_of(bits: u128, v4: bool) -> IpAddr {
    if v4 {
        IpAddr::V4(Ipv4Addr::from_bits(u32::try_from(bits).unwrap_or(u32::MAX)))
    } else {
        IpAddr::V6(Ipv6Addr::from_bits(bits))
    }
}

impl FromStr for Subnet {
    type Err = InvalidSubnet;

    fn from_str(text: &str) -> Result<Self, InvalidSubnet> {
        let invalid = || InvalidSubnet(text.to_owned());
        let (address, prefix) = text.split_once('/').ok_or_else(invalid)?;
        let address: IpAddr = address.parse().map_err(|_| invalid())?;
        let prefix: u8 = prefix.parse().map_err(|_| invalid())?;
        if prefix > width(address) {
            return Err(invalid());
        }
        Ok(Self::of(address, prefix))
    }
}

impl TryFrom<String> for Subnet {
    type Error = InvalidSubnet;

    fn try_from(text: String) -> Result<Self, InvalidSubnet> {
        text.parse()
    }
}

impl From<Subnet> for String {
    fn from(subnet: Subnet) -> Self {
        subnet.to_string()
    }
}

impl fmt::Display for Subnet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.network, self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subnet(text: &str) -> Subnet {
        text.parse().unwrap()
    }

    #[test]
    fn a_range_begins_at_its_lowest_address() {
        assert_eq!(subnet("172.18.5.9/16").to_string(), "172.18.0.0/16");
        assert_eq!(subnet("fd00::9/64").to_string(), "fd00::/64");
        assert_eq!(subnet("172.18.0.0/16").last().to_string(), "172.18.255.255");
        assert_eq!(subnet("0.0.0.0/0").last().to_string(), "255.255.255.255");
        for text in ["172.18.0.0", "172.18.0.0/33", "x/8", "fd00::/129", "1.2.3/8"] {
            assert!(text.parse::<Subnet>().is_err(), "{text}");
        }
    }

    #[test]
    fn ranges_know_what_they_share() {
        assert!(subnet("10.0.0.0/8").overlaps(&subnet("10.9.0.0/16")));
        assert!(subnet("10.9.0.0/16").overlaps(&subnet("10.0.0.0/8")));
        assert!(!subnet("10.9.0.0/16").overlaps(&subnet("10.10.0.0/16")));
        assert!(!subnet("10.9.0.0/16").overlaps(&subnet("fd00::/8")));
    }

    #[test]
    fn machines_have_the_addresses_between() {
        let hosts = |text: &str| subnet(text).hosts().map(|host| host.to_string()).collect::<Vec<_>>();
        assert_eq!(hosts("10.0.0.0/30"), ["10.0.0.1", "10.0.0.2"]);
        assert_eq!(hosts("10.0.0.0/31"), ["10.0.0.0", "10.0.0.1"]);
        assert_eq!(hosts("10.0.0.7/32"), ["10.0.0.7"]);
        assert_eq!(subnet("10.0.0.4/30").addresses().count(), 4);
        assert_eq!(subnet("fd00::/64").hosts().next().unwrap().to_string(), "fd00::1");
        assert_eq!(subnet("255.255.255.0/24").hosts().count(), 254);
    }
}
