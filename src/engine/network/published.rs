//! Which ports of a container are published, and where: from what was asked to the plan of each.

use std::net::IpAddr;

use super::Attachments;
use crate::engine::EngineError;
use crate::engine::container::ContainerRecord;
use crate::engine::launch::{PortPlan, Protocol, PublishedPort, any_address};

/// Where Docker begins when it chooses a port; the host's own choices end at 60999.
const CHOSEN: (u16, u16) = (32768, 60999);

/// A port somebody wants to be published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PortRequest {
    protocol: Protocol,
    container: u16,
    /// `None` is every address.
    host: Option<IpAddr>,
    range: (u16, u16),
}

/// `80/tcp`; TCP when nothing else is said.
///
/// # Errors
/// Docker's sentence.
pub fn parse_port(text: &str) -> Result<(u16, Protocol), EngineError> {
    let invalid = |what: &str| EngineError::InvalidRequest(format!("{what}: {text}"));
    let (number, protocol) = text.split_once('/').unwrap_or((text, "tcp"));
    let number = number.parse().map_err(|_| invalid("invalid port"))?;
    let protocol = match protocol {
        "tcp" => Protocol::Tcp,
        "udp" => Protocol::Udp,
        _ => return Err(invalid("invalid proto")),
    };
    Ok((number, protocol))
}

/// What a container wants published: `-p`, and with `-P` every exposed port `-p` says nothing of.
pub(super) fn requests(record: &ContainerRecord) -> Result<Vec<PortRequest>, EngineError> {
    let asked = &record.host_config.networking;
    let mut requests = Vec::new();
    for (port, bindings) in &asked.port_bindings {
        let (container, protocol) = parse_port(port)?;
        for binding in bindings.iter().flatten() {
            let host = match binding.host_ip.as_str() {
                "" => None,
                address => Some(
                    address
                        .parse()
                        .map_err(|_| EngineError::InvalidRequest(format!("invalid IP address: {address}")))?,
                ),
            };
            requests.push(PortRequest { protocol, container, host, range: range(&binding.host_port)? });
        }
    }
    if asked.publish_all_ports {
        for port in record.config.exposed_ports.keys().filter(|port| !asked.port_bindings.contains_key(*port)) {
            let (container, protocol) = parse_port(port)?;
            requests.push(PortRequest { protocol, container, host: None, range: CHOSEN });
        }
    }
    Ok(requests)
}

fn range(text: &str) -> Result<(u16, u16), EngineError> {
    let invalid = || EngineError::InvalidRequest(format!("invalid port specification: {text}"));
    let number = |text: &str| text.parse::<u16>().map_err(|_| invalid());
    match text.split_once('-') {
        _ if text.is_empty() || text == "0" => Ok(CHOSEN),
        Some((first, last)) => Ok((number(first)?, number(last)?)),
        None => number(text).map(|only| (only, only)),
    }
}

/// The plans of these requests, towards the container's first network that leads anywhere.
pub(super) fn plans(requests: &[PortRequest], attachments: &Attachments) -> Vec<PortPlan> {
    let address =
        |v4: bool| attachments.networks.iter().find_map(|network| network.address(v4)).map(|found| found.address);
    let Some(target) = address(true).or_else(|| address(false)) else { return Vec::new() };
    let plan = |request: &PortRequest| PortPlan {
        protocol: request.protocol,
        container: request.container,
        hosts: request.host.map_or_else(|| vec![any_address(false), any_address(true)], |host| vec![host]),
        any_family: request.host.is_none(),
        range: request.range,
        target,
    };
    requests.iter().map(plan).collect()
}

/// Those of the plans whose number is no choice of ours.
pub(super) fn fixed(plans: &[PortPlan]) -> Vec<PublishedPort> {
    let fixed = plans.iter().filter(|plan| plan.range.0 == plan.range.1);
    fixed
        .flat_map(|plan| {
            plan.hosts.iter().map(|host| PublishedPort {
                protocol: plan.protocol,
                container: plan.container,
                host: std::net::SocketAddr::new(*host, plan.range.0),
            })
        })
        .collect()
}
