//! `ip [-4|-6] addr|link|route [show] [[dev] NAME]`: looks, changes nothing.

use std::io::Write;

use super::devices::{self, Address, Device, Route};
use super::words;

const USAGE: &str = "Usage: ip [-4|-6] address|link|route [show] [[dev] NAME]";
const FLAGS: &[(u32, &str)] = &[
    (0x8, "LOOPBACK"),
    (0x2, "BROADCAST"),
    (0x10, "POINTOPOINT"),
    (0x1000, "MULTICAST"),
    (0x80, "NOARP"),
    (0x1, "UP"),
    (0x1_0000, "LOWER_UP"),
    (0x4_0000, "M-DOWN"),
];
/// `IF_OPER_…`; the first is said of no device.
const STATES: &[&str] = &["", "NOTPRESENT", "DOWN", "LOWERLAYERDOWN", "TESTING", "DORMANT", "UP"];

/// Runs it.
pub fn main(arguments: &[String]) -> i32 {
    let mut family = None;
    let mut rest = Vec::new();
    for argument in arguments.iter().map(String::as_str) {
        match argument {
            "-4" if rest.is_empty() => family = Some(false),
            "-6" if rest.is_empty() => family = Some(true),
            "-o" | "-s" | "-d" | "-br" | "-j" if rest.is_empty() => return refuse(&format!("option {argument}")),
            _ => rest.push(argument),
        }
    }
    let Some((object, mut rest)) = rest.split_first() else {
        let _ = writeln!(std::io::stderr(), "{USAGE}");
        return 1;
    };
    if let Some((verb, after)) = rest.split_first() {
        if begins("show", verb) || begins("list", verb) || *verb == "ls" {
            rest = after;
        } else if ["add", "del", "delete", "set", "change", "replace", "flush", "get"].contains(verb) {
            return refuse(&format!("{object} {verb}"));
        }
    }
    let name = match rest {
        [] => None,
        ["dev", name] | [name] => Some(*name),
        _ => return refuse(&rest.join(" ")),
    };
    let text = if begins("address", object) {
        found(name).map(|devices| devices.iter().map(|device| link(device) + &addresses(device, family)).collect())
    } else if begins("link", object) {
        found(name).map(|devices| devices.iter().map(link).collect::<String>())
    } else if begins("route", object) {
        routes(family == Some(true), name)
    } else {
        let _ = writeln!(std::io::stderr(), "ip: object \"{object}\" is not known to this ip\n{USAGE}");
        return 1;
    };
    match text {
        Ok(text) => i32::from(std::io::stdout().write_all(text.as_bytes()).is_err()),
        Err(reason) => {
            let _ = writeln!(std::io::stderr(), "ip: {reason}");
            1
        }
    }
}

fn begins(whole: &str, typed: &str) -> bool {
    !typed.is_empty() && whole.starts_with(typed)
}

fn refuse(what: &str) -> i32 {
    let _ = writeln!(std::io::stderr(), "ip: {what}: not supported, this ip only shows\n{USAGE}");
    1
}

fn found(name: Option<&str>) -> Result<Vec<Device>, String> {
    let devices = devices::all().map_err(|error| words(&error))?;
    let Some(name) = name else { return Ok(devices) };
    let kept: Vec<Device> = devices.into_iter().filter(|device| device.name == name).collect();
    if kept.is_empty() { Err(format!("can't find device '{name}'")) } else { Ok(kept) }
}

fn link(device: &Device) -> String {
    let peer = device.peer.map(|peer| format!("@if{peer}")).unwrap_or_default();
    let flags: Vec<&str> = FLAGS.iter().filter(|(bit, _)| device.flags & bit != 0).map(|(_, word)| *word).collect();
    let state = STATES.get(usize::from(device.state)).filter(|word| !word.is_empty());
    let state = state.map(|word| format!(" state {word}")).unwrap_or_default();
    let queue = if device.queue > 0 { format!(" qlen {}", device.queue) } else { String::new() };
    let kind = match device.kind {
        772 => "loopback",
        1 => "ether",
        65534 => "none",
        _ => "unknown",
    };
    let mut text = format!(
        "{}: {}{peer}: <{}> mtu {} qdisc {}{state}{queue}\n    link/{kind}",
        device.index,
        device.name,
        flags.join(","),
        device.mtu,
        device.discipline
    );
    if !device.hardware.is_empty() {
        text.push_str(&format!(
            " {} brd {}",
            devices::hardware(&device.hardware),
            devices::hardware(&device.broadcast)
        ));
    }
    text + "\n"
}

fn addresses(device: &Device, family: Option<bool>) -> String {
    let wanted = |address: &&Address| family.is_none_or(|v6| address.here.is_ipv6() == v6);
    let show = |address: &Address| {
        let word = if address.here.is_ipv4() { "inet" } else { "inet6" };
        let broadcast = address.broadcast.map(|broadcast| format!(" brd {broadcast}")).unwrap_or_default();
        let scope = scope(address.scope);
        format!(
            "    {word} {}/{}{broadcast} scope {scope} {}\n       valid_lft forever preferred_lft forever\n",
            address.here, address.prefix, address.label
        )
    };
    device.addresses.iter().filter(wanted).map(show).collect()
}

fn scope(number: u8) -> &'static str {
    match number {
        0 => "global",
        200 => "site",
        253 => "link",
        254 => "host",
        _ => "nowhere",
    }
}

fn routes(v6: bool, device: Option<&str>) -> Result<String, String> {
    let devices = devices::all().map_err(|error| words(&error))?;
    let name = |index: u32| devices.iter().find(|device| device.index == index).map(|device| device.name.as_str());
    let show = |route: &Route| {
        let mut text = route.to.map_or_else(|| "default".to_owned(), |(to, prefix)| format!("{to}/{prefix}"));
        text.push_str(&route.through.map(|through| format!(" via {through}")).unwrap_or_default());
        text.push_str(&format!(" dev {} ", name(route.device).unwrap_or("?")));
        if route.scope != 0 {
            text.push_str(&format!(" scope {} ", scope(route.scope)));
        }
        text.push_str(&route.source.map(|source| format!(" src {source} ")).unwrap_or_default());
        if route.metric > 0 {
            text.push_str(&format!(" metric {} ", route.metric));
        }
        text + "\n"
    };
    let routes = devices::routes(v6).map_err(|error| words(&error))?;
    Ok(routes.iter().filter(|route| device.is_none_or(|wanted| name(route.device) == Some(wanted))).map(show).collect())
}
