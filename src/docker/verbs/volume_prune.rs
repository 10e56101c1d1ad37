//! `docker volume prune`.

use crate::docker::filter::Filter;
use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::volume_filter::VolumeFilter;
use crate::docker::{Context, DockerCommand, Failure, Outcome, PruneReport, PruneSection, Words};
use crate::engine::volume::VolumePruneRequest;

/// Its table.
pub static VERB: Verb = Verb {
    names: &["volume prune"],
    usage: &["[OPTIONS]"],
    arguments: ArgumentRule::None,
    operand: Operand::Nothing,
    flags_end: FlagsEnd::Never,
    flags: &[FLAGS],
    about: "docker-verb-volume-prune",
    read: Some(read),
};

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PruneVolumes {
    /// `-a`: those that have a name too.
    pub all: bool,
    /// `--filter`.
    pub filters: Vec<Filter>,
    /// `-f`: do not ask.
    pub force: bool,
}

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    let prune = PruneVolumes { all: words.bool("all"), filters: Filter::read(words), force: words.bool("force") };
    if prune.all && prune.filters.iter().any(|filter| filter.key == "all") {
        return Err(Failure::client("conflicting options: cannot specify both --all and --filter all=1"));
    }
    Ok(DockerCommand::PruneVolumes(prune))
}

/// Does it.
///
/// # Errors
/// A filter that cannot be, or the engine's.
pub fn execute(prune: &PruneVolumes, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let which = if prune.all { "all local volumes" } else { "anonymous local volumes" };
    let warning = format!("WARNING! This will remove {which} not used by at least one container.");
    super::prune::prune(context, prune.force, &warning, |context, report| {
        remove(context, prune.all, &prune.filters, report)
    })
}

/// Removes them; `system prune` does it too.
///
/// # Errors
/// A filter that cannot be, or the engine's.
pub(super) fn remove(
    context: &Context<'_>,
    all: bool,
    filters: &[Filter],
    report: &mut PruneReport,
) -> Result<(), Failure> {
    let filter = VolumeFilter::of_prune(filters)?;
    let admits = |volume: &_| filter.admits(volume, false);
    let pruned = context.engine.prune_volumes(&VolumePruneRequest { all: all || filter.all(), admits: &admits })?;
    report.sections.push(PruneSection { heading: "Deleted Volumes:", lines: pruned.deleted });
    report.add(pruned.reclaimed);
    Ok(())
}

static FLAGS: &[Flag] = &[
    flag("all", FlagKind::Bool, "docker-flag-all-unused-volumes").short('a'),
    flag("filter", FlagKind::Filter, "docker-flag-filter-prune"),
    flag("force", FlagKind::Bool, "docker-flag-force-prune").short('f'),
];
