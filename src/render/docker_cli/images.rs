//! `docker images` and `docker history`.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::listing::{self, Listing, row};
use super::units;
use crate::docker::{HistoryListing, HistoryRow, ImageListing, ImageRow};

/// Columns of an instruction in `history`.
const INSTRUCTION_WIDTH: usize = 45;
const NONE: &str = "<none>";

const IMAGE_HEADINGS: &[(&str, &str)] = &[
    ("ID", "IMAGE ID"),
    ("Repository", "REPOSITORY"),
    ("Tag", "TAG"),
    ("Digest", "DIGEST"),
    ("CreatedSince", "CREATED"),
    ("CreatedAt", "CREATED AT"),
    ("Size", "SIZE"),
    ("Containers", "CONTAINERS"),
    ("VirtualSize", "SIZE"),
    ("SharedSize", "SHARED SIZE"),
    ("UniqueSize", "UNIQUE SIZE"),
];

const HISTORY_HEADINGS: &[(&str, &str)] = &[
    ("ID", "IMAGE"),
    ("CreatedSince", "CREATED"),
    ("CreatedAt", "CREATED AT"),
    ("CreatedBy", "CREATED BY"),
    ("Size", "SIZE"),
    ("Comment", "COMMENT"),
];

/// The text of `docker images`.
///
/// # Errors
/// Docker's sentence about the template.
pub fn render(found: &ImageListing) -> Result<String, String> {
    let digest = if found.digests { "{{.Digest}}\t" } else { "" };
    let table = format!("{{{{.Repository}}}}\t{{{{.Tag}}}}\t{digest}{{{{.ID}}}}\t{{{{.CreatedSince}}}}\t{{{{.Size}}}}");
    let raw = (found.format.as_deref() == Some("raw")).then(|| raw(found));
    let rows = found.rows.iter().map(|row| image_fields(row, found.now, found.whole)).collect();
    let listing = Listing { rows, headings: IMAGE_HEADINGS, kind: "*formatter.imageContext", table, quiet_field: "ID" };
    listing::render(&listing, raw.as_deref().or(found.format.as_deref()), found.quiet)
}

/// `--format raw`: a paragraph for each name.
fn raw(found: &ImageListing) -> String {
    if found.quiet {
        return "image_id: {{.ID}}".to_owned();
    }
    let digest = if found.digests { "digest: {{.Digest}}\n" } else { "" };
    format!(
        "repository: {{{{.Repository}}}}\ntag: {{{{.Tag}}}}\n{digest}image_id: {{{{.ID}}}}\ncreated_at: {{{{.CreatedAt}}}}\n\
         virtual_size: {{{{.Size}}}}\n"
    )
}

pub(super) fn image_fields(image: &ImageRow, now: Timestamp, whole: bool) -> Map<String, Value> {
    let id = if whole { image.id.to_string() } else { image.id.short().to_owned() };
    let or_none = |name: &Option<String>| json!(name.as_deref().unwrap_or(NONE));
    row(
        [
            ("Containers", json!("N/A")),
            ("CreatedAt", json!(image.created.map(units::go_second).unwrap_or_default())),
            ("CreatedSince", json!(ago(image.created, now))),
            ("Digest", or_none(&image.digest)),
            ("ID", json!(id)),
            ("Repository", or_none(&image.repository)),
            ("SharedSize", json!("N/A")),
            ("Size", json!(units::human_size(image.size, 3))),
            ("Tag", or_none(&image.tag)),
            ("UniqueSize", json!("N/A")),
            ("VirtualSize", json!(units::human_size(image.size, 4))),
        ],
        Value::Null,
    )
}

fn ago(created: Option<Timestamp>, now: Timestamp) -> String {
    created.map_or_else(|| "N/A".to_owned(), |created| format!("{} ago", units::since_second(created, now)))
}

/// The text of `docker history`.
///
/// # Errors
/// Docker's sentence about the template.
pub fn render_history(found: &HistoryListing) -> Result<String, String> {
    let created = if found.human { "CreatedSince" } else { "CreatedAt" };
    let table = format!("{{{{.ID}}}}\t{{{{.{created}}}}}\t{{{{.CreatedBy}}}}\t{{{{.Size}}}}\t{{{{.Comment}}}}");
    let rows = found.rows.iter().map(|row| history_fields(row, found)).collect();
    let listing = Listing { rows, headings: HISTORY_HEADINGS, kind: "*image.historyContext", table, quiet_field: "ID" };
    listing::render(&listing, found.format.as_deref(), found.quiet)
}

fn history_fields(step: &HistoryRow, found: &HistoryListing) -> Map<String, Value> {
    let id = match &step.image {
        None => "<missing>".to_owned(),
        Some(id) if found.whole => id.to_string(),
        Some(id) => id.short().to_owned(),
    };
    let instruction = step.created_by.replace('\t', " ");
    let instruction = if found.whole { instruction } else { units::ellipsis(&instruction, INSTRUCTION_WIDTH) };
    let size = if found.human { units::human_size(step.size, 3) } else { step.size.to_string() };
    row(
        [
            ("Comment", json!(step.comment)),
            ("CreatedAt", json!(step.created.map(units::rfc3339).unwrap_or_default())),
            ("CreatedBy", json!(instruction)),
            ("CreatedSince", json!(ago(step.created, found.now))),
            ("ID", json!(id)),
            ("Size", json!(size)),
        ],
        Value::Null,
    )
}
