//! `docker pull`.

use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::pull_flow::{self, Pulling};
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::{Context, DockerCommand, Failure, Outcome, Words};
use crate::docker::{Event, OutputTarget};
use crate::engine::oci::Reference;
use crate::engine::store::PullOptions;

/// Its table.
pub static VERB: Verb = Verb {
    names: &["image pull", "pull"],
    usage: &["[OPTIONS] NAME[:TAG|@DIGEST]"],
    arguments: ArgumentRule::Exactly(1),
    operand: Operand::Image,
    flags_end: FlagsEnd::Never,
    flags: &[FLAGS],
    about: "docker-verb-pull",
    read: Some(read),
};

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pull {
    /// Which image.
    pub reference: Reference,
    /// Whether a tag or a digest was typed.
    pub tag_typed: bool,
    /// `-a`.
    pub all_tags: bool,
    /// `--platform`, as typed.
    pub platform: Option<String>,
    /// `-q`.
    pub quiet: bool,
}

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    let (reference, tag_typed) = pull_flow::typed_reference(words)?;
    let platform = words.owned("platform").filter(|platform| !platform.is_empty());
    Ok(DockerCommand::Pull(Pull {
        reference,
        tag_typed,
        all_tags: words.bool("all-tags"),
        platform,
        quiet: words.bool("quiet"),
    }))
}

/// Does it: the reference, at the end.
///
/// # Errors
/// The engine's.
pub fn execute(pull: &Pull, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let output = if pull.quiet { OutputTarget::Nowhere } else { OutputTarget::Stdout };
    if !pull.tag_typed && !pull.all_tags && !pull.quiet {
        context.tell(Event::DefaultTag("latest".to_owned()));
    }
    let platform = pull.platform.as_deref().map(pull_flow::platform).transpose()?;
    let pulling = Pulling { platform: platform.as_ref(), output, among_others: pull.all_tags };
    if pull.all_tags {
        let mut new = false;
        for tag in context.engine.remote_tags(&pull.reference, &PullOptions::default())? {
            new |= pull_flow::pull(context, &pull.reference.tagged(&tag), pulling)?;
        }
        if !pull.quiet {
            context.tell(Event::AllPulled(pull.reference.familiar_name(), new));
        }
        context.tell(Event::Done(format!("{}/{}", pull.reference.domain(), pull.reference.path())));
        return Ok(Outcome::Nothing);
    }
    pull_flow::pull(context, &pull.reference, pulling)?;
    context.tell(Event::Done(pull.reference.to_string()));
    Ok(Outcome::Nothing)
}

static FLAGS: &[Flag] = &[
    flag("all-tags", FlagKind::Bool, "docker-flag-all-tags-pull").short('a'),
    flag("disable-content-trust", FlagKind::Bool, "docker-flag-disable-content-trust").default("true").only(true),
    flag("platform", FlagKind::Text, "docker-flag-platform").choices(&["linux/amd64", "linux/arm64"]),
    flag("quiet", FlagKind::Bool, "docker-flag-quiet").short('q'),
];
