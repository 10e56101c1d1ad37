//! `docker network prune`.

use crate::docker::filter::{Filter, PruneFilter};
use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::prompt::confirm;
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::{Context, DockerCommand, Event, Failure, Outcome, PruneReport, PruneSection, Words};

/// Its table.
pub static VERB: Verb = Verb {
    names: &["network prune"],
    usage: &["[OPTIONS]"],
    arguments: ArgumentRule::None,
    operand: Operand::Nothing,
    flags_end: FlagsEnd::Never,
    flags: &[FLAGS],
    about: "docker-verb-network-prune",
    read: Some(read),
};

const WARNING: &str = "WARNING! This will remove all custom networks not used by at least one container.";

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PruneNetworks {
    /// `--filter`.
    pub filters: Vec<Filter>,
    /// `-f`.
    pub force: bool,
}

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    Ok(DockerCommand::PruneNetworks(PruneNetworks { filters: Filter::read(words), force: words.bool("force") }))
}

/// Does it: the names of what is gone.
///
/// # Errors
/// A filter that cannot be, or the engine's.
pub fn execute(prune: &PruneNetworks, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let filter = PruneFilter::new(&prune.filters, context.engine.clock.now())?;
    if !prune.force && !confirm(context, WARNING)? {
        return Ok(Outcome::Nothing);
    }
    let removed =
        context.engine.prune_networks(|network| !filter.admits(network.created, |label| network.labels.get(label)))?;
    if !removed.is_empty() {
        let names: Vec<String> = removed.into_iter().map(|network| network.name).collect();
        context.tell(Event::Done(format!("Deleted Networks:\n{}\n", names.join("\n"))));
    }
    Ok(Outcome::Nothing)
}

/// Removes them; `system prune` does it too, and leaves to the other kinds the filters that only they know.
///
/// # Errors
/// A filter that cannot be, or the engine's.
pub(super) fn remove(context: &Context<'_>, filters: &[Filter], report: &mut PruneReport) -> Result<(), Failure> {
    let filter = PruneFilter::new(filters, context.engine.clock.now())?;
    let removed =
        context.engine.prune_networks(|network| !filter.admits(network.created, |label| network.labels.get(label)))?;
    let lines = removed.into_iter().map(|network| network.name).collect();
    report.sections.push(PruneSection { heading: "Deleted Networks:", lines });
    Ok(())
}

static FLAGS: &[Flag] = &[
    flag("filter", FlagKind::Filter, "docker-flag-filter-prune"),
    flag("force", FlagKind::Bool, "docker-flag-force-prune").short('f'),
];
