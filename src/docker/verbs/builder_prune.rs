//! `docker builder prune`.

use crate::docker::filter::{Filter, refused};
use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::instant;
use crate::docker::value;
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::{Context, DockerCommand, Failure, Outcome, PruneReport, PruneSection, Words};
use crate::engine::build::{CacheRecord, PruneCacheRequest};
use jiff::Timestamp;

/// Its table.
pub static VERB: Verb = Verb {
    names: &["builder prune", "buildx prune"],
    usage: &[""],
    arguments: ArgumentRule::None,
    operand: Operand::Nothing,
    flags_end: FlagsEnd::Never,
    flags: &[FLAGS],
    about: "docker-verb-builder-prune",
    read: Some(read),
};

const DANGLING: &str = "WARNING! This will remove all dangling build cache.";
const ALL: &str = "WARNING! This will remove all build cache.";

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PruneBuilder {
    /// `-a`: what images share too.
    pub all: bool,
    /// `--filter`.
    pub filters: Vec<Filter>,
    /// `-f`: do not ask.
    pub force: bool,
    /// `--keep-storage`, in bytes.
    pub keep: Option<u64>,
}

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    let keep = words.owned("keep-storage").and_then(|text| value::size(&text));
    Ok(DockerCommand::PruneBuilder(PruneBuilder {
        all: words.bool("all"),
        filters: Filter::read(words),
        force: words.bool("force"),
        keep: keep.and_then(|keep| u64::try_from(keep).ok()).filter(|keep| *keep > 0),
    }))
}

/// Does it, when asked twice or by force.
///
/// # Errors
/// A filter that cannot be, or the engine's.
pub fn execute(prune: &PruneBuilder, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let warning = if prune.all { ALL } else { DANGLING };
    super::prune::prune(context, prune.force, warning, |context, report| {
        remove(context, prune.all, prune.keep, &prune.filters, report)
    })
}

/// Removes it; `system prune` does it too.
///
/// # Errors
/// A filter that cannot be, or the engine's.
pub(super) fn remove(
    context: &Context<'_>,
    all: bool,
    keep: Option<u64>,
    filters: &[Filter],
    report: &mut PruneReport,
) -> Result<(), Failure> {
    let selection = selection(filters, context)?;
    let (until, admits) = (selection.until, |record: &CacheRecord| selection.fits(record));
    let pruned = context.engine.prune_build_cache(&PruneCacheRequest { all, until, keep, admits: &admits })?;
    report.sections.push(PruneSection { heading: "Deleted build cache objects:", lines: pruned.deleted });
    report.add(pruned.reclaimed);
    Ok(())
}

/// Which records some filters leave.
pub(super) struct Selection {
    /// Those that were not used since.
    until: Option<Timestamp>,
    others: Vec<Filter>,
}

/// Reads filters.
///
/// # Errors
/// One that cannot be.
pub(super) fn selection(filters: &[Filter], context: &Context<'_>) -> Result<Selection, Failure> {
    let mut selection = Selection { until: None, others: Vec::new() };
    for filter in filters {
        match filter.key.as_str() {
            "until" | "unused-for" => {
                selection.until = Some(instant::parse_bare(&filter.value, context.engine.clock.now())?);
            }
            "id" | "type" | "description" | "inuse" | "shared" | "private" => selection.others.push(filter.clone()),
            // An object that no filter of a label can fit.
            other => return Err(refused(other)),
        }
    }
    Ok(selection)
}

impl Selection {
    /// Whether it is one of them.
    pub(super) fn admits(&self, record: &CacheRecord) -> bool {
        self.until.is_none_or(|until| record.last_used <= until) && self.fits(record)
    }

    fn fits(&self, record: &CacheRecord) -> bool {
        self.others.iter().all(|filter| fits(filter, record))
    }
}

fn fits(filter: &Filter, record: &CacheRecord) -> bool {
    let truth = |holds: bool| filter.value.is_empty() || value::parse_bool(&filter.value) == Some(holds);
    match filter.key.as_str() {
        "id" => record.id.starts_with(&filter.value),
        "type" => record.kind.word() == filter.value,
        "description" => record.description.contains(&filter.value),
        "inuse" => truth(record.in_use),
        "shared" => truth(record.shared),
        _ => truth(!record.shared),
    }
}

static FLAGS: &[Flag] = &[
    flag("all", FlagKind::Bool, "docker-flag-all-cache").short('a'),
    flag("filter", FlagKind::Filter, "docker-flag-filter-prune"),
    flag("force", FlagKind::Bool, "docker-flag-force-prune").short('f'),
    flag("keep-storage", FlagKind::Bytes, "docker-flag-keep-storage"),
];
