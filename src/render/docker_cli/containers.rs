//! `docker ps`.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::listing::{self, Listing, row};
use super::template::{Subject, Template};
use super::units;
use crate::docker::complete::CONTAINER_FIELDS;
use crate::docker::value::text::quote;
use crate::docker::{ContainerListing, ContainerRow};
use crate::engine::container::{ContainerRecord, ContainerStatus, HealthStatus, MountSource};
use crate::engine::oci::Reference;

/// Columns of the command.
const COMMAND_WIDTH: usize = 20;
/// Columns of a mount's name.
const MOUNT_WIDTH: usize = 15;

const HEADINGS: &[(&str, &str)] = &[
    ("ID", "CONTAINER ID"),
    ("Names", "NAMES"),
    ("Image", "IMAGE"),
    ("Command", "COMMAND"),
    ("CreatedAt", "CREATED AT"),
    ("RunningFor", "CREATED"),
    ("Ports", "PORTS"),
    ("State", "STATE"),
    ("Status", "STATUS"),
    ("Size", "SIZE"),
    ("Labels", "LABELS"),
    ("Mounts", "MOUNTS"),
    ("LocalVolumes", "LOCAL VOLUMES"),
    ("Networks", "NETWORKS"),
    ("Platform", "PLATFORM"),
];

/// The text of `docker ps`.
///
/// # Errors
/// Docker's sentence about the template.
pub fn render(found: &ContainerListing) -> Result<String, String> {
    let mut table =
        "{{.ID}}\t{{.Image}}\t{{.Command}}\t{{.RunningFor}}\t{{.Status}}\t{{.Ports}}\t{{.Names}}".to_owned();
    if found.sizes {
        table.push_str("\t{{.Size}}");
    }
    let format = match found.format.as_deref() {
        Some("raw") => Some(raw(found)),
        Some("json" | "table") | None => found.format.clone(),
        Some(custom) => {
            try_out(custom)?;
            found.format.clone()
        }
    };
    let rows = found.rows.iter().map(|row| fields(row, found.now, found.whole)).collect();
    let listing = Listing { rows, headings: HEADINGS, kind: KIND, table, quiet_field: "ID" };
    let ignored = found.quiet && found.format.as_deref() != Some("raw");
    listing::render(&listing, format.as_deref().filter(|_| !ignored), found.quiet)
}

const KIND: &str = "*formatter.ContainerContext";

/// Docker fills the template in with a container that has nothing, to learn whether sizes are wanted.
fn try_out(format: &str) -> Result<(), String> {
    let template = Template::parse("", format).map_err(|message| format!("failed to parse template: {message}"))?;
    let nothing = row(CONTAINER_FIELDS.map(|field| (field, json!(""))), json!({}));
    let tried = template.render(&Value::Object(nothing), Subject::Structure(KIND));
    tried.map(drop).map_err(|message| format!("failed to execute template: {message}"))
}

/// `--format raw`: a paragraph for each container.
fn raw(found: &ContainerListing) -> String {
    if found.quiet {
        return "container_id: {{.ID}}".to_owned();
    }
    let size = if found.sizes { "size: {{.Size}}\n" } else { "" };
    format!(
        "container_id: {{{{.ID}}}}\nimage: {{{{.Image}}}}\ncommand: {{{{.Command}}}}\ncreated_at: {{{{.CreatedAt}}}}\n\
         state: {{{{- pad .State 1 0}}}}\nstatus: {{{{- pad .Status 1 0}}}}\nnames: {{{{.Names}}}}\n\
         labels: {{{{- pad .Labels 1 0}}}}\nports: {{{{- pad .Ports 1 0}}}}\n{size}"
    )
}

pub(super) fn fields(found: &ContainerRow, now: Timestamp, whole: bool) -> Map<String, Value> {
    let record = &found.record;
    let mut command = record.path.clone();
    for argument in &record.args {
        command.push(' ');
        command.push_str(&if argument.contains(' ') { format!("'{argument}'") } else { argument.clone() });
    }
    let command = if whole { command } else { units::ellipsis(&command, COMMAND_WIDTH) };
    let size = found.sizes.map_or_else(
        || "0B".to_owned(),
        |(writable, all)| format!("{} (virtual {})", units::human_size(writable, 3), units::human_size(all, 3)),
    );
    let mut labels: Vec<String> = record.config.labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
    labels.sort();
    let volumes = record.mounts.iter().filter(|mount| matches!(mount.source, MountSource::Volume { .. })).count();
    row(
        [
            ("Command", json!(quote(&command))),
            ("CreatedAt", json!(units::go_second(record.created))),
            ("ID", json!(if whole { record.id.as_str() } else { record.id.short() })),
            ("Image", json!(image(found, whole))),
            ("Labels", json!(labels.join(","))),
            ("LocalVolumes", json!(volumes.to_string())),
            ("Mounts", json!(mounts(record, whole))),
            ("Names", json!(record.name)),
            ("Networks", json!(networks(record))),
            ("Platform", Value::Null),
            ("Ports", json!(super::ports::column(record))),
            ("RunningFor", json!(format!("{} ago", units::since_second(record.created, now)))),
            ("Size", json!(size)),
            ("State", json!(record.state.word())),
            ("Status", json!(status(record, now))),
        ],
        json!(record.config.labels),
    )
}

/// As typed, unless it is cut: then without a digest, and an id in its short form.
fn image(found: &ContainerRow, whole: bool) -> String {
    let short = found.record.image.short();
    let typed = found.image.strip_prefix("sha256:").unwrap_or(&found.image);
    match found.image.parse::<Reference>() {
        _ if whole => found.image.clone(),
        _ if typed.get(..short.len()) == Some(short) => short.to_owned(),
        Ok(reference) => match reference.tag() {
            Some(tag) if reference.digest().is_some() || typed.ends_with(&format!(":{tag}")) => {
                format!("{}:{tag}", reference.familiar_name())
            }
            _ => reference.familiar_name(),
        },
        Err(_) => found.image.clone(),
    }
}

fn status(record: &ContainerRecord, now: Timestamp) -> String {
    match &record.state.status {
        ContainerStatus::Created { .. } => "Created".to_owned(),
        ContainerStatus::Running { started_at, .. } => {
            let health = match record.state.health.as_ref().map(|health| health.status) {
                _ if record.state.paused => " (Paused)",
                None => "",
                Some(HealthStatus::Starting) => " (health: starting)",
                Some(HealthStatus::Healthy) => " (healthy)",
                Some(HealthStatus::Unhealthy) => " (unhealthy)",
            };
            format!("Up {}{health}", units::since(*started_at, now))
        }
        ContainerStatus::Restarting { exit_code, finished_at, .. } => {
            format!("Restarting ({exit_code}) {} ago", units::since(*finished_at, now))
        }
        ContainerStatus::Exited { exit_code, finished_at, .. } => {
            format!("Exited ({exit_code}) {} ago", units::since(*finished_at, now))
        }
    }
}

fn mounts(record: &ContainerRecord, whole: bool) -> String {
    let names = record.mounts.iter().map(|mount| mount.source.shown().to_owned());
    names.map(|name| if whole { name } else { units::ellipsis(&name, MOUNT_WIDTH) }).collect::<Vec<_>>().join(",")
}

fn networks(record: &ContainerRecord) -> String {
    let names: Vec<&str> = record.attachments.networks.iter().map(|network| network.network.as_str()).collect();
    if names.is_empty() { record.host_config.network_mode.name() } else { names.join(",") }
}
