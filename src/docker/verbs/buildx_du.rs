//! `docker buildx du`.

use crate::docker::filter::Filter;
use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::{CacheUsage, Context, DockerCommand, Failure, Outcome, Words};

use super::builder_prune::selection;

/// Its table.
pub static VERB: Verb = Verb {
    names: &["buildx du"],
    usage: &[""],
    arguments: ArgumentRule::None,
    operand: Operand::Nothing,
    flags_end: FlagsEnd::Never,
    flags: &[FLAGS],
    about: "docker-verb-buildx-du",
    read: Some(read),
};

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShowCacheUsage {
    /// `--filter`.
    pub filters: Vec<Filter>,
    /// `--verbose`.
    pub verbose: bool,
}

#[allow(clippy::unnecessary_wraps)] // the type of every verb's reader
fn read(words: &Words) -> Result<DockerCommand, Failure> {
    Ok(DockerCommand::ShowCacheUsage(ShowCacheUsage { filters: Filter::read(words), verbose: words.bool("verbose") }))
}

/// Does it.
///
/// # Errors
/// A filter that cannot be, or the engine's.
pub fn execute(asked: &ShowCacheUsage, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let selection = selection(&asked.filters, context)?;
    let records = context.engine.build_cache_records()?.into_iter();
    let records = records.filter(|record| selection.admits(record)).collect();
    Ok(Outcome::CacheUsage(CacheUsage { records, now: context.engine.clock.now(), verbose: asked.verbose }))
}

static FLAGS: &[Flag] = &[
    flag("builder", FlagKind::Text, "docker-flag-builder").not_yet(),
    flag("filter", FlagKind::Filter, "docker-flag-filter-cache"),
    flag("verbose", FlagKind::Bool, "docker-flag-verbose"),
];
