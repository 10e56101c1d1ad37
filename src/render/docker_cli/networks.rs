//! `docker network ls`.

use serde_json::{Map, Value, json};

use super::listing::{self, Listing, row};
use super::units;
use crate::docker::NetworkListing;
use crate::engine::network::NetworkRecord;

const HEADINGS: &[(&str, &str)] = &[
    ("ID", "NETWORK ID"),
    ("Name", "NAME"),
    ("Driver", "DRIVER"),
    ("Scope", "SCOPE"),
    ("IPv4", "IPV4"),
    ("IPv6", "IPV6"),
    ("Internal", "INTERNAL"),
    ("Labels", "LABELS"),
    ("CreatedAt", "CREATED AT"),
];

/// `--format raw`, and with `-q`.
const RAW: [&str; 2] =
    ["network_id: {{.ID}}\nname: {{.Name}}\ndriver: {{.Driver}}\nscope: {{.Scope}}\n", "network_id: {{.ID}}"];

/// The text of `docker network ls`.
///
/// # Errors
/// Docker's sentence about the template.
pub fn render(found: &NetworkListing) -> Result<String, String> {
    let listing = Listing {
        rows: found.rows.iter().map(|network| fields(network, found.whole)).collect(),
        headings: HEADINGS,
        kind: "*network.networkContext",
        table: "{{.ID}}\t{{.Name}}\t{{.Driver}}\t{{.Scope}}".to_owned(),
        quiet_field: "ID",
    };
    listing::render(&listing, listing::with_raw(found.format.as_deref(), found.quiet, RAW), found.quiet)
}

fn fields(network: &NetworkRecord, whole: bool) -> Map<String, Value> {
    let labels: Vec<String> = network.labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
    row(
        [
            ("CreatedAt", json!(units::go_nanoseconds(network.created))),
            ("Driver", json!(network.driver.word())),
            ("ID", json!(if whole { network.id.as_str() } else { network.id.short() })),
            ("IPv4", json!((!network.ipam.is_empty()).to_string())),
            ("IPv6", json!(network.enable_ipv6.to_string())),
            ("Internal", json!(network.internal.to_string())),
            ("Labels", json!(labels.join(","))),
            ("Name", json!(network.name)),
            ("Scope", json!("local")),
        ],
        json!(network.labels),
    )
}
