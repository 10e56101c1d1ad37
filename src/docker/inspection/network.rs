//! A network as `docker network inspect` shows it.

use serde_json::{Map, Value, json};

use super::go_time;
use crate::engine::network::{IpamConfig, NetworkRecord};
use crate::engine::{Engine, EngineError};

/// The object `network inspect` prints.
///
/// # Errors
/// The engine's, while it looks who is in it.
pub fn network(engine: &Engine, network: &NetworkRecord) -> Result<Value, EngineError> {
    let mut containers = Map::new();
    for (id, attachments) in engine.network_users(&network.id)? {
        let Ok(record) = engine.container(&id) else { continue };
        let Some(attachment) = attachments.in_network(&network.id) else { continue };
        let Some(endpoint) = &attachment.endpoint else { continue };
        let address = |v4: bool| {
            let found = attachment.address(v4);
            found.map(|found| format!("{}/{}", found.address, found.subnet.prefix)).unwrap_or_default()
        };
        containers.insert(
            id.to_string(),
            json!({
                "Name": record.name,
                "EndpointID": endpoint.id,
                "MacAddress": endpoint.mac,
                "IPv4Address": address(true),
                "IPv6Address": address(false),
            }),
        );
    }
    containers.sort_keys();
    let ranges: Vec<Value> = network.ipam.iter().map(range).collect();
    let options = network.ipam_options.as_ref().map_or(Value::Null, |options| json!(options));
    Ok(json!({
        "Name": network.name,
        "Id": network.id,
        "Created": go_time(network.created),
        "Scope": "local",
        "Driver": network.driver.word(),
        "EnableIPv6": network.enable_ipv6,
        "IPAM": {
            "Driver": "default",
            "Options": options,
            "Config": if ranges.is_empty() { Value::Null } else { json!(ranges) },
        },
        "Internal": network.internal,
        "Attachable": network.attachable,
        "Ingress": false,
        "ConfigFrom": { "Network": "" },
        "ConfigOnly": false,
        "Containers": containers,
        "Options": network.options,
        "Labels": network.labels,
    }))
}

fn range(config: &IpamConfig) -> Value {
    let mut shown = json!(config);
    if let (true, Some(fields)) = (config.gateway_implied, shown.as_object_mut()) {
        fields.remove("Gateway");
        fields.remove("GatewayImplied");
    }
    shown
}
