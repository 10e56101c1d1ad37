//! `docker network create`.

use std::net::IpAddr;

use crate::docker::container_options::network::pairs;
use crate::docker::failure::Unsupported;
use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::{Context, DockerCommand, Event, Failure, Outcome, Words};
use crate::engine::network::{NetworkRequest, RangeRequest, Subnet};

/// Its table.
pub static VERB: Verb = Verb {
    names: &["network create"],
    usage: &["[OPTIONS] NETWORK"],
    arguments: ArgumentRule::Exactly(1),
    operand: Operand::Nothing,
    flags_end: FlagsEnd::Never,
    flags: &[FLAGS],
    about: "docker-verb-network-create",
    read: Some(read),
};

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    let unsupported = |flag: &str, value: &str| {
        Failure::unsupported(Unsupported::Value(words.command_line(), flag.to_owned(), value.to_owned()))
    };
    if let Some(driver) = words.text("ipam-driver").filter(|driver| !matches!(*driver, "default" | "")) {
        return Err(unsupported("--ipam-driver", driver));
    }
    if let Some(scope) = words.text("scope").filter(|scope| !matches!(*scope, "local" | "")) {
        return Err(unsupported("--scope", scope));
    }
    if words.given("ipv4") && !words.bool("ipv4") {
        return Err(unsupported("--ipv4", "false"));
    }
    Ok(DockerCommand::CreateNetwork(Box::new(NetworkRequest {
        name: words.argument(0),
        driver: words.owned("driver").unwrap_or_default(),
        ranges: ranges(words)?,
        ipam_options: pairs(&words.list("ipam-opt")),
        internal: words.bool("internal"),
        attachable: words.bool("attachable"),
        ipv6: words.bool("ipv6"),
        options: pairs(&words.list("opt")),
        labels: pairs(&words.list("label")),
    })))
}

/// Does it: the id is said.
///
/// # Errors
/// The engine's.
pub fn execute(request: &NetworkRequest, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let id = context.engine.create_network(request)?;
    context.tell(Event::Done(id.to_string()));
    Ok(Outcome::Nothing)
}

/// Several values of a flag, each possibly a list with commas.
fn values(words: &Words, flag: &str) -> Vec<String> {
    let typed = words.list(flag);
    typed.iter().flat_map(|value| value.split(',')).map(|value| value.trim().to_owned()).collect()
}

/// Each range with what lies in it. Source: docker/cli `network/create.go`, `createIPAMConfig`.
fn ranges(words: &Words) -> Result<Vec<RangeRequest>, Failure> {
    let (subnets, gateways, parts) = (values(words, "subnet"), values(words, "gateway"), values(words, "ip-range"));
    if subnets.len() < parts.len() || subnets.len() < gateways.len() {
        return Err(Failure::client("every ip-range or gateway must have a corresponding subnet"));
    }
    let mut ranges: Vec<RangeRequest> = Vec::new();
    for subnet in subnets {
        let meets = |other: &RangeRequest| match (other.subnet.parse::<Subnet>(), subnet.parse::<Subnet>()) {
            (Ok(one), Ok(two)) => one.overlaps(&two),
            _ => false,
        };
        if ranges.iter().any(meets) {
            return Err(Failure::client("multiple overlapping subnet configuration is not supported"));
        }
        ranges.push(RangeRequest { subnet, ..RangeRequest::default() });
    }
    for part in parts {
        let within = part.parse::<Subnet>().map_err(|error| Failure::client(error.to_string()))?;
        let found = around(&mut ranges, within.network);
        let range = found.ok_or_else(|| Failure::client(format!("no matching subnet for range {part}")))?;
        if range.ip_range.is_some() {
            return Err(Failure::client(format!(
                "cannot configure multiple ranges ({part}) on the same subnet ({})",
                range.subnet
            )));
        }
        range.ip_range = Some(part);
    }
    for gateway in gateways {
        let found = gateway.parse().ok().and_then(|address| around(&mut ranges, address));
        let range = found.ok_or_else(|| Failure::client(format!("no matching subnet for gateway {gateway}")))?;
        if range.gateway.is_some() {
            return Err(Failure::client(format!(
                "cannot configure multiple gateways ({gateway}) for the same subnet ({})",
                range.subnet
            )));
        }
        range.gateway = Some(gateway);
    }
    for (name, address) in pairs(&values(words, "aux-address")) {
        let found = address.parse().ok().and_then(|parsed| around(&mut ranges, parsed));
        let range = found.ok_or_else(|| Failure::client(format!("no matching subnet for aux-address {address}")))?;
        range.auxiliary.push((name, address));
    }
    Ok(ranges)
}

fn around(ranges: &mut [RangeRequest], address: IpAddr) -> Option<&mut RangeRequest> {
    ranges.iter_mut().find(|range| range.subnet.parse::<Subnet>().is_ok_and(|subnet| subnet.contains(address)))
}

static FLAGS: &[Flag] = &[
    flag("attachable", FlagKind::Bool, "docker-flag-attachable"),
    flag("aux-address", FlagKind::Map, "docker-flag-aux-address").default("map[]"),
    flag("config-from", FlagKind::Text, "docker-flag-config-from").not_yet(),
    flag("config-only", FlagKind::Bool, "docker-flag-config-only").not_yet(),
    flag("driver", FlagKind::Text, "docker-flag-driver-network").short('d').default("bridge").choices(&["bridge"]),
    flag("gateway", FlagKind::Strings, "docker-flag-gateway"),
    flag("ingress", FlagKind::Bool, "docker-flag-ingress").not_yet(),
    flag("internal", FlagKind::Bool, "docker-flag-internal"),
    flag("ip-range", FlagKind::Strings, "docker-flag-ip-range"),
    flag("ipam-driver", FlagKind::Text, "docker-flag-ipam-driver").default("default"),
    flag("ipam-opt", FlagKind::Map, "docker-flag-ipam-opt").default("map[]"),
    flag("ipv4", FlagKind::Bool, "docker-flag-ipv4").default("true"),
    flag("ipv6", FlagKind::Bool, "docker-flag-ipv6"),
    flag("label", FlagKind::Label, "docker-flag-label"),
    flag("opt", FlagKind::Map, "docker-flag-opt").short('o').default("map[]"),
    flag("scope", FlagKind::Text, "docker-flag-scope"),
    flag("subnet", FlagKind::Strings, "docker-flag-subnet"),
];
