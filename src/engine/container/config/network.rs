//! Which network a container joins, and how it is reached there.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Which network namespace a container gets.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub enum NetworkMode {
    /// Docker's default.
    #[default]
    Bridge,
    /// Its own, with nothing but `lo`.
    None,
    /// The host's.
    Host,
    /// Anything else, by name.
    Named(String),
}

impl From<String> for NetworkMode {
    fn from(text: String) -> Self {
        match text.as_str() {
            "" | "default" | "bridge" => Self::Bridge,
            "none" => Self::None,
            "host" => Self::Host,
            _ => Self::Named(text),
        }
    }
}

impl From<NetworkMode> for String {
    fn from(mode: NetworkMode) -> Self {
        match mode {
            NetworkMode::Bridge => "bridge".to_owned(),
            NetworkMode::None => "none".to_owned(),
            NetworkMode::Host => "host".to_owned(),
            NetworkMode::Named(name) => name,
        }
    }
}

/// Ports, addresses and names, with the field names of Docker's `HostConfig`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct NetworkOptions {
    /// `-p`: `80/tcp` and where it is published.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub port_bindings: BTreeMap<String, Option<Vec<PortBinding>>>,
    /// `-P`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub publish_all_ports: bool,
    /// `--link` on the network everybody is in: `/container:/own/alias`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub links: Vec<String>,
}

/// Where a port is published on the host.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct PortBinding {
    /// Empty is every address.
    pub host_ip: String,
    /// A number, a range, or empty: then one is chosen.
    pub host_port: String,
}
