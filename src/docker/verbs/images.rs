//! `docker images`.

use crate::docker::filter::{Filter, ImageFilter};
use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::{Context, DockerCommand, Failure, Outcome, Words};
use crate::docker::{ImageListing, ImageRow};
use crate::engine::store::ImageRecord;

/// Its table.
pub static VERB: Verb = Verb {
    names: &["image ls", "image list", "images"],
    usage: &["[OPTIONS] [REPOSITORY[:TAG]]"],
    arguments: ArgumentRule::AtMost(1),
    operand: Operand::Image,
    flags_end: FlagsEnd::Never,
    flags: &[FLAGS],
    about: "docker-verb-images",
    read: Some(read),
};

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListImages {
    /// `-a`.
    pub all: bool,
    /// `-f`, and the argument as a `reference` filter.
    pub filters: Vec<Filter>,
    /// `--format`.
    pub format: Option<String>,
    /// `-q`.
    pub quiet: bool,
    /// `--no-trunc`.
    pub whole: bool,
    /// `--digests`.
    pub digests: bool,
}

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    let mut filters = Filter::read(words);
    let pattern = words.arguments.first().filter(|argument| !argument.text.is_empty());
    filters.extend(pattern.map(|argument| Filter::new("reference", &argument.text)));
    Ok(DockerCommand::ListImages(ListImages {
        all: words.bool("all"),
        filters,
        format: words.owned("format"),
        quiet: words.bool("quiet"),
        whole: words.bool("no-trunc"),
        digests: words.bool("digests"),
    }))
}

/// Does it.
///
/// # Errors
/// A filter that cannot be, or the engine's.
pub fn execute(list: &ListImages, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let images = context.engine.images()?;
    let filter = ImageFilter::new(&list.filters, context.engine)?;
    let digests = list.digests || list.format.as_deref().is_some_and(|format| format.contains(".Digest"));
    let mut rows = Vec::new();
    for image in &images {
        let named = !image.tags.is_empty() || !image.digests.is_empty();
        let has_child = images.iter().any(|other| other.parent.as_ref() == Some(&image.id));
        if (named || list.all || !has_child) && filter.admits(image, has_child) {
            rows.extend(rows_of(image, digests).into_iter().filter(|row| filter.admits_row(row)));
        }
    }
    rows.dedup();
    Ok(Outcome::Images(ImageListing {
        rows,
        now: context.engine.clock.now(),
        format: list.format.clone(),
        quiet: list.quiet,
        whole: list.whole,
        digests: list.digests,
    }))
}

/// One row per name; with digests, one per digest of the same repository.
fn rows_of(image: &ImageRecord, digests: bool) -> Vec<ImageRow> {
    let row = |repository: Option<String>, tag: Option<&str>, digest: Option<String>| ImageRow {
        id: image.id.clone(),
        repository,
        tag: tag.map(str::to_owned),
        digest,
        created: image.config.created,
        size: image.size,
    };
    let digest_of = |repository: &str| {
        let same = image.digests.iter().find(|known| known.familiar_name() == repository);
        same.and_then(|known| known.digest()).map(ToString::to_string)
    };
    let mut rows: Vec<ImageRow> = Vec::new();
    for name in &image.tags {
        let repository = name.familiar_name();
        let digest = if digests { digest_of(&repository) } else { None };
        rows.push(row(Some(repository), name.tag(), digest));
    }
    for name in &image.digests {
        let repository = name.familiar_name();
        if !rows.iter().any(|known| known.repository.as_deref() == Some(&repository)) {
            let digest = if digests { name.digest().map(ToString::to_string) } else { None };
            rows.push(row(Some(repository), None, digest));
        }
    }
    if rows.is_empty() {
        rows.push(row(None, None, None));
    }
    rows
}

static FLAGS: &[Flag] = &[
    flag("all", FlagKind::Bool, "docker-flag-all-images").short('a').default("hides intermediate images"),
    flag("digests", FlagKind::Bool, "docker-flag-digests"),
    flag("filter", FlagKind::Filter, "docker-flag-filter").short('f'),
    flag("format", FlagKind::Text, "docker-flag-format"),
    flag("no-trunc", FlagKind::Bool, "docker-flag-no-trunc"),
    flag("quiet", FlagKind::Bool, "docker-flag-quiet-ids").short('q'),
    flag("tree", FlagKind::Bool, "docker-flag-tree").not_yet(),
];
