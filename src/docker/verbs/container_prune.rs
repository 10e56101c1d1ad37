//! `docker container prune`.

use crate::docker::filter::{Filter, PruneFilter};
use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::{Context, DockerCommand, Failure, Outcome, PruneReport, PruneSection, Words};

/// Its table.
pub static VERB: Verb = Verb {
    names: &["container prune"],
    usage: &["[OPTIONS]"],
    arguments: ArgumentRule::None,
    operand: Operand::Nothing,
    flags_end: FlagsEnd::Never,
    flags: &[FLAGS],
    about: "docker-verb-container-prune",
    read: Some(read),
};

const WARNING: &str = "WARNING! This will remove all stopped containers.";

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContainerPrune {
    /// `--filter`.
    pub filters: Vec<Filter>,
    /// `-f`.
    pub force: bool,
}

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    Ok(DockerCommand::ContainerPrune(ContainerPrune { filters: Filter::read(words), force: words.bool("force") }))
}

/// Does it, when asked twice or by force.
///
/// # Errors
/// A filter that cannot be, or the engine's.
pub fn execute(prune: &ContainerPrune, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    super::prune::prune(context, prune.force, WARNING, |context, report| remove(context, &prune.filters, report))
}

/// Removes them; `system prune` does it too.
///
/// # Errors
/// A filter that cannot be, or the engine's.
pub(super) fn remove(context: &Context<'_>, filters: &[Filter], report: &mut PruneReport) -> Result<(), Failure> {
    let filter = PruneFilter::new(filters, context.engine.clock.now())?;
    let pruned = context
        .engine
        .prune_containers(&|record| filter.admits(record.created, |label| record.config.labels.get(label)))?;
    let lines = pruned.removed.iter().map(ToString::to_string).collect();
    report.sections.push(PruneSection { heading: "Deleted Containers:", lines });
    report.add(pruned.reclaimed);
    Ok(())
}

static FLAGS: &[Flag] = &[
    flag("filter", FlagKind::Filter, "docker-flag-filter-prune"),
    flag("force", FlagKind::Bool, "docker-flag-force-prune").short('f'),
];
