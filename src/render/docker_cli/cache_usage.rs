//! `docker buildx du`. Source: docker/buildx `commands/diskusage.go`.

use super::units;
use crate::docker::CacheUsage;
use crate::engine::build::{CacheKind, CacheRecord};

/// Columns a tab goes on by.
const TAB: usize = 8;

/// The text of it.
pub fn render(usage: &CacheUsage) -> String {
    let mut text = String::new();
    if usage.verbose {
        usage.records.iter().for_each(|record| text.push_str(&details(usage, record)));
    } else {
        let mut rows = vec![["ID", "RECLAIMABLE", "SIZE", "LAST ACCESSED"].map(str::to_owned)];
        rows.extend(usage.records.iter().map(|record| row(usage, record)));
        text.push_str(&tabbed(&rows));
    }
    text.push_str(&summary(&usage.records));
    text
}

fn ago(usage: &CacheUsage, record: &CacheRecord) -> String {
    format!("{} ago", units::since(record.last_used, usage.now))
}

/// Whether steps go on writing in it.
fn is_mutable(record: &CacheRecord) -> bool {
    record.kind == CacheKind::CacheMount
}

fn row(usage: &CacheUsage, record: &CacheRecord) -> [String; 4] {
    let star = |starred: bool| if starred { "*" } else { "" };
    let id = format!("{}{}", record.id, star(is_mutable(record)));
    let size = format!("{}{}", units::progress_size(record.size), star(record.shared));
    [format!("{id:<40}"), format!("{:<5}", !record.in_use), format!("{size:<10}"), ago(usage, record)]
}

fn details(usage: &CacheUsage, record: &CacheRecord) -> String {
    let pairs = [
        ("ID", record.id.clone()),
        ("Created at", units::go_nanoseconds(record.created)),
        ("Mutable", is_mutable(record).to_string()),
        ("Reclaimable", (!record.in_use).to_string()),
        ("Shared", record.shared.to_string()),
        ("Size", units::progress_size(record.size)),
        ("Description", record.description.clone()),
        ("Usage count", record.uses.to_string()),
        ("Last used", ago(usage, record)),
        ("Type", record.kind.word().to_owned()),
    ];
    tabbed(&pairs.map(|(name, value)| [format!("{name}:"), value])) + "\n"
}

fn summary(records: &[CacheRecord]) -> String {
    let sum = |admits: fn(&CacheRecord) -> bool| -> u64 {
        records.iter().filter(|record| admits(record)).map(|record| record.size).sum()
    };
    let (total, shared, reclaimable) = (sum(|_| true), sum(|record| record.shared), sum(|record| !record.in_use));
    let mut rows = Vec::new();
    if shared > 0 {
        rows.extend([("Shared:", shared), ("Private:", total - shared)]);
    }
    rows.extend([("Reclaimable:", reclaimable), ("Total:", total)]);
    let rows: Vec<[String; 2]> =
        rows.into_iter().map(|(name, size)| [name.to_owned(), units::progress_size(size)]).collect();
    tabbed(&rows)
}

/// Columns set with tabs; the last has none after it.
fn tabbed<const N: usize>(rows: &[[String; N]]) -> String {
    let widest = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..N).map(|column| (widest(column) + 1).div_ceil(TAB) * TAB).collect();
    let line = |row: &[String; N]| -> String {
        let cell = |(column, text): (usize, &String)| {
            let tabs = if column + 1 == N { 0 } else { (widths[column] - text.chars().count()).div_ceil(TAB) };
            format!("{text}{}", "\t".repeat(tabs))
        };
        row.iter().enumerate().map(cell).collect::<String>() + "\n"
    };
    rows.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_set_with_tabs() {
        let rows = [["a", "1"], ["a longer one", "2"]].map(|row| row.map(str::to_owned));
        assert_eq!(tabbed(&rows), "a\t\t1\na longer one\t2\n");
    }
}
