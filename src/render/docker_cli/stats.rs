//! `docker stats`.

use serde_json::{Map, Value, json};

use super::listing::{self, Listing, row};
use super::units;
use super::visible::visible;
use crate::docker::{StatsListing, StatsRow};

const HEADINGS: &[(&str, &str)] = &[
    ("Container", "CONTAINER"),
    ("ID", "CONTAINER ID"),
    ("Name", "NAME"),
    ("CPUPerc", "CPU %"),
    ("MemUsage", "MEM USAGE / LIMIT"),
    ("MemPerc", "MEM %"),
    ("NetIO", "NET I/O"),
    ("BlockIO", "BLOCK I/O"),
    ("PIDs", "PIDS"),
];
/// The cursor to the top left corner.
const HOME: &str = "\u{1b}[H";
/// The rest of the line is erased.
const LINE_END: &str = "\u{1b}[K\n";
/// The rest of the screen is erased.
const SCREEN_END: &str = "\u{1b}[J";

/// The text of `docker stats --no-stream`.
///
/// # Errors
/// Docker's sentence about the template.
pub fn render(found: &StatsListing) -> Result<String, String> {
    let table = "{{.ID}}\t{{.Name}}\t{{.CPUPerc}}\t{{.MemUsage}}\t{{.MemPerc}}\t{{.NetIO}}\t{{.BlockIO}}\t{{.PIDs}}";
    let rows = found.rows.iter().map(|row| fields(row, found.whole)).collect();
    let listing = Listing {
        rows,
        headings: HEADINGS,
        kind: "*container.statsContext",
        table: table.to_owned(),
        quiet_field: "ID",
    };
    listing::render(&listing, found.format.as_deref(), false)
}

/// The same over the picture before it.
///
/// # Errors
/// Docker's sentence about the template.
pub fn render_again(found: &StatsListing) -> Result<String, String> {
    let lines: String = visible(&render(found)?).lines().map(|line| format!("{line}{LINE_END}")).collect();
    Ok(format!("{HOME}{lines}{SCREEN_END}"))
}

fn fields(found: &StatsRow, whole: bool) -> Map<String, Value> {
    let (id, name) = found
        .identity
        .as_ref()
        .map_or(("", "--"), |(id, name)| (if whole { id.as_str() } else { id.short() }, name.as_str()));
    let [cpu, memory, memory_percent, network, disk, tasks] = match (&found.figures, &found.identity) {
        (Some((sample, percent)), _) => [
            format!("{percent:.2}%"),
            format!("{} / {}", units::binary_size(sample.memory), units::binary_size(sample.memory_limit)),
            format!("{:.2}%", sample.memory_percent()),
            pair(sample.network),
            pair(sample.disk),
            sample.tasks.to_string(),
        ],
        (None, Some(_)) => ["0.00%", "0B / 0B", "0.00%", "0B / 0B", "0B / 0B", "0"].map(str::to_owned),
        (None, None) => ["--", "-- / --", "--", "--", "--", "--"].map(str::to_owned),
    };
    row(
        [
            ("BlockIO", json!(disk)),
            ("CPUPerc", json!(cpu)),
            ("Container", json!(found.container)),
            ("ID", json!(id)),
            ("MemPerc", json!(memory_percent)),
            ("MemUsage", json!(memory)),
            ("Name", json!(name)),
            ("NetIO", json!(network)),
            ("PIDs", json!(tasks)),
        ],
        Value::Null,
    )
}

fn pair((first, second): (u64, u64)) -> String {
    format!("{} / {}", units::human_size(first, 3), units::human_size(second, 3))
}
