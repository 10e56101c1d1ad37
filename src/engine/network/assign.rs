//! What a container gets when it starts: an address in each of its networks, and the plan of its connection.

use std::collections::HashSet;
use std::net::{IpAddr, SocketAddr};

use super::attachments::{Attachment, Attachments, Endpoint, EndpointAddress, Live};
use super::files::nameservers;
use super::published;
use super::record::{IpamConfig, NetworkDriver, NetworkRecord};
use crate::engine::container::{ContainerId, ContainerRecord, NetworkMode, ProcessIdentity, random_bytes};
use crate::engine::launch::{ConnectionPlan, EndpointPlan, NetworkPlan, PublishedPort, ResolverPlan};
use crate::engine::oci::to_hex;
use crate::engine::{Engine, EngineError};

impl Engine {
    /// Decides how a container is connected and reserves what it gets, in our own name until its monitor takes over.
    ///
    /// # Errors
    /// [`EngineError::NoSuchNetwork`]; an address or a port that cannot be had, in Docker's words.
    pub(in crate::engine) fn assign_network(
        &self,
        record: &ContainerRecord,
    ) -> Result<(NetworkPlan, Attachments), EngineError> {
        let mode = &record.host_config.network_mode;
        if let Some(other) = mode.container() {
            return Ok((self.shared_network(other)?, Attachments::default()));
        }
        let mut attachments = Attachments::read(&self.paths, &record.id)?;
        if attachments.networks.is_empty() {
            attachments.networks.push(Attachment::named(mode.name()));
        }
        let mut networks = Vec::new();
        for attachment in &mut attachments.networks {
            let network = self.resolve_network(&attachment.network)?;
            attachment.id = Some(network.id.clone());
            attachment.network.clone_from(&network.name);
            networks.push(network);
        }
        if let Some(driver) =
            networks.iter().map(|network| network.driver).find(|driver| *driver != NetworkDriver::Bridge)
        {
            let plan = if driver == NetworkDriver::Host { NetworkPlan::Host } else { NetworkPlan::Isolated };
            let path = self.paths.container(&record.id).join(Attachments::FILE);
            attachments.write(&path)?;
            return Ok((plan, attachments));
        }

        let lock = self.lock_networks()?;
        let others: Vec<Attachments> = self
            .all_attachments()?
            .into_iter()
            .filter(|(id, _)| *id != record.id)
            .map(|(_, attachments)| attachments)
            .collect();
        for (number, (attachment, network)) in attachments.networks.iter_mut().zip(&networks).enumerate() {
            attachment.endpoint = Some(endpoint(network, attachment, &others, number)?);
        }
        let requests = published::requests(record)?;
        let ports = published::plans(&requests, &attachments);
        let wanted: Vec<PublishedPort> = published::fixed(&ports);
        check_ports(record, &attachments, &wanted, &others)?;
        attachments.live = Some(Live {
            holder: ProcessIdentity::ourselves().map_err(|error| EngineError::io("/proc/self", error))?,
            sandbox: to_hex(&random_bytes::<32>()?),
            ports: wanted,
        });
        let path = self.paths.container(&record.id).join(Attachments::FILE);
        attachments.write(&path)?;
        drop(lock);

        let leads_out = leading_out(&attachments, &networks);
        let endpoints = attachments.networks.iter().zip(&networks).enumerate();
        let endpoints: Vec<EndpointPlan> = endpoints
            .filter_map(|(at, (attachment, network))| endpoint_plan(attachment, network, leads_out == Some(at)))
            .collect();
        let plan = ConnectionPlan {
            directory: self.paths.networks(),
            name: record.name.to_string(),
            endpoint: attachments.networks[0].endpoint.as_ref().map(|endpoint| endpoint.id.clone()).unwrap_or_default(),
            endpoints,
            ports,
            resolver: networks
                .iter()
                .any(NetworkRecord::resolves_names)
                .then(|| ResolverPlan { upstream: if leads_out.is_some() { upstream(record) } else { Vec::new() } }),
        };
        Ok((NetworkPlan::Connected(Box::new(plan)), attachments))
    }

    /// Completes what a monitor has taken over: it answers for it now, and knows the ports.
    ///
    /// # Errors
    /// [`EngineError::Io`].
    pub(in crate::engine) fn hold_network(
        &self,
        id: &ContainerId,
        holder: &ProcessIdentity,
        ports: Vec<PublishedPort>,
    ) -> Result<(), EngineError> {
        let _lock = self.lock_networks()?;
        let mut attachments = Attachments::read(&self.paths, id)?;
        if let Some(live) = &mut attachments.live {
            live.holder = holder.clone();
            live.ports = ports;
        }
        attachments.write(&self.paths.container(id).join(Attachments::FILE))
    }

    /// Forgets what a container had while it ran.
    pub(in crate::engine) fn end_network(&self, id: &ContainerId) {
        let Ok(_lock) = self.lock_networks() else { return };
        if let Ok(mut attachments) = Attachments::read(&self.paths, id)
            && attachments.live.is_some()
        {
            attachments.end();
            // What is not written is found dead with its holder.
            let _ = attachments.write(&self.paths.container(id).join(Attachments::FILE));
        }
    }

    fn shared_network(&self, other: &str) -> Result<NetworkPlan, EngineError> {
        let target = self.resolve_container(other)?;
        match &target.state.status {
            crate::engine::container::ContainerStatus::Running { init, .. } => Ok(NetworkPlan::Shared(init.clone())),
            _ => Err(EngineError::Conflict(format!("cannot join network of a non running container: {}", target.id))),
        }
    }
}

/// An address of each kind in a network, asked for or the lowest that is free.
pub(super) fn endpoint(
    network: &NetworkRecord,
    attachment: &Attachment,
    others: &[Attachments],
    number: usize,
) -> Result<Endpoint, EngineError> {
    check_asked(network, attachment)?;
    let used: HashSet<IpAddr> = others
        .iter()
        .filter_map(|other| other.in_network(&network.id)?.endpoint.as_ref())
        .flat_map(|endpoint| endpoint.addresses.iter().map(|found| found.address))
        .collect();
    let mut addresses = Vec::new();
    for config in &network.ipam {
        let asked = if config.subnet.is_ipv4() { attachment.ipv4 } else { attachment.ipv6 };
        addresses.push(EndpointAddress {
            address: address(config, asked, &used)?,
            subnet: config.subnet,
            gateway: (!network.internal).then_some(config.gateway),
        });
    }
    let mac = match &attachment.mac {
        Some(mac) => mac.to_lowercase(),
        None => mac_of(addresses.iter().find_map(|found| match found.address {
            IpAddr::V4(address) => Some(address.octets()),
            IpAddr::V6(_) => None,
        })),
    };
    Ok(Endpoint { id: to_hex(&random_bytes::<32>()?), interface: format!("eth{number}"), mac, addresses })
}

/// Refuses addresses and names a network does not give. Source: moby `validateEndpointSettings`.
///
/// # Errors
/// [`EngineError::InvalidRequest`].
fn check_asked(network: &NetworkRecord, attachment: &Attachment) -> Result<(), EngineError> {
    let asked: Vec<IpAddr> = attachment.ipv4.into_iter().chain(attachment.ipv6).collect();
    let mut reasons = Vec::new();
    if network.is_predefined() {
        if !asked.is_empty() {
            reasons.push("user specified IP address is supported on user defined networks only".to_owned());
        }
        if !attachment.aliases.is_empty() {
            reasons.push("network-scoped aliases are only supported for user-defined networks".to_owned());
        }
    }
    for asked in asked {
        if !network.ranges_chosen {
            reasons.push(
                "user specified IP address is supported only when connecting to networks with user configured subnets"
                    .to_owned(),
            );
        } else if !network.ipam.iter().any(|config| config.subnet.contains(asked)) {
            reasons.push(format!("no configured subnet or ip-range contain the IP address {asked}"));
        }
    }
    let listed = match reasons.as_slice() {
        [] => return Ok(()),
        [one] => one.clone(),
        several => format!("* {}", several.join("\n* ")),
    };
    Err(EngineError::InvalidRequest(format!("invalid endpoint settings:\n{listed}")))
}

impl Engine {
    /// Refuses, when a container is created, what its networks will not give it. One that is not there yet may come.
    ///
    /// # Errors
    /// [`EngineError::InvalidRequest`].
    pub(in crate::engine) fn check_networks(&self, attachments: &[Attachment]) -> Result<(), EngineError> {
        for attachment in attachments {
            let Ok(network) = self.resolve_network(&attachment.network) else { continue };
            check_asked(&network, attachment).map_err(|error| {
                EngineError::InvalidRequest(format!("invalid config for network {}: {error}", attachment.network))
            })?;
        }
        Ok(())
    }
}

fn address(config: &IpamConfig, asked: Option<IpAddr>, used: &HashSet<IpAddr>) -> Result<IpAddr, EngineError> {
    // A part of a network may begin with the network's own address, or end with its broadcast address.
    let reserved = |address: &IpAddr| {
        *address == config.subnet.network || (config.subnet.is_ipv4() && *address == config.subnet.last())
    };
    let taken = |address: &IpAddr| {
        reserved(address)
            || *address == config.gateway
            || used.contains(address)
            || config.auxiliary.values().any(|other| other == address)
    };
    match asked {
        Some(asked) if taken(&asked) => Err(EngineError::Forbidden("Address already in use".to_owned())),
        Some(asked) => Ok(asked),
        None => {
            let within = config.ip_range.unwrap_or(config.subnet);
            within.addresses().find(|address| !taken(address)).ok_or_else(|| {
                EngineError::Forbidden(format!(
                    "no available IPv{} addresses on this network's address pools",
                    if config.subnet.is_ipv4() { 4 } else { 6 }
                ))
            })
        }
    }
}

/// `02:42:` and the IPv4 address, as Docker makes them.
fn mac_of(address: Option<[u8; 4]>) -> String {
    let [a, b, c, d] = address.unwrap_or_default();
    format!("02:42:{a:02x}:{b:02x}:{c:02x}:{d:02x}")
}

/// The six bytes of a hardware address.
pub(super) fn mac_bytes(text: &str) -> Option<[u8; 6]> {
    let mut bytes = [0; 6];
    let mut parts = text.split([':', '-']);
    for byte in &mut bytes {
        *byte = u8::from_str_radix(parts.next()?, 16).ok()?;
    }
    parts.next().is_none().then_some(bytes)
}

/// The place of the network that leads out: the highest `gw-priority`, else the first that does.
fn leading_out(attachments: &Attachments, networks: &[NetworkRecord]) -> Option<usize> {
    let places = attachments.networks.iter().zip(networks).enumerate();
    let open = places.filter(|(_, (_, network))| !network.internal && network.range(true).is_some());
    open.max_by_key(|(at, (attachment, _))| (attachment.gateway_priority, std::cmp::Reverse(*at))).map(|(at, _)| at)
}

/// The plan of an end that has its addresses.
pub(super) fn endpoint_plan(attachment: &Attachment, network: &NetworkRecord, leads_out: bool) -> Option<EndpointPlan> {
    let endpoint = attachment.endpoint.as_ref()?;
    // Nothing leads out by IPv6: without a route that is known at once, with one it would be found out by waiting.
    let gateways = endpoint.addresses.iter().filter_map(|found| found.gateway).filter(IpAddr::is_ipv4);
    Some(EndpointPlan {
        bridge: network.bridge(),
        interface: endpoint.interface.clone(),
        mac: mac_bytes(&endpoint.mac)?,
        addresses: endpoint.addresses.iter().map(|found| (found.address, found.subnet.prefix)).collect(),
        default_routes: if leads_out { gateways.collect() } else { Vec::new() },
    })
}

/// Docker's sentence for a port another container of ours publishes.
fn check_ports(
    record: &ContainerRecord,
    attachments: &Attachments,
    wanted: &[PublishedPort],
    others: &[Attachments],
) -> Result<(), EngineError> {
    let meet = |one: &PublishedPort, other: &PublishedPort| {
        let alike =
            |a: IpAddr, b: IpAddr| a == b || (a.is_ipv4() == b.is_ipv4() && (a.is_unspecified() || b.is_unspecified()));
        one.protocol == other.protocol && one.host.port() == other.host.port() && alike(one.host.ip(), other.host.ip())
    };
    let taken = others.iter().flat_map(Attachments::ports);
    for theirs in taken {
        if let Some(ours) = wanted.iter().find(|ours| meet(ours, theirs)) {
            let endpoint = attachments.networks.first().and_then(|attachment| attachment.endpoint.as_ref());
            return Err(crate::engine::launch::LaunchError::Ports {
                name: record.name.to_string(),
                endpoint: endpoint.map(|endpoint| endpoint.id.clone()).unwrap_or_default(),
                reason: format!("Bind for {} failed: port is already allocated", ours.host),
            }
            .into());
        }
    }
    Ok(())
}

/// Whom the embedded resolver asks: those of `--dns`, else the host's.
pub(super) fn upstream(record: &ContainerRecord) -> Vec<SocketAddr> {
    let asked: Vec<IpAddr> = record.host_config.resolver.dns.iter().filter_map(|server| server.parse().ok()).collect();
    let servers = if asked.is_empty() { nameservers() } else { asked };
    servers.into_iter().map(|server| SocketAddr::new(server, 53)).collect()
}

impl NetworkMode {
    /// The network it names.
    pub fn name(&self) -> String {
        String::from(self.clone())
    }

    /// The container whose network namespace is shared.
    pub fn container(&self) -> Option<&str> {
        match self {
            Self::Named(name) => name.strip_prefix("container:"),
            Self::Bridge | Self::None | Self::Host => None,
        }
    }
}
