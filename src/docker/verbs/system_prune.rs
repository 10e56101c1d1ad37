//! `docker system prune`: every other prune, in Docker's order.

use super::{builder_prune, container_prune, image_prune, network_prune, volume_prune};
use crate::docker::filter::Filter;
use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::{Context, DockerCommand, Failure, Outcome, Words};

/// Its table.
pub static VERB: Verb = Verb {
    names: &["system prune"],
    usage: &["[OPTIONS]"],
    arguments: ArgumentRule::None,
    operand: Operand::Nothing,
    flags_end: FlagsEnd::Never,
    flags: &[FLAGS],
    about: "docker-verb-system-prune",
    read: Some(read),
};

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PruneSystem {
    /// `-a`: images that have a name too, and all of the build cache.
    pub all: bool,
    /// `--volumes`: anonymous volumes too.
    pub volumes: bool,
    /// `--filter`.
    pub filters: Vec<Filter>,
    /// `-f`: do not ask.
    pub force: bool,
}

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    let prune = PruneSystem {
        all: words.bool("all"),
        volumes: words.bool("volumes"),
        filters: Filter::read(words),
        force: words.bool("force"),
    };
    if prune.volumes && prune.filters.iter().any(|filter| filter.key == "until") {
        return Err(Failure::client("ERROR: The \"until\" filter is not supported with \"--volumes\""));
    }
    Ok(DockerCommand::PruneSystem(prune))
}

/// Does it.
///
/// # Errors
/// A filter that cannot be, or the engine's.
pub fn execute(prune: &PruneSystem, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    super::prune::prune(context, prune.force, &warning(prune), |context, report| {
        container_prune::remove(context, &prune.filters, report)?;
        network_prune::remove(context, &prune.filters, report)?;
        if prune.volumes {
            volume_prune::remove(context, false, &prune.filters, report)?;
        }
        image_prune::remove(context, prune.all, &prune.filters, report)?;
        // The cache knows no labels; Docker prunes it all the same.
        let of_cache: Vec<Filter> = prune.filters.iter().filter(|filter| filter.key == "until").cloned().collect();
        builder_prune::remove(context, prune.all, None, &of_cache, report)
    })
}

fn warning(prune: &PruneSystem) -> String {
    let mut lines = vec!["all stopped containers", "all networks not used by at least one container"];
    if prune.volumes {
        lines.push("all anonymous volumes not used by at least one container");
    }
    lines.push(if prune.all {
        "all images without at least one container associated to them"
    } else {
        "all dangling images"
    });
    lines.push(if prune.all { "all build cache" } else { "unused build cache" });
    let mut text = "WARNING! This will remove:\n".to_owned();
    for line in lines {
        text.push_str(&format!("  - {line}\n"));
    }
    if !prune.filters.is_empty() {
        let mut shown: Vec<String> =
            prune.filters.iter().map(|filter| format!("{}={}", filter.key, filter.value)).collect();
        shown.sort();
        text.push_str("\n  Items to be pruned will be filtered with:\n");
        for filter in shown {
            text.push_str(&format!("  - {filter}\n"));
        }
    }
    text
}

static FLAGS: &[Flag] = &[
    flag("all", FlagKind::Bool, "docker-flag-all-unused-images").short('a'),
    flag("filter", FlagKind::Filter, "docker-flag-filter-prune"),
    flag("force", FlagKind::Bool, "docker-flag-force-prune").short('f'),
    flag("volumes", FlagKind::Bool, "docker-flag-volumes-prune"),
];
