//! What a command found out, as values: `render/docker_cli` lays them out.

use jiff::Timestamp;
use serde_json::Value;

use super::failure::Complaint;
use crate::engine::DiskUsage;
use crate::engine::build::{BuildOutline, BuildTarget, CacheRecord, LintWarning};
use crate::engine::container::{ContainerId, ContainerRecord, ContainerSample};
use crate::engine::layer::Change;
use crate::engine::network::NetworkRecord;
use crate::engine::oci::ImageId;
use crate::engine::registry::{Described, SearchResult};
use crate::engine::volume::VolumeRecord;

/// What is left to show, or to exit with, when a command ends well.
#[derive(Debug)]
pub enum Outcome {
    /// Nothing.
    Nothing,
    /// The exit code of the process that was run.
    Exit(i32),
    /// `ps`.
    Containers(ContainerListing),
    /// `images`.
    Images(ImageListing),
    /// `system df`.
    DiskUsage(Box<DiskReport>),
    /// `buildx du`.
    CacheUsage(CacheUsage),
    /// `volume ls`.
    Volumes(VolumeListing),
    /// `prune`, of any kind.
    Pruned(PruneReport),
    /// `history`.
    History(HistoryListing),
    /// `network ls`.
    Networks(NetworkListing),
    /// `manifest inspect`.
    Manifest(Box<ManifestReport>),
    /// `search`.
    Repositories(SearchListing),
    /// `diff`.
    Changes(Vec<Change>),
    /// `top`.
    Processes {
        /// Of the columns.
        headings: Vec<String>,
        /// A process each.
        rows: Vec<Vec<String>>,
    },
    /// `inspect`.
    Inspected(Inspected),
    /// `build --check`.
    BuildChecked(Vec<LintWarning>),
    /// `build --call=outline`.
    BuildOutline(BuildOutline),
    /// `build --call=targets`.
    BuildTargets(Vec<BuildTarget>),
    /// `stats --no-stream`.
    Stats(StatsListing),
    /// `version`.
    Version(VersionReport),
    /// `info`.
    Info(InfoReport),
}

/// What `ps` found, and how it was asked to show it.
#[derive(Debug)]
pub struct ContainerListing {
    /// Newest first.
    pub rows: Vec<ContainerRow>,
    /// The present, for durations.
    pub now: Timestamp,
    /// `--format`.
    pub format: Option<String>,
    /// `-q`.
    pub quiet: bool,
    /// `--no-trunc`.
    pub whole: bool,
    /// `-s`.
    pub sizes: bool,
}

/// A container in `ps`.
#[derive(Debug)]
pub struct ContainerRow {
    /// All that is known of it.
    pub record: ContainerRecord,
    /// The image as `ps` names it: as typed, or its id when that name means another image now.
    pub image: String,
    /// Writable layer and the whole, in bytes; only with `-s`.
    pub sizes: Option<(u64, u64)>,
}

/// What `stats` found, and how it was asked to show it.
#[derive(Debug)]
pub struct StatsListing {
    /// As typed, or newest first.
    pub rows: Vec<StatsRow>,
    /// `--format`.
    pub format: Option<String>,
    /// `--no-trunc`.
    pub whole: bool,
}

/// A container in `stats`.
#[derive(Debug)]
pub struct StatsRow {
    /// As typed, or its short id.
    pub container: String,
    /// Its id and name; `None` when it has been removed meanwhile.
    pub identity: Option<(ContainerId, String)>,
    /// What it uses, and the processor's percentage; `None` when it does not run.
    pub figures: Option<(ContainerSample, f64)>,
}

/// What `images` found, and how it was asked to show it.
#[derive(Debug)]
pub struct ImageListing {
    /// Newest first; one row per name.
    pub rows: Vec<ImageRow>,
    /// The present, for durations.
    pub now: Timestamp,
    /// `--format`.
    pub format: Option<String>,
    /// `-q`.
    pub quiet: bool,
    /// `--no-trunc`.
    pub whole: bool,
    /// `--digests`.
    pub digests: bool,
}

/// A name of an image, or an image without one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageRow {
    /// The image.
    pub id: ImageId,
    /// `None` is shown as `<none>`.
    pub repository: Option<String>,
    /// `None` is shown as `<none>`.
    pub tag: Option<String>,
    /// `None` is shown as `<none>`.
    pub digest: Option<String>,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// In bytes.
    pub size: u64,
}

/// What `system df` found, and how it was asked to show it.
#[derive(Debug)]
pub struct DiskReport {
    /// All that takes room.
    pub usage: DiskUsage,
    /// What each container's image is called.
    pub image_names: Vec<String>,
    /// The present, for durations.
    pub now: Timestamp,
    /// `--format`.
    pub format: Option<String>,
    /// `-v`.
    pub verbose: bool,
}

/// What `buildx du` found, and how it was asked to show it.
#[derive(Debug)]
pub struct CacheUsage {
    /// What the build cache holds, last used first.
    pub records: Vec<CacheRecord>,
    /// The present, for durations.
    pub now: Timestamp,
    /// `--verbose`.
    pub verbose: bool,
}

/// What `volume ls` found, and how it was asked to show it.
#[derive(Debug)]
pub struct VolumeListing {
    /// By name.
    pub rows: Vec<VolumeRecord>,
    /// `--format`.
    pub format: Option<String>,
    /// `-q`.
    pub quiet: bool,
}

/// What a `prune` removed.
#[derive(Debug, Default)]
pub struct PruneReport {
    /// By kind; empty ones are not shown.
    pub sections: Vec<PruneSection>,
    /// Bytes; `None` where Docker does not say (networks).
    pub reclaimed: Option<u64>,
}

impl PruneReport {
    /// Adds to what was reclaimed.
    pub fn add(&mut self, bytes: u64) {
        self.reclaimed = Some(self.reclaimed.unwrap_or(0) + bytes);
    }
}

/// One kind of things removed.
#[derive(Debug)]
pub struct PruneSection {
    /// `Deleted Volumes:`.
    pub heading: &'static str,
    /// One a line.
    pub lines: Vec<String>,
}

/// What `history` found, and how it was asked to show it.
#[derive(Debug)]
pub struct HistoryListing {
    /// Newest first.
    pub rows: Vec<HistoryRow>,
    /// The present, for durations.
    pub now: Timestamp,
    /// `--format`.
    pub format: Option<String>,
    /// `-q`.
    pub quiet: bool,
    /// `--no-trunc`.
    pub whole: bool,
    /// `-H`.
    pub human: bool,
}

/// One step of how an image was made.
#[derive(Debug)]
pub struct HistoryRow {
    /// The image at that step, when it is known here.
    pub image: Option<ImageId>,
    /// When.
    pub created: Option<Timestamp>,
    /// The instruction.
    pub created_by: String,
    /// In bytes.
    pub size: u64,
    /// Why, or by what.
    pub comment: String,
}

/// What `inspect` found.
#[derive(Debug)]
pub struct Inspected {
    /// In Docker's layout, in the order asked.
    pub objects: Vec<Value>,
    /// `--format`.
    pub format: Option<String>,
    /// What could not be found, said after the rest, with how many objects had been found before.
    pub failures: Vec<(usize, Complaint)>,
}

/// What `version` says.
#[derive(Debug)]
pub struct VersionReport {
    /// `--format`.
    pub format: Option<String>,
    /// `Client` and `Server`, with Docker's field names.
    pub fields: Value,
}

/// What `info` says.
#[derive(Debug)]
pub struct InfoReport {
    /// `--format`.
    pub format: Option<String>,
    /// With Docker's field names.
    pub fields: Value,
}

/// What `network ls` found, and how it was asked to show it.
#[derive(Debug)]
pub struct NetworkListing {
    /// By name.
    pub rows: Vec<NetworkRecord>,
    /// `--format`.
    pub format: Option<String>,
    /// `-q`.
    pub quiet: bool,
    /// `--no-trunc`.
    pub whole: bool,
}

/// What `search` found, and how it was asked to show it.
#[derive(Debug)]
pub struct SearchListing {
    /// As the registry ranks them.
    pub rows: Vec<SearchResult>,
    /// `--format`.
    pub format: Option<String>,
    /// `--no-trunc`.
    pub whole: bool,
}

/// What `manifest inspect` found, and how it was asked to show it.
#[derive(Debug)]
pub struct ManifestReport {
    /// The manifest, or those of an index.
    pub described: Described,
    /// `-v`.
    pub verbose: bool,
}
