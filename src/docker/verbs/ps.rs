//! `docker ps`.

use crate::docker::filter::{ContainerFilter, Filter};
use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::{ContainerListing, ContainerRow, Event};
use crate::docker::{Context, DockerCommand, Failure, Outcome, Words};
use crate::engine::Engine;
use crate::engine::container::ContainerRecord;

/// Its table.
pub static VERB: Verb = Verb {
    names: &["container ls", "container list", "container ps", "ps"],
    usage: &["[OPTIONS]"],
    arguments: ArgumentRule::None,
    operand: Operand::Nothing,
    flags_end: FlagsEnd::Never,
    flags: &[FLAGS],
    about: "docker-verb-ps",
    read: Some(read),
};

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListContainers {
    /// `-a`.
    pub all: bool,
    /// `-n`, else 1 with `-l`; `None` is no limit.
    pub last: Option<usize>,
    /// `-f`.
    pub filters: Vec<Filter>,
    /// `--format`.
    pub format: Option<String>,
    /// `-q`.
    pub quiet: bool,
    /// `--no-trunc`.
    pub whole: bool,
    /// `-s`; when it is not given, the format decides.
    pub sizes: Option<bool>,
}

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    let last = words.int("last").filter(|count| *count != -1 || !words.bool("latest"));
    let last = last.or_else(|| words.bool("latest").then_some(1));
    Ok(DockerCommand::ListContainers(ListContainers {
        all: words.bool("all"),
        last: last.and_then(|count| usize::try_from(count).ok()).filter(|count| *count > 0),
        filters: Filter::read(words),
        format: words.owned("format"),
        quiet: words.bool("quiet"),
        whole: words.bool("no-trunc"),
        sizes: words.given("size").then(|| words.bool("size")),
    }))
}

/// Does it.
///
/// # Errors
/// A filter that cannot be, or the engine's.
pub fn execute(list: &ListContainers, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    if list.quiet && list.format.is_some() {
        let ignored = "Ignoring custom format, because both --format and --quiet are set.";
        context.tell(Event::Warning(ignored.to_owned()));
    }
    let filter = ContainerFilter::new(&list.filters, context.engine)?;
    let all = list.all || list.last.is_some() || filter.names_states();
    let shown = |record: &ContainerRecord| (all || record.state.is_running()) && filter.admits(record);
    let records = context.engine.containers()?.into_iter().filter(shown).take(list.last.unwrap_or(usize::MAX));
    // `{{.Size}}` is worth nothing without the sizes, and costs a walk with them.
    let sizes = list.sizes.unwrap_or_else(|| list.format.as_deref().is_some_and(speaks_of_sizes));
    let rows = records.map(|record| row(record, sizes, context)).collect::<Result<_, Failure>>()?;
    Ok(Outcome::Containers(ContainerListing {
        rows,
        now: context.engine.clock.now(),
        format: list.format.clone(),
        quiet: list.quiet,
        whole: list.whole,
        sizes: list.sizes.unwrap_or_default(),
    }))
}

/// `{{.Size}}`, and `{{json .}}`, which is every field.
fn speaks_of_sizes(format: &str) -> bool {
    let whole = |rest: &str| rest.trim_start_matches(' ').starts_with(['}', ')', '|']);
    format.contains(".Size") || format.split("json .").skip(1).any(whole)
}

fn row(record: ContainerRecord, sizes: bool, context: &Context<'_>) -> Result<ContainerRow, Failure> {
    let engine = context.engine;
    let image = image_name(&record, engine);
    let sizes = if sizes {
        let writable = engine.container_size(&record.id)?;
        let below = engine.resolve_image(&record.image.to_string()).map_or(0, |image| image.size);
        Some((writable, writable + below))
    } else {
        None
    };
    Ok(ContainerRow { record, image, sizes })
}

/// What was typed, or the id once that means another image or none.
pub(super) fn image_name(record: &ContainerRecord, engine: &Engine) -> String {
    let still_named = engine.resolve_image(&record.config.image).is_ok_and(|image| image.id == record.image);
    if still_named { record.config.image.clone() } else { record.image.to_string() }
}

static FLAGS: &[Flag] = &[
    flag("all", FlagKind::Bool, "docker-flag-all-containers").short('a').default("shows just running"),
    flag("filter", FlagKind::Filter, "docker-flag-filter").short('f'),
    flag("format", FlagKind::Text, "docker-flag-format"),
    flag("last", FlagKind::Int, "docker-flag-last").short('n').default("-1"),
    flag("latest", FlagKind::Bool, "docker-flag-latest").short('l'),
    flag("no-trunc", FlagKind::Bool, "docker-flag-no-trunc"),
    flag("quiet", FlagKind::Bool, "docker-flag-quiet-ids").short('q'),
    flag("size", FlagKind::Bool, "docker-flag-size").short('s'),
];
