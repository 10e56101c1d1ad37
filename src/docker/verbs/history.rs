//! `docker history`.

use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::{Context, DockerCommand, Failure, Outcome, Words};
use crate::docker::{HistoryListing, HistoryRow};
use crate::engine::Engine;
use crate::engine::store::ImageRecord;

/// Its table.
pub static VERB: Verb = Verb {
    names: &["image history", "history"],
    usage: &["[OPTIONS] IMAGE"],
    arguments: ArgumentRule::Exactly(1),
    operand: Operand::Image,
    flags_end: FlagsEnd::Never,
    flags: &[FLAGS],
    about: "docker-verb-history",
    read: Some(read),
};

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    /// Reference or id.
    pub image: String,
    /// `--format`.
    pub format: Option<String>,
    /// `-q`.
    pub quiet: bool,
    /// `--no-trunc`.
    pub whole: bool,
    /// `-H`.
    pub human: bool,
}

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    Ok(DockerCommand::History(History {
        image: words.argument(0),
        format: words.owned("format"),
        quiet: words.bool("quiet"),
        whole: words.bool("no-trunc"),
        human: words.bool("human"),
    }))
}

/// Does it.
///
/// # Errors
/// The engine's.
pub fn execute(history: &History, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let image = context.engine.resolve_image(&history.image)?;
    Ok(Outcome::History(HistoryListing {
        rows: rows(&image, context.engine),
        now: context.engine.clock.now(),
        format: history.format.clone(),
        quiet: history.quiet,
        whole: history.whole,
        human: history.human,
    }))
}

/// Newest first. Ids go to the steps one parent at a time, as the daemon does; steps below are `<missing>`.
fn rows(image: &ImageRecord, engine: &Engine) -> Vec<HistoryRow> {
    let mut sizes = image.layer_sizes.iter();
    let mut rows: Vec<HistoryRow> = Vec::new();
    for step in &image.config.history {
        let size = if step.empty_layer { 0 } else { sizes.next().copied().unwrap_or_default() };
        rows.push(HistoryRow {
            image: None,
            created: step.created,
            created_by: step.created_by.clone(),
            size,
            comment: step.comment.clone(),
        });
    }
    rows.reverse();
    let mut at = Some(image.clone());
    for row in &mut rows {
        let Some(known) = at else { break };
        row.image = Some(known.id.clone());
        at = known.parent.and_then(|parent| engine.resolve_image(&parent.to_string()).ok());
    }
    rows
}

static FLAGS: &[Flag] = &[
    flag("format", FlagKind::Text, "docker-flag-format"),
    flag("human", FlagKind::Bool, "docker-flag-human").short('H').default("true"),
    flag("no-trunc", FlagKind::Bool, "docker-flag-no-trunc"),
    flag("platform", FlagKind::Text, "docker-flag-platform").not_yet(),
    flag("quiet", FlagKind::Bool, "docker-flag-quiet-ids").short('q'),
];
