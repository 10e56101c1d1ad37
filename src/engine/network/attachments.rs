//! Which networks a container belongs to, and, while it runs, what it has there: `network.json` of its directory.
//!
//! What is live is so only while the monitor that wrote it lives: addresses and ports are free again the moment it is gone.

use std::net::IpAddr;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::{NetworkId, Subnet};
use crate::engine::container::{ContainerId, ProcessIdentity, state_file};
use crate::engine::launch::PublishedPort;
use crate::engine::{EngineError, Paths};

/// A container and its networks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Attachments {
    /// In the order they were joined.
    pub networks: Vec<Attachment>,
    /// What it has while it runs.
    pub live: Option<Live>,
}

/// A container in a network, as it was asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Attachment {
    /// The network's name, or what was typed while it has not been looked up.
    pub network: String,
    /// The network, once it has been looked up.
    pub id: Option<NetworkId>,
    /// `--network-alias`.
    pub aliases: Vec<String>,
    /// `--link` on a network with names: `container:alias`.
    pub links: Vec<String>,
    /// `--ip`.
    pub ipv4: Option<IpAddr>,
    /// `--ip6`.
    pub ipv6: Option<IpAddr>,
    /// `--mac-address`.
    pub mac: Option<String>,
    /// `driver-opt`.
    pub driver_options: std::collections::BTreeMap<String, String>,
    /// `gw-priority`: the highest leads out.
    pub gateway_priority: i64,
    /// What it has there, while it runs.
    pub endpoint: Option<Endpoint>,
}

/// A running container's networking.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Live {
    /// Who answers for it: the client that starts it, then its monitor.
    pub holder: ProcessIdentity,
    /// 64 hexadecimal digits.
    pub sandbox: String,
    /// What is published.
    pub ports: Vec<PublishedPort>,
}

/// What a running container has in a network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoint {
    /// 64 hexadecimal digits.
    pub id: String,
    /// `eth0`.
    pub interface: String,
    /// Its hardware address.
    pub mac: String,
    /// Its addresses.
    pub addresses: Vec<EndpointAddress>,
}

/// An address, where it comes from and what leads out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndpointAddress {
    /// The container's.
    pub address: IpAddr,
    /// Of the network.
    pub subnet: Subnet,
    /// The network's gateway; `None` when nothing leads out.
    pub gateway: Option<IpAddr>,
}

impl Attachments {
    /// The file's name in a container's directory.
    pub const FILE: &str = "network.json";

    /// Those of a container; what is live no more is not there.
    ///
    /// # Errors
    /// [`EngineError::DamagedState`].
    pub fn read(paths: &Paths, id: &ContainerId) -> Result<Self, EngineError> {
        match state_file::read_json::<Self>(&paths.container(id).join(Self::FILE)) {
            Ok(attachments) => Ok(attachments.with_liveness()),
            Err(EngineError::Io { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(error),
        }
    }

    /// Writes them down.
    ///
    /// # Errors
    /// [`EngineError::Io`].
    pub fn write(&self, path: &Path) -> Result<(), EngineError> {
        state_file::write_json(path, self)
    }

    /// Those of a file that claims what is live no more, without it; `None` when the file is right, or there is none.
    ///
    /// # Errors
    /// [`EngineError::DamagedState`].
    pub(in crate::engine) fn ended(path: &Path) -> Result<Option<Self>, EngineError> {
        match state_file::read_json::<Self>(path) {
            Ok(written) => {
                let found = written.clone().with_liveness();
                Ok((found != written).then_some(found))
            }
            Err(EngineError::Io { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn with_liveness(mut self) -> Self {
        if !self.live.as_ref().is_some_and(|live| live.holder.is_alive()) {
            self.end();
        }
        self
    }

    /// Forgets what is live.
    pub fn end(&mut self) {
        self.live = None;
        for attachment in &mut self.networks {
            attachment.endpoint = None;
        }
    }

    /// What is published now.
    pub fn ports(&self) -> &[PublishedPort] {
        self.live.as_ref().map_or(&[], |live| &live.ports)
    }

    /// In a network.
    pub fn in_network(&self, id: &NetworkId) -> Option<&Attachment> {
        self.networks.iter().find(|attachment| attachment.id.as_ref() == Some(id))
    }
}

impl Attachment {
    /// To a network by name.
    pub fn named(network: impl Into<String>) -> Self {
        Self { network: network.into(), ..Self::default() }
    }

    /// Its IPv4 or IPv6 address there.
    pub fn address(&self, v4: bool) -> Option<&EndpointAddress> {
        self.endpoint.as_ref()?.addresses.iter().find(|found| found.address.is_ipv4() == v4)
    }
}
