//! `docker network create`.

use std::collections::BTreeMap;
use std::net::IpAddr;

use super::Subnet;
use super::pools::unique_local;
use super::record::{IpamConfig, NetworkDriver, NetworkId, is_predefined};
use super::store::first_free;
use crate::engine::container::random_bytes;
use crate::engine::journal::ObjectKind;
use crate::engine::{Engine, EngineError};

/// One range that is asked for, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RangeRequest {
    /// `--subnet`.
    pub subnet: String,
    /// `--ip-range`: only addresses of this part are given away.
    pub ip_range: Option<String>,
    /// `--gateway`; the first address when absent.
    pub gateway: Option<String>,
    /// `--aux-address`: never given away.
    pub auxiliary: Vec<(String, String)>,
}

/// What `network create` is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NetworkRequest {
    /// Its name.
    pub name: String,
    /// `bridge` when empty.
    pub driver: String,
    /// Its ranges; one is chosen when there are none.
    pub ranges: Vec<RangeRequest>,
    /// `--ipam-opt`.
    pub ipam_options: BTreeMap<String, String>,
    /// `--internal`.
    pub internal: bool,
    /// `--attachable`.
    pub attachable: bool,
    /// `--ipv6`.
    pub ipv6: bool,
    /// `-o`.
    pub options: BTreeMap<String, String>,
    /// `--label`.
    pub labels: BTreeMap<String, String>,
}

impl Engine {
    /// Makes a network. No device appears before a container uses it.
    ///
    /// # Errors
    /// [`EngineError::InvalidRequest`] and [`EngineError::Conflict`] in Docker's words.
    pub fn create_network(&self, request: &NetworkRequest) -> Result<NetworkId, EngineError> {
        let invalid = |reason: String| Err(EngineError::InvalidRequest(reason));
        check_name(&request.name)?;
        let driver = match request.driver.as_str() {
            "" | "bridge" => NetworkDriver::Bridge,
            "host" => return invalid("only one instance of \"host\" network is allowed".to_owned()),
            "null" | "none" => return invalid("only one instance of \"null\" network is allowed".to_owned()),
            "overlay" => {
                return invalid(
                    "This node is not a swarm manager. Use \"docker swarm init\" or \"docker swarm join\" to connect this node to swarm and try again."
                        .to_owned(),
                );
            }
            other => {
                return Err(EngineError::InvalidRequest(format!(
                    "plugin \"{other}\" not found: this engine has the drivers bridge, host and null"
                )));
            }
        };
        self.networks()?;
        let lock = self.lock_networks()?;
        if self.networks()?.iter().any(|network| network.name == request.name) {
            return Err(EngineError::Conflict(format!("network with name {} already exists", request.name)));
        }
        let mut record = self.blank_network(&request.name, driver)?;
        let taken = self.taken_ranges()?;
        record.ipam = ranges(request)?;
        record.ranges_chosen = !record.ipam.is_empty();
        if [true, false].iter().any(|v4| record.ipam.iter().filter(|one| one.subnet.is_ipv4() == *v4).count() > 1) {
            return Err(EngineError::Forbidden("bridge driver doesn't support multiple subnets".to_owned()));
        }
        for config in &record.ipam {
            if taken.iter().any(|other| other.overlaps(&config.subnet)) {
                return Err(EngineError::Conflict(
                    "invalid pool request: Pool overlaps with other one on this address space".to_owned(),
                ));
            }
        }
        if !record.ipam.iter().any(|config| config.subnet.is_ipv4()) {
            record.ipam.insert(0, first_free(&taken)?);
        }
        let has_six = record.ipam.iter().any(|config| !config.subnet.is_ipv4());
        if request.ipv6 && !has_six {
            let subnet = unique_local(random_bytes::<5>()?);
            let gateway = subnet.hosts().next().unwrap_or(subnet.network);
            record.ipam.push(IpamConfig {
                subnet,
                ip_range: None,
                gateway,
                auxiliary: BTreeMap::new(),
                gateway_implied: false,
            });
        }
        if !request.ipv6 {
            record.ipam.retain(|config| config.subnet.is_ipv4());
        }
        record.enable_ipv6 = request.ipv6;
        record.ipam_options = Some(request.ipam_options.clone());
        record.internal = request.internal;
        record.attachable = request.attachable;
        record.options.clone_from(&request.options);
        record.labels.clone_from(&request.labels);
        self.write_network(&lock, &record)?;
        self.note(
            ObjectKind::Network,
            "create",
            record.id.as_str(),
            &[("name", &record.name), ("type", record.driver.word())],
        );
        Ok(record.id)
    }
}

fn check_name(name: &str) -> Result<(), EngineError> {
    if is_predefined(name) || name == "default" {
        return Err(EngineError::Forbidden(format!("operation is not permitted on predefined {name} network")));
    }
    let first = name.chars().next().is_some_and(|letter| letter.is_ascii_alphanumeric());
    let rest = name.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '.' | '-' | ' '));
    if name.trim().is_empty() || name.contains('/') || !first || !rest {
        return Err(EngineError::InvalidRequest(format!("invalid network name: {name}")));
    }
    Ok(())
}

/// The ranges asked for, read. Source: moby `ValidateIPAM`: everything that is wrong is said at once.
fn ranges(request: &NetworkRequest) -> Result<Vec<IpamConfig>, EngineError> {
    let mut wrong = Vec::new();
    let configs = request.ranges.iter().filter_map(|asked| range(asked, request.ipv6, &mut wrong)).collect();
    if wrong.is_empty() {
        return Ok(configs);
    }
    Err(EngineError::InvalidRequest(format!("invalid network config:\n{}", wrong.join("\n"))))
}

fn range(asked: &RangeRequest, ipv6: bool, wrong: &mut Vec<String>) -> Option<IpamConfig> {
    let Ok(subnet) = asked.subnet.parse::<Subnet>() else {
        wrong.push(format!("invalid subnet {}: invalid CIDR block notation", asked.subnet));
        return None;
    };
    if !ipv6 && !subnet.is_ipv4() {
        return None;
    }
    let family = if subnet.is_ipv4() { "IPv4" } else { "IPv6" };
    if !subnet.begins_at(&asked.subnet) {
        wrong.push(format!("invalid subnet {}: it should be {subnet}", asked.subnet));
    }
    let part = asked.ip_range.as_ref().map(|typed| (typed, typed.parse::<Subnet>()));
    let mut ip_range = None;
    match part {
        None => {}
        Some((typed, Err(_))) => wrong.push(format!("invalid ip-range {typed}: invalid CIDR block notation")),
        Some((typed, Ok(part))) if part.is_ipv4() != subnet.is_ipv4() => {
            wrong.push(format!("invalid ip-range {typed}: parent subnet is an {family} block"));
        }
        Some((typed, Ok(part))) => {
            if part.prefix < subnet.prefix {
                wrong.push(format!(
                    "invalid ip-range {typed}: CIDR block is bigger than its parent subnet {}",
                    asked.subnet
                ));
            }
            if !part.begins_at(typed) {
                wrong.push(format!("invalid ip-range {typed}: it should be {part}"));
            }
            if !subnet.overlaps(&part) {
                wrong
                    .push(format!("invalid ip-range {typed}: parent subnet {} doesn't contain ip-range", asked.subnet));
            }
            ip_range = Some(part);
        }
    }
    let inside = |typed: &str| match typed.parse::<IpAddr>() {
        Err(_) => Err("invalid address".to_owned()),
        Ok(address) if address.is_ipv4() != subnet.is_ipv4() => Err(format!("parent subnet is an {family} block")),
        Ok(address) if !subnet.contains(address) => {
            Err(format!("parent subnet {} doesn't contain this address", asked.subnet))
        }
        Ok(address) => Ok(address),
    };
    // Without a word about it, the gateway is the first address that may be given away.
    let mut gateway = ip_range.unwrap_or(subnet).hosts().find(|host| *host != subnet.network).unwrap_or(subnet.network);
    if let Some(typed) = &asked.gateway {
        match inside(typed) {
            Ok(address) => gateway = address,
            Err(reason) => wrong.push(format!("invalid gateway {typed}: {reason}")),
        }
    }
    let mut auxiliary = BTreeMap::new();
    for (name, typed) in &asked.auxiliary {
        match inside(typed) {
            Ok(address) => drop(auxiliary.insert(name.clone(), address)),
            Err(reason) => wrong.push(format!("invalid auxiliary address {name}: {reason}")),
        }
    }
    Some(IpamConfig { subnet, ip_range, gateway, auxiliary, gateway_implied: asked.gateway.is_none() })
}
