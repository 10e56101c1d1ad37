//! What is known of a network: `networks/ID.json` of the state root.

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Subnet;
use crate::engine::launch::BridgePlan;

/// The bridge device of the network everybody is in.
const DEFAULT_BRIDGE: &str = "docker0";
/// The longest packet when nobody says otherwise.
const MTU: u32 = 1500;

/// A network's id: 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct NetworkId(pub(super) String);

impl NetworkId {
    /// All 64 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The 12 digits Docker shows.
    pub fn short(&self) -> &str {
        self.0.get(..12).unwrap_or(&self.0)
    }
}

impl fmt::Display for NetworkId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How a network is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum NetworkDriver {
    /// A bridge of its own.
    Bridge,
    /// The host's.
    Host,
    /// Nothing but `lo`.
    Null,
}

impl NetworkDriver {
    /// Docker's word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Bridge => "bridge",
            Self::Host => "host",
            Self::Null => "null",
        }
    }
}

/// One range of addresses of a network, with the field names of Docker's API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct IpamConfig {
    /// The range.
    pub subnet: Subnet,
    /// Only addresses of this part are given away.
    #[serde(rename = "IPRange", default, skip_serializing_if = "Option::is_none")]
    pub ip_range: Option<Subnet>,
    /// The bridge's own.
    pub gateway: IpAddr,
    /// Never given away.
    #[serde(rename = "AuxiliaryAddresses", default, skip_serializing_if = "BTreeMap::is_empty")]
    pub auxiliary: BTreeMap<String, IpAddr>,
    /// Whether the range was asked for without a word about the gateway: Docker does not show it then.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub gateway_implied: bool,
}

/// All that is known of a network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct NetworkRecord {
    /// Its name.
    pub name: String,
    /// Its id.
    pub id: NetworkId,
    /// When it was made.
    pub created: Timestamp,
    /// How it is made.
    pub driver: NetworkDriver,
    /// Whether it has IPv6 addresses.
    pub enable_ipv6: bool,
    /// `--ipam-opt`.
    pub ipam_options: Option<BTreeMap<String, String>>,
    /// Its ranges.
    pub ipam: Vec<IpamConfig>,
    /// Whether its ranges were asked for: only then may a container ask for an address.
    #[serde(default)]
    pub ranges_chosen: bool,
    /// Whether nothing leads out of it.
    pub internal: bool,
    /// `--attachable`: means something in a swarm only.
    pub attachable: bool,
    /// `-o`.
    pub options: BTreeMap<String, String>,
    /// Free words.
    pub labels: BTreeMap<String, String>,
}

impl NetworkRecord {
    /// Whether it is one of the three that are always there.
    pub fn is_predefined(&self) -> bool {
        is_predefined(&self.name)
    }

    /// Whether names are resolved on it: on every bridge but the one everybody is in.
    pub fn resolves_names(&self) -> bool {
        self.driver == NetworkDriver::Bridge && !self.is_predefined()
    }

    /// Its IPv4 range, or its IPv6 range.
    pub fn range(&self, v4: bool) -> Option<&IpamConfig> {
        self.ipam.iter().find(|config| config.subnet.is_ipv4() == v4)
    }

    /// Its bridge.
    pub fn bridge(&self) -> BridgePlan {
        let option = |name: &str| self.options.get(name).map(String::as_str);
        let named = option("com.docker.network.bridge.name").filter(|name| name.len() < 16 && !name.is_empty());
        let default = if self.name == "bridge" { DEFAULT_BRIDGE.to_owned() } else { format!("br-{}", self.id.short()) };
        BridgePlan {
            device: named.map_or(default, str::to_owned),
            addresses: self.ipam.iter().map(|config| (config.gateway, config.subnet.prefix)).collect(),
            mtu: option("com.docker.network.driver.mtu").and_then(|mtu| mtu.parse().ok()).unwrap_or(MTU),
            internal: self.internal,
            talkative: option("com.docker.network.bridge.enable_icc") != Some("false"),
        }
    }
}

/// Whether a name is of one of the three networks that are always there.
pub fn is_predefined(name: &str) -> bool {
    matches!(name, "bridge" | "host" | "none")
}
