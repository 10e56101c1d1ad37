//! How a container is connected, as plain data: decided before anything is started.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::engine::container::ProcessIdentity;

/// Which network namespace a container gets, and what is in it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub enum NetworkPlan {
    /// The host's.
    Host,
    /// Its own, with nothing but `lo`.
    Isolated,
    /// That of another container's first process.
    Shared(ProcessIdentity),
    /// Its own, connected to networks.
    Connected(Box<ConnectionPlan>),
}

/// A container connected to networks.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ConnectionPlan {
    /// Where the networks of the state root keep their files.
    pub directory: PathBuf,
    /// The container's name, for messages.
    pub name: String,
    /// The id of its first end, for messages.
    pub endpoint: String,
    /// Its ends, `eth0` first.
    pub endpoints: Vec<EndpointPlan>,
    /// What is published.
    pub ports: Vec<PortPlan>,
    /// Whether names are resolved by ourselves, at 127.0.0.11.
    pub resolver: Option<ResolverPlan>,
}

/// One more end for a running container.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ConnectPlan {
    /// Where the networks of the state root keep their files.
    pub directory: PathBuf,
    /// The end.
    pub endpoint: EndpointPlan,
    /// Whether names are resolved from now on, if they were not.
    pub resolver: Option<ResolverPlan>,
}

/// One end less for a running container.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DisconnectPlan {
    /// Which one.
    pub interface: String,
    /// Where the default route leads then: the interface and the gateway.
    pub default_route: Option<(String, IpAddr)>,
}

/// One end in the container and the bridge it leads to.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct EndpointPlan {
    /// `docker0`, `br-` and twelve digits.
    pub bridge: BridgePlan,
    /// `eth0`.
    pub interface: String,
    /// Its hardware address.
    pub mac: [u8; 6],
    /// Its addresses, each with the length of its network's prefix.
    pub addresses: Vec<(IpAddr, u8)>,
    /// Where what is not near is sent; only of the end that leads out.
    pub default_routes: Vec<IpAddr>,
}

/// The bridge of a network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BridgePlan {
    /// Its device.
    pub device: String,
    /// The gateway's addresses.
    pub addresses: Vec<(IpAddr, u8)>,
    /// The longest packet.
    pub mtu: u32,
    /// `--internal`: nothing leads out.
    pub internal: bool,
    /// Whether its containers reach each other.
    pub talkative: bool,
}

/// A port of the host that leads to one of the container's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortPlan {
    /// TCP or UDP.
    pub protocol: Protocol,
    /// The container's.
    pub container: u16,
    /// Addresses of the host; all share one number when it is ours to choose.
    pub hosts: Vec<IpAddr>,
    /// Whether a host without IPv6 will do: nobody named the addresses.
    pub any_family: bool,
    /// Numbers that will do, in order of preference; the first and the last.
    pub range: (u16, u16),
    /// Where it leads.
    pub target: IpAddr,
}

/// What is carried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Protocol {
    /// Streams.
    Tcp,
    /// Datagrams.
    Udp,
}

impl Protocol {
    /// `tcp`, `udp`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Tcp => "tcp",
            Self::Udp => "udp",
        }
    }
}

/// A port that is published now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedPort {
    /// TCP or UDP.
    pub protocol: Protocol,
    /// The container's.
    pub container: u16,
    /// The host's.
    pub host: SocketAddr,
}

/// Who answers where the embedded resolver does not know.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResolverPlan {
    /// Asked one after another.
    pub upstream: Vec<SocketAddr>,
}

/// Every address of a family, as a listener says it.
pub fn any_address(v6: bool) -> IpAddr {
    if v6 { IpAddr::V6(Ipv6Addr::UNSPECIFIED) } else { IpAddr::V4(Ipv4Addr::UNSPECIFIED) }
}
