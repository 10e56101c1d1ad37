//! `docker push`.

use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::pull_flow::typed_reference;
use crate::docker::session::catch_interrupts;
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::{Context, DockerCommand, Event, Failure, Outcome, Words};
use crate::engine::oci::Reference;
use crate::engine::store::PullOptions;

/// Its table.
pub static VERB: Verb = Verb {
    names: &["image push", "push"],
    usage: &["[OPTIONS] NAME[:TAG]"],
    arguments: ArgumentRule::Exactly(1),
    operand: Operand::Image,
    flags_end: FlagsEnd::Never,
    flags: &[FLAGS],
    about: "docker-verb-push",
    read: Some(read),
};

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Push {
    /// Which image.
    pub reference: Reference,
    /// Whether a tag was typed.
    pub tag_typed: bool,
    /// `-a`.
    pub all_tags: bool,
    /// `-q`.
    pub quiet: bool,
}

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    let (reference, tag_typed) = typed_reference(words)?;
    if reference.digest().is_some() {
        return Err(Failure::client("cannot push a digest reference"));
    }
    Ok(DockerCommand::Push(Push { reference, tag_typed, all_tags: words.bool("all-tags"), quiet: words.bool("quiet") }))
}

/// Does it.
///
/// # Errors
/// The engine's; `push`'s own sentences for what is not here.
pub fn execute(push: &Push, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let name = push.reference.familiar_name();
    let mut references = vec![push.reference.clone()];
    if push.all_tags {
        references = context
            .engine
            .images()?
            .into_iter()
            .flat_map(|image| image.tags)
            .filter(|tag| tag.familiar_name() == name)
            .collect();
        references.sort();
    } else if !push.tag_typed && !push.quiet {
        context.tell(Event::DefaultTag("latest".to_owned()));
    }
    let whole = format!("{}/{}", push.reference.domain(), push.reference.path());
    if !push.quiet {
        context.tell(Event::PushStarted(whole.clone()));
    }
    let here = |reference: &Reference| context.engine.resolve_image(&reference.to_string()).is_ok();
    if references.is_empty() || !references.iter().all(here) {
        let mut names = context.engine.images()?.into_iter().flat_map(|image| [image.tags, image.digests].concat());
        return Err(Failure::client(if names.any(|known| known.familiar_name() == name) {
            format!("tag does not exist: {}", push.reference.familiar())
        } else {
            format!("An image does not exist locally with the tag: {name}")
        }));
    }
    let interrupts = catch_interrupts()?;
    let options = PullOptions { platform: None, interrupt: Some(interrupts.watch()?) };
    for reference in references {
        let events = &mut *context.events;
        let mut tell = |event| {
            if !push.quiet {
                events(Event::Push(event));
            }
        };
        let pushed = context.engine.push_image(&reference, &options, &mut tell).map_err(Failure::streamed)?;
        if !push.quiet {
            context.tell(Event::Pushed(pushed));
        }
    }
    if push.quiet {
        context.tell(Event::Done(if push.all_tags { whole } else { push.reference.to_string() }));
    }
    Ok(Outcome::Nothing)
}

static FLAGS: &[Flag] = &[
    flag("all-tags", FlagKind::Bool, "docker-flag-all-tags-push").short('a'),
    flag("disable-content-trust", FlagKind::Bool, "docker-flag-disable-content-trust").default("true").only(true),
    flag("platform", FlagKind::Text, "docker-flag-platform").not_yet(),
    flag("quiet", FlagKind::Bool, "docker-flag-quiet").short('q'),
];
