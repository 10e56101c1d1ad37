//! `docker search`.

use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::session::catch_interrupts;
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::{Context, DockerCommand, Failure, Outcome, SearchListing, Words};
use crate::engine::EngineError;
use crate::engine::registry::SearchResult;

const LIMIT_DEFAULT: u64 = 25;
const LIMIT_MAX: u64 = 100;

/// Its table.
pub static VERB: Verb = Verb {
    names: &["search"],
    usage: &["[OPTIONS] TERM"],
    arguments: ArgumentRule::Exactly(1),
    operand: Operand::Nothing,
    flags_end: FlagsEnd::Never,
    flags: &[FLAGS],
    about: "docker-verb-search",
    read: Some(read),
};

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// The words.
    pub words: String,
    /// `--limit`; 0 is Docker's default.
    pub limit: i64,
    /// `--filter`.
    pub filters: Vec<String>,
    /// `--format`.
    pub format: Option<String>,
    /// `--no-trunc`.
    pub whole: bool,
}

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    Ok(DockerCommand::Search(Search {
        words: words.argument(0),
        limit: words.int("limit").unwrap_or(0),
        filters: words.list("filter"),
        format: words.owned("format"),
        whole: words.bool("no-trunc"),
    }))
}

/// Does it.
///
/// # Errors
/// The registry's; a filter nobody knows.
pub fn execute(search: &Search, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let limit = match u64::try_from(search.limit) {
        // The client sends nothing that is not above zero.
        Err(_) | Ok(0) => LIMIT_DEFAULT,
        Ok(limit) if limit <= LIMIT_MAX => limit,
        _ => {
            let reason = format!("Limit {} is outside the range of [1, {LIMIT_MAX}]", search.limit);
            return Err(EngineError::InvalidRequest(reason).into());
        }
    };
    let filters = filters(&search.filters)?;
    let interrupts = catch_interrupts()?;
    let mut rows = context.engine.search_registry(&search.words, limit, Some(interrupts.watch()?))?;
    rows.retain(|row| filters.iter().all(|filter| filter.takes(row)));
    Ok(Outcome::Repositories(SearchListing { rows, format: search.format.clone(), whole: search.whole }))
}

/// What a repository must be to be shown.
enum Filter {
    Official(bool),
    /// Docker Hub builds none any more: only `false` finds something.
    Automated(bool),
    Stars(u64),
}

impl Filter {
    fn takes(&self, row: &SearchResult) -> bool {
        match self {
            Self::Official(wanted) => row.is_official == *wanted,
            Self::Automated(wanted) => !wanted,
            Self::Stars(least) => row.star_count >= *least,
        }
    }
}

fn filters(typed: &[String]) -> Result<Vec<Filter>, Failure> {
    typed.iter().map(|typed| filter(typed)).collect()
}

fn filter(typed: &str) -> Result<Filter, Failure> {
    let invalid = |reason: String| Failure::from(EngineError::InvalidRequest(reason));
    let (name, value) = typed.split_once('=').unwrap_or((typed, ""));
    let bad = || invalid(format!("invalid filter '{name}=[{value}]'"));
    let yes_or_no = || match value {
        "true" | "1" => Ok(true),
        "false" | "0" => Ok(false),
        _ => Err(bad()),
    };
    match name {
        "is-official" => yes_or_no().map(Filter::Official),
        "is-automated" => yes_or_no().map(Filter::Automated),
        "stars" => value.parse().map(Filter::Stars).map_err(|_| {
            invalid(format!("invalid filter 'stars={value}': strconv.Atoi: parsing \"{value}\": invalid syntax"))
        }),
        other => Err(invalid(format!("invalid filter '{other}'"))),
    }
}

static FLAGS: &[Flag] = &[
    flag("filter", FlagKind::Filter, "docker-flag-filter").short('f'),
    flag("format", FlagKind::Text, "docker-flag-format"),
    flag("limit", FlagKind::Int, "docker-flag-limit"),
    flag("no-trunc", FlagKind::Bool, "docker-flag-no-trunc"),
];
