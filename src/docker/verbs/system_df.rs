//! `docker system df`.

use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::{Context, DiskReport, DockerCommand, Failure, Outcome, Words};

/// Its table.
pub static VERB: Verb = Verb {
    names: &["system df"],
    usage: &["[OPTIONS]"],
    arguments: ArgumentRule::None,
    operand: Operand::Nothing,
    flags_end: FlagsEnd::Never,
    flags: &[FLAGS],
    about: "docker-verb-system-df",
    read: Some(read),
};

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShowDiskUsage {
    /// `--format`.
    pub format: Option<String>,
    /// `-v`.
    pub verbose: bool,
}

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    Ok(DockerCommand::ShowDiskUsage(ShowDiskUsage { format: words.owned("format"), verbose: words.bool("verbose") }))
}

/// Does it.
///
/// # Errors
/// The engine's.
pub fn execute(show: &ShowDiskUsage, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let usage = context.engine.disk_usage()?;
    let image_names = usage.containers.iter().map(|(container, _)| super::ps::image_name(container, context.engine));
    Ok(Outcome::DiskUsage(Box::new(DiskReport {
        image_names: image_names.collect(),
        usage,
        now: context.engine.clock.now(),
        format: show.format.clone(),
        verbose: show.verbose,
    })))
}

static FLAGS: &[Flag] = &[
    flag("format", FlagKind::Text, "docker-flag-format"),
    flag("verbose", FlagKind::Bool, "docker-flag-verbose").short('v'),
];
