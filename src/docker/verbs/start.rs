//! `docker start`.

use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::session::{Conversation, detach_bytes, exit_code_of_lost};
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::{Context, DockerCommand, EXIT_BROKEN_PIPE, EXIT_INTERRUPTED, Event, Failure, Outcome, Words};
use crate::engine::container::SessionEnd;

/// Its table.
pub static VERB: Verb = Verb {
    names: &["container start", "start"],
    usage: &["[OPTIONS] CONTAINER [CONTAINER...]"],
    arguments: ArgumentRule::AtLeast(1),
    operand: Operand::StoppedContainer,
    flags_end: FlagsEnd::Never,
    flags: &[FLAGS],
    about: "docker-verb-start",
    read: Some(read),
};

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Start {
    /// Names or ids.
    pub containers: Vec<String>,
    /// `-a`, or `-i`: follow its output.
    pub attach: bool,
    /// `-i`.
    pub interactive: bool,
    /// `--detach-keys`.
    pub detach_keys: Option<String>,
}

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    let start = Start {
        containers: words.arguments_from(0),
        attach: words.bool("attach") || words.bool("interactive"),
        interactive: words.bool("interactive"),
        detach_keys: words.owned("detach-keys"),
    };
    if start.attach && start.containers.len() > 1 {
        return Err(Failure::client("you cannot start and attach multiple containers at once"));
    }
    Ok(DockerCommand::Start(start))
}

/// Does it.
///
/// # Errors
/// Each failure is said at once; those that failed are named at the end.
pub fn execute(start: &Start, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    if start.attach {
        return attached(start, context);
    }
    let mut failed = Vec::new();
    for name in &start.containers {
        let started =
            context.engine.resolve_container(name).and_then(|record| context.engine.start_container(&record.id, None));
        match started {
            Ok(_) => context.tell(Event::Done(name.clone())),
            Err(error) => {
                context.tell(Event::Failed(error.into()));
                failed.push(name.as_str());
            }
        }
    }
    if failed.is_empty() {
        return Ok(Outcome::Nothing);
    }
    Err(Failure::client(format!("Error: failed to start containers: {}", failed.join(", "))))
}

fn attached(start: &Start, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let record = context.engine.resolve_container(&start.containers[0])?;
    let conversation = Conversation {
        stdin: start.interactive && record.config.open_stdin,
        tty: record.config.tty,
        // A terminal's signals are typed into it; those that come to us are ours.
        proxy_signals: !record.config.tty,
        detach_keys: detach_bytes(start.detach_keys.as_deref())?,
    };
    conversation.check_terminal(context)?;
    let signals = conversation.catch_signals()?;
    let request = conversation.request(context, true, true);
    let Some(session) = context.engine.start_container(&record.id, Some(request))? else {
        return Ok(Outcome::Nothing);
    };
    match conversation.hold(context, session, &signals)? {
        SessionEnd::Exited(0) => Ok(Outcome::Nothing),
        SessionEnd::Detached => {
            context.tell(Event::Detached);
            Ok(Outcome::Nothing)
        }
        SessionEnd::Exited(code) => Ok(Outcome::Exit(code)),
        SessionEnd::Interrupted => {
            context.tell(Event::Detached);
            Ok(Outcome::Exit(EXIT_INTERRUPTED))
        }
        SessionEnd::Unheard => Ok(Outcome::Exit(EXIT_BROKEN_PIPE)),
        SessionEnd::Lost => Ok(Outcome::Exit(exit_code_of_lost(context, &record.id))),
    }
}

static FLAGS: &[Flag] = &[
    flag("attach", FlagKind::Bool, "docker-flag-attach-start").short('a'),
    flag("checkpoint", FlagKind::Text, "docker-flag-checkpoint").not_yet(),
    flag("checkpoint-dir", FlagKind::Text, "docker-flag-checkpoint-dir").not_yet(),
    flag("detach-keys", FlagKind::Text, "docker-flag-detach-keys"),
    flag("interactive", FlagKind::Bool, "docker-flag-interactive-start").short('i'),
];
