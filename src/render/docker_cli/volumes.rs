//! `docker volume ls`, and what any `prune` says.

use serde_json::{Map, Value, json};

use super::listing::{self, Listing, row};
use super::units;
use crate::docker::{PruneReport, VolumeListing};
use crate::engine::volume::VolumeRecord;

/// What only a swarm, or `system df`, knows.
const NOT_KNOWN: &str = "N/A";

const HEADINGS: &[(&str, &str)] = &[
    ("Availability", "AVAILABILITY"),
    ("Driver", "DRIVER"),
    ("Group", "GROUP"),
    ("Labels", "LABELS"),
    ("Links", "LINKS"),
    ("Mountpoint", "MOUNTPOINT"),
    ("Name", "VOLUME NAME"),
    ("Scope", "SCOPE"),
    ("Size", "SIZE"),
    ("Status", "STATUS"),
];

/// `--format raw`, and with `-q`.
const RAW: [&str; 2] = ["name: {{.Name}}\ndriver: {{.Driver}}\n", "name: {{.Name}}"];

/// The text of `docker volume ls`.
///
/// # Errors
/// Docker's sentence about the template.
pub fn render(found: &VolumeListing) -> Result<String, String> {
    let listing = Listing {
        rows: found.rows.iter().map(|volume| fields(volume, None)).collect(),
        headings: HEADINGS,
        kind: "*formatter.volumeContext",
        table: "{{.Driver}}\t{{.Name}}".to_owned(),
        quiet_field: "Name",
    };
    listing::render(&listing, listing::with_raw(found.format.as_deref(), found.quiet, RAW), found.quiet)
}

/// A volume's fields; `usage`: how many containers have it, and its bytes.
pub(super) fn fields(volume: &VolumeRecord, usage: Option<(usize, u64)>) -> Map<String, Value> {
    let labels: Vec<String> = volume.labels.iter().flatten().map(|(name, value)| format!("{name}={value}")).collect();
    let (links, size) = usage.map_or_else(
        || (NOT_KNOWN.to_owned(), NOT_KNOWN.to_owned()),
        |(links, bytes)| (links.to_string(), units::human_size(bytes, 4)),
    );
    row(
        [
            ("Availability", json!(NOT_KNOWN)),
            ("Driver", json!(volume.driver)),
            ("Group", json!(NOT_KNOWN)),
            ("Labels", json!(labels.join(","))),
            ("Links", json!(links)),
            ("Mountpoint", json!(volume.mountpoint)),
            ("Name", json!(volume.name)),
            ("Scope", json!(volume.scope)),
            ("Size", json!(size)),
            ("Status", json!(NOT_KNOWN)),
        ],
        json!(volume.labels.clone().unwrap_or_default()),
    )
}

/// What a `prune` removed, by kind, and what that gave back.
pub fn pruned(report: &PruneReport) -> String {
    let mut text = String::new();
    for section in report.sections.iter().filter(|section| !section.lines.is_empty()) {
        text.push_str(&format!("{}\n{}\n\n", section.heading, section.lines.join("\n")));
    }
    if let Some(bytes) = report.reclaimed {
        text.push_str(&format!("Total reclaimed space: {}\n", units::human_size(bytes, 4)));
    }
    text
}
