//! `docker system df`. Source: docker/cli `cli/command/formatter/disk_usage.go`.

use serde_json::{Map, Value, json};

use super::listing::{self, Listing, row};
use super::template::{Subject, Template};
use super::{containers, images, table, units, volumes};
use crate::docker::{ContainerRow, DiskReport, ImageRow};
use crate::engine::build::CacheRecord;

const HEADINGS: &[(&str, &str)] = &[
    ("Type", "TYPE"),
    ("TotalCount", "TOTAL"),
    ("Active", "ACTIVE"),
    ("Size", "SIZE"),
    ("Reclaimable", "RECLAIMABLE"),
];
/// `--format raw`.
const RAW: &str =
    "type: {{.Type}}\ntotal: {{.TotalCount}}\nactive: {{.Active}}\nsize: {{.Size}}\nreclaimable: {{.Reclaimable}}\n";
const CACHE_ID_WIDTH: usize = 12;

/// The text of `docker system df`.
///
/// # Errors
/// Docker's sentence about the template.
pub fn render(report: &DiskReport) -> Result<String, String> {
    match (report.verbose, report.format.as_deref()) {
        (true, None | Some("table")) => Ok(verbose(report)),
        (true, Some(format)) => {
            let source = if format == "json" { "{{json .}}".to_owned() } else { listing::source(format) };
            let wrong = |message: String| format!("template parsing error: {message}");
            let template = Template::parse("", &source).map_err(wrong)?;
            template.render(&Value::Object(details(report)), Subject::Structure("*formatter.diskUsageContext"))
        }
        (false, format) => {
            let listing = Listing {
                rows: summary(report),
                headings: HEADINGS,
                kind: "*formatter.diskUsageImagesContext",
                table: "{{.Type}}\t{{.TotalCount}}\t{{.Active}}\t{{.Size}}\t{{.Reclaimable}}".to_owned(),
                quiet_field: "Type",
            };
            listing::render(&listing, listing::with_raw(format, false, [RAW; 2]), false)
        }
    }
}

fn summary(report: &DiskReport) -> Vec<Map<String, Value>> {
    let usage = &report.usage;
    let line = |kind: &str, total: usize, active: usize, size: u64, reclaimable: String| {
        row(
            [
                ("Active", json!(active.to_string())),
                ("Reclaimable", json!(reclaimable)),
                ("Size", json!(units::human_size(size, 4))),
                ("TotalCount", json!(total.to_string())),
                ("Type", json!(kind)),
            ],
            Value::Null,
        )
    };
    let with_share = |bytes: u64, total: u64| {
        let size = units::human_size(bytes, 4);
        match (bytes * 100).checked_div(total) {
            Some(share) => format!("{size} ({share}%)"),
            None => size,
        }
    };
    let in_use: u64 = usage
        .images
        .iter()
        .filter(|image| image.containers > 0)
        .map(|image| image.image.size.saturating_sub(image.shared))
        .sum();
    let active_images = usage.images.iter().filter(|image| image.containers > 0).count();
    let written: u64 = usage.containers.iter().map(|(_, size)| size).sum();
    let stopped: u64 =
        usage.containers.iter().filter(|(container, _)| !container.state.is_running()).map(|(_, size)| size).sum();
    let running = usage.containers.iter().filter(|(container, _)| container.state.is_running()).count();
    let kept: u64 = usage.volumes.iter().map(|volume| volume.size).sum();
    let unused: u64 = usage.volumes.iter().filter(|volume| volume.links == 0).map(|volume| volume.size).sum();
    let linked = usage.volumes.iter().filter(|volume| volume.links > 0).count();
    let cached = cache_size(&usage.cache, false);
    let working = usage.cache.iter().filter(|record| record.in_use).count();
    let free = units::human_size(cached - cache_size(&usage.cache, true), 4);
    let images = with_share(usage.layers.saturating_sub(in_use), usage.layers);
    vec![
        line("Images", usage.images.len(), active_images, usage.layers, images),
        line("Containers", usage.containers.len(), running, written, with_share(stopped, written)),
        line("Local Volumes", usage.volumes.len(), linked, kept, with_share(unused, kept)),
        line("Build Cache", usage.cache.len(), working, cached, free),
    ]
}

/// Bytes that only the cache holds; of records a build needs just now, when asked.
fn cache_size(cache: &[CacheRecord], in_use_only: bool) -> u64 {
    cache.iter().filter(|record| !record.shared && (record.in_use || !in_use_only)).map(|record| record.size).sum()
}

fn verbose(report: &DiskReport) -> String {
    let section = |title: &str, columns: &[(&str, &str)], rows: &[Map<String, Value>]| {
        let line = |cells: Vec<&str>| cells.join("\t") + "\n";
        let mut text = line(columns.iter().map(|(_, heading)| *heading).collect());
        for row in rows {
            text.push_str(&line(columns.iter().map(|(field, _)| row[*field].as_str().unwrap_or_default()).collect()));
        }
        format!("{title}\n\n{}", table::align(&text))
    };
    let cache = units::human_size(cache_size(&report.usage.cache, false), 4);
    [
        section("Images space usage:", IMAGE_COLUMNS, &image_rows(report, false)),
        section("Containers space usage:", CONTAINER_COLUMNS, &container_rows(report, false)),
        section("Local Volumes space usage:", VOLUME_COLUMNS, &volume_rows(report)),
        section(&format!("Build cache usage: {cache}"), CACHE_COLUMNS, &cache_rows(report, false)),
    ]
    .join("\n")
}

const IMAGE_COLUMNS: &[(&str, &str)] = &[
    ("Repository", "REPOSITORY"),
    ("Tag", "TAG"),
    ("ID", "IMAGE ID"),
    ("CreatedSince", "CREATED"),
    ("Size", "SIZE"),
    ("SharedSize", "SHARED SIZE"),
    ("UniqueSize", "UNIQUE SIZE"),
    ("Containers", "CONTAINERS"),
];
const CONTAINER_COLUMNS: &[(&str, &str)] = &[
    ("ID", "CONTAINER ID"),
    ("Image", "IMAGE"),
    ("Command", "COMMAND"),
    ("LocalVolumes", "LOCAL VOLUMES"),
    ("Size", "SIZE"),
    ("RunningFor", "CREATED"),
    ("Status", "STATUS"),
    ("Names", "NAMES"),
];
const VOLUME_COLUMNS: &[(&str, &str)] = &[("Name", "VOLUME NAME"), ("Links", "LINKS"), ("Size", "SIZE")];
const CACHE_COLUMNS: &[(&str, &str)] = &[
    ("ID", "CACHE ID"),
    ("CacheType", "CACHE TYPE"),
    ("Size", "SIZE"),
    ("CreatedSince", "CREATED"),
    ("LastUsedSince", "LAST USED"),
    ("UsageCount", "USAGE"),
    ("Shared", "SHARED"),
];

fn details(report: &DiskReport) -> Map<String, Value> {
    let all = |rows: Vec<Map<String, Value>>| Value::from(rows);
    [
        ("Images".to_owned(), all(image_rows(report, true))),
        ("Containers".to_owned(), all(container_rows(report, true))),
        ("Volumes".to_owned(), all(volume_rows(report))),
        ("BuildCache".to_owned(), all(cache_rows(report, true))),
    ]
    .into_iter()
    .collect()
}

fn image_rows(report: &DiskReport, whole: bool) -> Vec<Map<String, Value>> {
    let usages = report.usage.images.iter();
    usages
        .map(|usage| {
            let image = &usage.image;
            let name = image.tags.first();
            let shown = ImageRow {
                id: image.id.clone(),
                repository: name.map(crate::engine::oci::Reference::familiar_name),
                tag: name.and_then(|name| name.tag()).map(str::to_owned),
                digest: None,
                created: image.config.created,
                size: image.size,
            };
            let mut fields = images::image_fields(&shown, report.now, whole);
            let unique = image.size.saturating_sub(usage.shared);
            fields.insert("Digest".to_owned(), json!(""));
            fields.insert("SharedSize".to_owned(), json!(units::human_size(usage.shared, 4)));
            fields.insert("UniqueSize".to_owned(), json!(units::human_size(unique, 4)));
            fields.insert("Containers".to_owned(), json!(usage.containers.to_string()));
            fields
        })
        .collect()
}

fn container_rows(report: &DiskReport, whole: bool) -> Vec<Map<String, Value>> {
    let containers = report.usage.containers.iter().zip(&report.image_names);
    containers
        .map(|((record, size), image)| {
            let shown = ContainerRow { record: record.clone(), image: image.clone(), sizes: None };
            let mut fields = containers::fields(&shown, report.now, whole);
            fields.insert("Size".to_owned(), json!(units::human_size(*size, 3)));
            fields
        })
        .collect()
}

fn volume_rows(report: &DiskReport) -> Vec<Map<String, Value>> {
    report.usage.volumes.iter().map(|usage| volumes::fields(&usage.volume, Some((usage.links, usage.size)))).collect()
}

fn cache_rows(report: &DiskReport, whole: bool) -> Vec<Map<String, Value>> {
    let ago = |then| format!("{} ago", units::since(then, report.now));
    let records = report.usage.cache.iter();
    records
        .map(|record| {
            let id = if whole { record.id.clone() } else { record.id.chars().take(CACHE_ID_WIDTH).collect() };
            row(
                [
                    ("CacheType", json!(record.kind.word())),
                    ("CreatedSince", json!(ago(record.created))),
                    ("Description", json!(record.description)),
                    ("ID", json!(id)),
                    ("InUse", json!(record.in_use.to_string())),
                    ("LastUsedSince", json!(ago(record.last_used))),
                    ("Shared", json!(record.shared.to_string())),
                    ("Size", json!(units::human_size(record.size, 4))),
                    ("UsageCount", json!(record.uses.to_string())),
                ],
                Value::Null,
            )
        })
        .collect()
}
