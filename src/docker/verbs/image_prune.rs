//! `docker image prune`.

use jiff::Timestamp;

use crate::docker::filter::{Filter, truth};
use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::verbs::rmi::gone;
use crate::docker::{Context, DockerCommand, Failure, Outcome, PruneReport, PruneSection, Words, instant};
use crate::engine::EngineError;
use crate::engine::store::{ImageDeletion, PruneImagesRequest};

/// Its table.
pub static VERB: Verb = Verb {
    names: &["image prune"],
    usage: &["[OPTIONS]"],
    arguments: ArgumentRule::None,
    operand: Operand::Nothing,
    flags_end: FlagsEnd::Never,
    flags: &[FLAGS],
    about: "docker-verb-image-prune",
    read: Some(read),
};

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PruneImages {
    /// `-a`.
    pub all: bool,
    /// `-f`.
    pub force: bool,
    /// `--filter`.
    pub filters: Vec<Filter>,
}

const WARNING_ALL: &str = "WARNING! This will remove all images without at least one container associated to them.";
const WARNING_DANGLING: &str = "WARNING! This will remove all dangling images.";

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    Ok(DockerCommand::PruneImages(PruneImages {
        all: words.bool("all"),
        force: words.bool("force"),
        filters: Filter::read(words),
    }))
}

/// Does it.
///
/// # Errors
/// A filter that cannot be, or the engine's.
pub fn execute(prune: &PruneImages, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let warning = if prune.all { WARNING_ALL } else { WARNING_DANGLING };
    super::prune::prune(context, prune.force, warning, |context, report| {
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
    let pruned = context.engine.prune_images(&request(all, filters, context.engine.clock.now())?)?;
    let line = |deletion: &ImageDeletion| {
        let (action, what) = gone(deletion);
        format!("{}: {what}", action.to_lowercase())
    };
    let lines = pruned.deletions.iter().map(line).collect();
    report.sections.push(PruneSection { heading: "Deleted Images:", lines });
    report.add(pruned.reclaimed);
    Ok(())
}

/// What the engine is asked, with filters read.
fn request(all: bool, filters: &[Filter], now: Timestamp) -> Result<PruneImagesRequest, Failure> {
    let mut request = PruneImagesRequest { all, ..PruneImagesRequest::default() };
    let refused = |text: String| Failure::from(EngineError::InvalidRequest(text));
    // The client says itself which images are meant, and the daemon takes no two answers.
    let meant = Filter::new("dangling", if all { "false" } else { "true" });
    let said: Vec<Filter> = filters.iter().cloned().chain([meant]).collect();
    truth(&said, "dangling")?;
    for Filter { key, value } in filters {
        match key.as_str() {
            "label" => request.labels.push(value.clone()),
            "label!" => request.without_labels.push(value.clone()),
            "until" if request.until.is_some() => {
                return Err(refused("more than one until filter specified".to_owned()));
            }
            "until" => request.until = Some(instant::parse_filter(value, now)?),
            "dangling" => {}
            _ => return Err(refused(format!("invalid filter '{key}'"))),
        }
    }
    Ok(request)
}

static FLAGS: &[Flag] = &[
    flag("all", FlagKind::Bool, "docker-flag-all-unused-images").short('a'),
    flag("filter", FlagKind::Filter, "docker-flag-filter-prune"),
    flag("force", FlagKind::Bool, "docker-flag-force-prune").short('f'),
];
