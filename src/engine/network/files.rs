//! `/etc/hosts` of a container, and the resolvers of the host.

use std::fs;
use std::net::IpAddr;

use super::{Attachments, Link};
use crate::engine::Engine;
use crate::engine::container::{ContainerRecord, NetworkMode};

const HOSTS: &str = "127.0.0.1\tlocalhost\n\
    ::1\tlocalhost ip6-localhost ip6-loopback\n\
    fe00::0\tip6-localnet\n\
    ff00::0\tip6-mcastprefix\n\
    ff02::1\tip6-allnodes\n\
    ff02::2\tip6-allrouters\n";

/// What `--add-host` calls the host.
const HOST_GATEWAY: &str = "host-gateway";

const RESOLV_CONF: &str = "/etc/resolv.conf";
/// What `systemd-resolved` itself asks, where `/etc/resolv.conf` names only its own ear on the loopback.
const BEHIND_STUB: &str = "/run/systemd/resolve/resolv.conf";

/// `/etc/hosts`: the usual names, `--add-host`, then the container's own address in each of its networks. `gateway` is what
/// `host-gateway` stands for.
pub(in crate::engine) fn hosts(
    record: &ContainerRecord,
    attachments: &Attachments,
    links: &[Link],
    gateway: Option<IpAddr>,
) -> String {
    let mut hosts = HOSTS.to_owned();
    for entry in &record.host_config.extra_hosts {
        let Some((name, address)) = entry.split_once([':', '=']) else { continue };
        let address = match (address, gateway) {
            (HOST_GATEWAY, Some(gateway)) => gateway.to_string(),
            (HOST_GATEWAY, None) => continue,
            (address, _) => address.trim_matches(['[', ']']).to_owned(),
        };
        hosts.push_str(&format!("{address}\t{name}\n"));
    }
    for link in links {
        hosts.push_str(&link.line());
        hosts.push('\n');
    }
    // The first part of a long name is a name too, however the long one was said.
    let (name, domain) = (&record.config.hostname, &record.config.domainname);
    let long = if domain.is_empty() { name.clone() } else { format!("{name}.{domain}") };
    let full = long.split_once('.').map_or_else(|| long.clone(), |(first, _)| format!("{long} {first}"));
    for network in &attachments.networks {
        for address in network.endpoint.iter().flat_map(|endpoint| &endpoint.addresses) {
            hosts.push_str(&format!("{}\t{full}\n", address.address));
        }
    }
    hosts
}

impl Engine {
    /// The host as containers call it, whatever their network: the gateway of the one everybody is in.
    /// `None` when the container does not call it.
    pub(in crate::engine) fn host_gateway(&self, record: &ContainerRecord) -> Option<IpAddr> {
        record.host_config.extra_hosts.iter().find(|entry| entry.ends_with(HOST_GATEWAY))?;
        let bridge = self.resolve_network(&NetworkMode::Bridge.name()).ok()?;
        bridge.range(true).map(|range| range.gateway)
    }
}

/// The resolvers the host asks, without those only the host itself can hear.
pub(super) fn nameservers() -> Vec<IpAddr> {
    let read = |path: &str| {
        let text = fs::read_to_string(path).unwrap_or_default();
        servers_of(&text).iter().filter_map(|server| server.parse::<IpAddr>().ok()).collect::<Vec<_>>()
    };
    let direct: Vec<IpAddr> = read(RESOLV_CONF).into_iter().filter(|server| !server.is_loopback()).collect();
    if direct.is_empty() { read(BEHIND_STUB) } else { direct }
}

fn servers_of(text: &str) -> Vec<String> {
    let lines = text.lines().filter_map(|line| line.trim().strip_prefix("nameserver"));
    lines.map(|rest| rest.trim().to_owned()).filter(|server| !server.is_empty()).collect()
}
