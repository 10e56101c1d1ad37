//! What `docker search` found. Source: docker/cli `cli/command/registry/formatter_search.go`.

use serde_json::{Map, Value, json};

use super::listing::{self, Listing};
use super::units;
use crate::docker::SearchListing;
use crate::engine::registry::SearchResult;

/// Columns of a description that is cut.
const DESCRIPTION_WIDTH: usize = 45;
const HEADINGS: &[(&str, &str)] = &[
    ("Name", "NAME"),
    ("Description", "DESCRIPTION"),
    ("StarCount", "STARS"),
    ("IsOfficial", "OFFICIAL"),
    ("IsAutomated", "AUTOMATED"),
];

/// The table, or what `--format` asks.
///
/// # Errors
/// Docker's sentence about the template.
pub fn render(found: &SearchListing) -> Result<String, String> {
    let table = "{{.Name}}\t{{.Description}}\t{{.StarCount}}\t{{.IsOfficial}}".to_owned();
    let rows = found.rows.iter().map(|row| fields(row, found.whole)).collect();
    let listing = Listing { rows, headings: HEADINGS, kind: "*registry.searchContext", table, quiet_field: "Name" };
    listing::render(&listing, found.format.as_deref(), false)
}

fn fields(row: &SearchResult, whole: bool) -> Map<String, Value> {
    let description = row.description.replace(['\n', '\r'], " ");
    let description = if whole { description } else { units::ellipsis(&description, DESCRIPTION_WIDTH) };
    let mark = |yes: bool| if yes { "[OK]" } else { "" };
    listing::row(
        [
            ("Description", json!(description)),
            ("IsAutomated", json!("")),
            ("IsOfficial", json!(mark(row.is_official))),
            ("Name", json!(row.name)),
            ("StarCount", json!(row.star_count.to_string())),
        ],
        Value::Null,
    )
}
