//! Which networks a container joins, and how it is reached there.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::publish::{Bindings, expose, publish};
use crate::docker::failure::Failure;
use crate::docker::value;
use crate::docker::words::Words;
use crate::engine::EngineError;
use crate::engine::container::{ContainerConfig, HostConfig, NetworkMode};
use crate::engine::network::Attachment;

/// The flags of networks, ports and names, as typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Network {
    /// `--network`, in order; none is the default one.
    pub networks: Vec<Attachment>,
    /// `--add-host`.
    pub add_hosts: Vec<String>,
    /// `-p`.
    pub published: Bindings,
    /// `-P`.
    pub publish_all: bool,
    /// `--expose`, each port.
    pub exposed: Vec<String>,
    /// `--link` on the network everybody is in.
    pub links: Vec<String>,
}

impl Network {
    /// Reads the flags.
    ///
    /// # Errors
    /// The client's sentences.
    pub(super) fn read(words: &Words) -> Result<Self, Failure> {
        let mut published = Bindings::new();
        for typed in words.list("publish") {
            publish(&typed, &mut published)?;
        }
        let mut exposed: Vec<String> = published.keys().cloned().collect();
        for typed in words.list("expose") {
            exposed.extend(expose(&typed)?);
        }
        let links = words.list("link");
        let networks = networks(words, &links)?;
        let named = networks.first().is_some_and(|network| is_user_defined(&network.network));
        Ok(Self {
            networks,
            add_hosts: words.list("add-host"),
            published,
            publish_all: words.bool("publish-all"),
            exposed,
            links: if named { Vec::new() } else { links },
        })
    }

    pub(super) fn apply(&self, config: &mut ContainerConfig, host_config: &mut HostConfig) {
        let first = self.networks.first().map(|network| network.network.clone());
        host_config.network_mode = first.map_or(NetworkMode::Bridge, NetworkMode::from);
        host_config.extra_hosts = self.add_hosts.iter().map(|host| host.replacen('=', ":", 1)).collect();
        host_config.networking.port_bindings.clone_from(&self.published);
        host_config.networking.publish_all_ports = self.publish_all;
        host_config.networking.links.clone_from(&self.links);
        config.exposed_ports = self.exposed.iter().map(|port| (port.clone(), serde_json::Map::new())).collect();
    }
}

fn networks(words: &Words, links: &[String]) -> Result<Vec<Attachment>, Failure> {
    let mut networks = Vec::new();
    for typed in words.list("network") {
        networks.push(long_form(&typed)?);
    }
    for (at, network) in networks.iter().enumerate() {
        if networks[..at].iter().any(|other: &Attachment| other.network == network.network) {
            return Err(Failure::client(format!("network \"{}\" is specified multiple times", network.network)));
        }
    }
    if networks.len() > 1 && !networks.iter().all(|network| is_user_defined(&network.network)) {
        return Err(Failure::client(
            "conflicting options: cannot attach both user-defined and non-user-defined network-modes",
        ));
    }
    let mut first = match networks.first() {
        Some(first) => first.clone(),
        None => Attachment::named("bridge"),
    };
    let named = is_user_defined(&first.network);
    let conflict = |flag: &str, what: &str| {
        Failure::client(format!("conflicting options: cannot specify both --{flag} and per-network {what}"))
    };
    let aliases = words.list("network-alias");
    if !aliases.is_empty() && !first.aliases.is_empty() {
        return Err(conflict("network-alias", "alias"));
    }
    if !named && (!aliases.is_empty() || !first.aliases.is_empty()) {
        return Err(Failure::client("network-scoped aliases are only supported for user-defined networks"));
    }
    first.aliases.extend(aliases);
    if named {
        if !links.is_empty() && !first.links.is_empty() {
            return Err(conflict("link", "links"));
        }
        first.links.extend(links.iter().cloned());
    }
    if let Some(ip) = words.text("ip") {
        if first.ipv4.is_some() {
            return Err(conflict("ip", "IPv4 address"));
        }
        first.ipv4 = Some(ipv4(ip).map_err(|error| invalid_config(&first.network, &error))?);
    }
    if let Some(ip) = words.text("ip6") {
        if first.ipv6.is_some() {
            return Err(conflict("ip6", "IPv6 address"));
        }
        first.ipv6 = Some(ipv6(ip).map_err(|error| invalid_config(&first.network, &error))?);
    }
    if let Some(mac) = words.text("mac-address") {
        if first.mac.is_some() {
            return Err(conflict("mac-address", "MAC address"));
        }
        first.mac = Some(mac.to_owned());
    }
    match networks.first_mut() {
        Some(place) => *place = first,
        None if first != Attachment::named("bridge") => networks.push(first),
        None => {}
    }
    if let Some(mac) = networks.iter().filter_map(|network| network.mac.as_ref()).find(|mac| !is_mac(mac)) {
        return Err(Failure::client(format!("{mac} is not a valid mac address")));
    }
    Ok(networks)
}

/// `NAME`, or `name=NAME,alias=…,ip=…`.
///
/// # Errors
/// A field that is none; an address that is none, in the daemon's words.
pub fn long_form(typed: &str) -> Result<Attachment, Failure> {
    if typed.is_empty() {
        return Err(Failure::client("no name set for network"));
    }
    let refused = |why: String| Failure::client(format!("invalid argument \"{typed}\" for \"--network\" flag: {why}"));
    let value = value::network::parse(typed).map_err(refused)?;
    if !value.link_local.is_empty() {
        return Err(refused("link-local addresses are not supported by this engine".to_owned()));
    }
    let config = |error: String| invalid_config(&value.target, &error);
    Ok(Attachment {
        aliases: value.aliases,
        ipv4: value.ipv4.as_deref().map(ipv4).transpose().map_err(config)?,
        ipv6: value.ipv6.as_deref().map(ipv6).transpose().map_err(config)?,
        mac: value.mac_address,
        driver_options: value.driver_options.into_iter().collect(),
        gateway_priority: value.gateway_priority,
        ..Attachment::named(value.target.clone())
    })
}

/// `--ip`.
///
/// # Errors
/// The daemon's sentence.
pub fn ipv4(text: &str) -> Result<IpAddr, String> {
    let found = text.parse().ok().filter(|address: &std::net::Ipv4Addr| !address.is_unspecified());
    found.map(IpAddr::V4).ok_or_else(|| format!("invalid endpoint settings:\ninvalid IPv4 address: {text}"))
}

/// `--ip6`.
///
/// # Errors
/// The daemon's sentence.
pub fn ipv6(text: &str) -> Result<IpAddr, String> {
    let found = text.parse().ok().filter(|address: &std::net::Ipv6Addr| !address.is_unspecified());
    found.map(IpAddr::V6).ok_or_else(|| format!("invalid endpoint settings:\ninvalid IPv6 address: {text}"))
}

/// What the daemon says when a container is created with it.
fn invalid_config(network: &str, error: &str) -> Failure {
    EngineError::InvalidRequest(format!("invalid config for network {network}: {error}")).into()
}

/// `key=value` pairs as a map; a key alone has an empty value.
pub fn pairs(list: &[String]) -> BTreeMap<String, String> {
    let pair = |text: &String| {
        let (key, value) = text.split_once('=').unwrap_or((text, ""));
        (key.to_owned(), value.to_owned())
    };
    list.iter().map(pair).collect()
}

fn is_user_defined(network: &str) -> bool {
    !matches!(network, "bridge" | "host" | "none" | "default") && !network.starts_with("container:")
}

fn is_mac(text: &str) -> bool {
    let parts: Vec<&str> = text.split([':', '-']).collect();
    parts.len() == 6 && parts.iter().all(|part| part.len() == 2 && u8::from_str_radix(part, 16).is_ok())
}
