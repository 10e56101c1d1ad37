//! The `NetworkSettings` of `docker inspect` of a container.

use serde_json::{Map, Value, json};

use crate::engine::container::ContainerRecord;
use crate::engine::network::{Attachment, EndpointAddress};

/// The object. What belongs to the network everybody is in is said twice, as Docker does.
pub(super) fn network_settings(record: &ContainerRecord) -> Value {
    let attachments = &record.attachments;
    let default = attachments.networks.iter().find(|attachment| attachment.network == "bridge");
    let of_default = default.map(endpoint);
    let shown = |name: &str, absent: Value| {
        of_default.as_ref().and_then(|endpoint| endpoint.get(name).cloned()).unwrap_or(absent)
    };
    let sandbox = attachments.live.as_ref().map(|live| live.sandbox.as_str()).unwrap_or_default();
    let key = sandbox.get(..12).map(|short| format!("/var/run/docker/netns/{short}")).unwrap_or_default();
    json!({
        "Bridge": "",
        "SandboxID": sandbox,
        "SandboxKey": key,
        "Ports": ports(record),
        "HairpinMode": false,
        "LinkLocalIPv6Address": "",
        "LinkLocalIPv6PrefixLen": 0,
        "SecondaryIPAddresses": null,
        "SecondaryIPv6Addresses": null,
        "EndpointID": shown("EndpointID", json!("")),
        "Gateway": shown("Gateway", json!("")),
        "GlobalIPv6Address": shown("GlobalIPv6Address", json!("")),
        "GlobalIPv6PrefixLen": shown("GlobalIPv6PrefixLen", json!(0)),
        "IPAddress": shown("IPAddress", json!("")),
        "IPPrefixLen": shown("IPPrefixLen", json!(0)),
        "IPv6Gateway": shown("IPv6Gateway", json!("")),
        "MacAddress": shown("MacAddress", json!("")),
        "Networks": networks(record),
    })
}

/// What is published, by the container's port; `null` for a port that is only exposed.
pub fn ports(record: &ContainerRecord) -> Map<String, Value> {
    let mut ports = Map::new();
    if record.attachments.live.is_none() {
        return ports;
    }
    for published in record.attachments.ports() {
        let key = format!("{}/{}", published.container, published.protocol.word());
        let binding =
            json!({ "HostIp": published.host.ip().to_string(), "HostPort": published.host.port().to_string() });
        if let Value::Array(list) = ports.entry(key).or_insert_with(|| json!([])) {
            list.push(binding);
        }
    }
    for port in record.config.exposed_ports.keys() {
        ports.entry(port.clone()).or_insert(Value::Null);
    }
    ports.sort_keys();
    ports
}

fn networks(record: &ContainerRecord) -> Map<String, Value> {
    let attachments = &record.attachments.networks;
    if attachments.is_empty() && record.host_config.network_mode.container().is_none() {
        let never = Attachment::named(record.host_config.network_mode.name());
        return Map::from_iter([(never.network.clone(), endpoint(&never))]);
    }
    let mut networks: Map<String, Value> = attachments
        .iter()
        .map(|attachment| {
            let mut shown = endpoint(attachment);
            if !matches!(attachment.network.as_str(), "bridge" | "host" | "none") {
                shown["DNSNames"] = json!(names(record, attachment));
            }
            (attachment.network.clone(), shown)
        })
        .collect();
    networks.sort_keys();
    networks
}

fn names(record: &ContainerRecord, attachment: &Attachment) -> Vec<String> {
    let mut names = vec![record.name.to_string()];
    names.extend(attachment.aliases.iter().cloned());
    names.extend([record.id.short().to_owned(), record.config.hostname.clone()]);
    let mut seen = Vec::new();
    names.retain(|name| !name.is_empty() && !seen.contains(name) && (seen.push(name.clone()), true).1);
    names
}

fn endpoint(attachment: &Attachment) -> Value {
    let (four, six) = (attachment.address(true), attachment.address(false));
    let address = |found: Option<&EndpointAddress>| found.map(|found| found.address.to_string()).unwrap_or_default();
    let length = |found: Option<&EndpointAddress>| found.map_or(0, |found| found.subnet.prefix);
    let gateway = |found: Option<&EndpointAddress>| {
        found.and_then(|found| found.gateway).map(|gateway| gateway.to_string()).unwrap_or_default()
    };
    let mut asked = Map::new();
    for (name, address) in [("IPv4Address", attachment.ipv4), ("IPv6Address", attachment.ipv6)] {
        asked.extend(address.map(|address| (name.to_owned(), json!(address))));
    }
    let list = |list: &[String]| if list.is_empty() { Value::Null } else { json!(list) };
    let live = attachment.endpoint.as_ref();
    json!({
        "IPAMConfig": if asked.is_empty() { Value::Null } else { Value::Object(asked) },
        "Links": list(&attachment.links),
        "Aliases": list(&attachment.aliases),
        "MacAddress": live.map(|live| live.mac.clone()).unwrap_or_default(),
        "NetworkID": attachment.id.as_ref().map(|id| id.as_str().to_owned()).unwrap_or_default(),
        "EndpointID": live.map(|live| live.id.clone()).unwrap_or_default(),
        "Gateway": gateway(four),
        "IPAddress": address(four),
        "IPPrefixLen": length(four),
        "IPv6Gateway": gateway(six),
        "GlobalIPv6Address": address(six),
        "GlobalIPv6PrefixLen": length(six),
        "DriverOpts": if attachment.driver_options.is_empty() { Value::Null } else { json!(attachment.driver_options) },
        "DNSNames": null,
    })
}
