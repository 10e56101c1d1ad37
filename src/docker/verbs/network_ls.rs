//! `docker network ls`.

use crate::docker::NetworkListing;
use crate::docker::filter::Filter;
use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::network_filter::NetworkFilter;
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::{Context, DockerCommand, Failure, Outcome, Words};

/// Its table.
pub static VERB: Verb = Verb {
    names: &["network ls", "network list"],
    usage: &["[OPTIONS]"],
    arguments: ArgumentRule::None,
    operand: Operand::Nothing,
    flags_end: FlagsEnd::Never,
    flags: &[FLAGS],
    about: "docker-verb-network-ls",
    read: Some(read),
};

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListNetworks {
    /// `-f`.
    pub filters: Vec<Filter>,
    /// `--format`.
    pub format: Option<String>,
    /// `-q`.
    pub quiet: bool,
    /// `--no-trunc`.
    pub whole: bool,
}

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    Ok(DockerCommand::ListNetworks(ListNetworks {
        filters: Filter::read(words),
        format: words.owned("format"),
        quiet: words.bool("quiet"),
        whole: words.bool("no-trunc"),
    }))
}

/// Does it.
///
/// # Errors
/// A filter that cannot be, or the engine's.
pub fn execute(list: &ListNetworks, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let filter = NetworkFilter::new(&list.filters)?;
    let mut rows = context.engine.networks()?;
    rows.retain(|network| filter.admits(network));
    Ok(Outcome::Networks(NetworkListing { rows, format: list.format.clone(), quiet: list.quiet, whole: list.whole }))
}

static FLAGS: &[Flag] = &[
    flag("filter", FlagKind::Filter, "docker-flag-filter").short('f'),
    flag("format", FlagKind::Text, "docker-flag-format"),
    flag("no-trunc", FlagKind::Bool, "docker-flag-no-trunc"),
    flag("quiet", FlagKind::Bool, "docker-flag-quiet-ids").short('q'),
];
