//! `docker run`: create, attach, start, hold the conversation, exit as the process did.

use crate::docker::container_options::ContainerOptions;
use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::session::{Conversation, detach_bytes, exit_code_of_lost};
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::verbs::container_flags::{COMMON, LIMITS};
use crate::docker::verbs::create::{make, refused};
use crate::docker::{Context, DockerCommand, EXIT_BROKEN_PIPE, EXIT_INTERRUPTED, Event, Failure, Outcome, Words};
use crate::engine::container::SessionEnd;

/// Its table.
pub static VERB: Verb = Verb {
    names: &["container run", "run"],
    usage: &["[OPTIONS] IMAGE [COMMAND] [ARG...]"],
    arguments: ArgumentRule::AtLeast(1),
    operand: Operand::ImageThenCommand,
    flags_end: FlagsEnd::AtFirstArgument,
    flags: &[COMMON, LIMITS, FLAGS],
    about: "docker-verb-run",
    read: Some(read),
};

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// What describes the container.
    pub container: ContainerOptions,
    /// `-d`.
    pub detach: bool,
    /// `--sig-proxy`.
    pub proxy_signals: bool,
    /// `--detach-keys`.
    pub detach_keys: Option<String>,
    /// `run`, for messages.
    pub said: &'static str,
}

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    let run = Run {
        container: ContainerOptions::read(words)?,
        detach: words.bool("detach"),
        proxy_signals: words.bool("sig-proxy"),
        detach_keys: words.owned("detach-keys"),
        said: words.short(),
    };
    if run.detach && !run.container.attach.is_empty() {
        return Err(Failure::client("conflicting options: cannot specify both --attach and --detach"));
    }
    Ok(DockerCommand::Run(Box::new(run)))
}

/// Does it.
///
/// # Errors
/// 125 when the engine refuses, 126 and 127 when the command cannot be executed, 1 without a terminal for `-it`.
pub fn execute(run: &Run, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let attached = if run.detach { [false; 3] } else { run.container.attached() };
    let [stdin, stdout, stderr] = attached;
    let mut conversation =
        Conversation { stdin, tty: run.container.tty, proxy_signals: run.proxy_signals, detach_keys: Vec::new() };
    conversation.check_terminal(context)?;
    let id = make(&run.container, attached, run.said, context)?;
    if run.detach {
        let started = context.engine.start_container(&id, None);
        // The id is said even when the start fails, for the container exists.
        context.tell(Event::Done(id.to_string()));
        return started.map(|_| Outcome::Nothing).map_err(|error| refused(error.into(), run.said));
    }
    conversation.detach_keys = detach_bytes(run.detach_keys.as_deref())?;
    let signals = conversation.catch_signals()?;
    let request = conversation.request(context, stdout, stderr);
    let session =
        context.engine.start_container(&id, Some(request)).map_err(|error| refused(error.into(), run.said))?;
    let Some(session) = session else { return Ok(Outcome::Nothing) };
    match conversation.hold(context, session, &signals)? {
        SessionEnd::Exited(code) => Ok(Outcome::Exit(code)),
        SessionEnd::Detached => {
            context.tell(Event::Detached);
            Ok(Outcome::Nothing)
        }
        SessionEnd::Interrupted => {
            context.tell(Event::Detached);
            Ok(Outcome::Exit(EXIT_INTERRUPTED))
        }
        SessionEnd::Unheard => Ok(Outcome::Exit(EXIT_BROKEN_PIPE)),
        SessionEnd::Lost => Ok(Outcome::Exit(exit_code_of_lost(context, &id))),
    }
}

static FLAGS: &[Flag] = &[
    flag("detach", FlagKind::Bool, "docker-flag-detach").short('d'),
    flag("detach-keys", FlagKind::Text, "docker-flag-detach-keys"),
    flag("sig-proxy", FlagKind::Bool, "docker-flag-sig-proxy").default("true"),
];
