//! `docker volume ls`.

use crate::docker::filter::Filter;
use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::volume_filter::VolumeFilter;
use crate::docker::{Context, DockerCommand, Failure, Outcome, VolumeListing, Words};

/// Its table.
pub static VERB: Verb = Verb {
    names: &["volume ls", "volume list"],
    usage: &["[OPTIONS]"],
    arguments: ArgumentRule::None,
    operand: Operand::Nothing,
    flags_end: FlagsEnd::Never,
    flags: &[FLAGS],
    about: "docker-verb-volume-ls",
    read: Some(read),
};

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListVolumes {
    /// `-f`.
    pub filters: Vec<Filter>,
    /// `--format`.
    pub format: Option<String>,
    /// `-q`.
    pub quiet: bool,
}

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    Ok(DockerCommand::ListVolumes(ListVolumes {
        filters: Filter::read(words),
        format: words.owned("format"),
        quiet: words.bool("quiet"),
    }))
}

/// Does it.
///
/// # Errors
/// A filter that cannot be, or the engine's.
pub fn execute(list: &ListVolumes, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let filter = VolumeFilter::of_list(&list.filters)?;
    let links =
        if filter.asks_for_links() { context.engine.volume_links()? } else { std::collections::BTreeMap::new() };
    let volumes = context.engine.volumes()?.into_iter();
    let rows = volumes.filter(|volume| filter.admits(volume, links.contains_key(&volume.name))).collect();
    Ok(Outcome::Volumes(VolumeListing { rows, format: list.format.clone(), quiet: list.quiet }))
}

static FLAGS: &[Flag] = &[
    flag("cluster", FlagKind::Bool, "docker-flag-cluster").not_yet().hidden(),
    flag("filter", FlagKind::Filter, "docker-flag-filter").short('f'),
    flag("format", FlagKind::Text, "docker-flag-format"),
    flag("quiet", FlagKind::Bool, "docker-flag-quiet-ids").short('q'),
];
