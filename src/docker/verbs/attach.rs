//! `docker attach`.

use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::session::{Conversation, detach_bytes, exit_code_of_lost};
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::{Context, DockerCommand, EXIT_BROKEN_PIPE, EXIT_INTERRUPTED, Event, Failure, Outcome, Words};
use crate::engine::EngineError;
use crate::engine::container::SessionEnd;

/// Its table.
pub static VERB: Verb = Verb {
    names: &["container attach", "attach"],
    usage: &["[OPTIONS] CONTAINER"],
    arguments: ArgumentRule::Exactly(1),
    operand: Operand::RunningContainer,
    flags_end: FlagsEnd::Never,
    flags: &[FLAGS],
    about: "docker-verb-attach",
    read: Some(read),
};

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attach {
    /// Name or id.
    pub container: String,
    /// False with `--no-stdin`.
    pub stdin: bool,
    /// `--sig-proxy`.
    pub proxy_signals: bool,
    /// `--detach-keys`.
    pub detach_keys: Option<String>,
}

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    Ok(DockerCommand::Attach(Attach {
        container: words.argument(0),
        stdin: !words.bool("no-stdin"),
        proxy_signals: words.bool("sig-proxy"),
        detach_keys: words.owned("detach-keys"),
    }))
}

/// Does it.
///
/// # Errors
/// When it does not run, and (exit 1) when the learner detached, as Docker does.
pub fn execute(attach: &Attach, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let record = context.engine.resolve_container(&attach.container)?;
    let not_running = || Failure::client("You cannot attach to a stopped container, start it first");
    if record.state.is_restarting() {
        return Err(Failure::client("You cannot attach to a restarting container, wait until it is running"));
    }
    if !record.state.is_running() {
        return Err(not_running());
    }
    if record.state.paused {
        return Err(Failure::client("You cannot attach to a paused container, unpause it first"));
    }
    let conversation = Conversation {
        stdin: attach.stdin && record.config.open_stdin,
        tty: record.config.tty,
        // A terminal's signals are typed into it; those that come to us are ours.
        proxy_signals: attach.proxy_signals && !record.config.tty,
        detach_keys: detach_bytes(attach.detach_keys.as_deref())?,
    };
    conversation.check_terminal(context)?;
    let signals = conversation.catch_signals()?;
    let request = conversation.request(context, true, true);
    let session = context.engine.attach_container(&record.id, request).map_err(|error| match error {
        EngineError::NotRunning(_) => not_running(),
        other => other.into(),
    })?;
    match conversation.hold(context, session, &signals)? {
        SessionEnd::Exited(code) => Ok(Outcome::Exit(code)),
        SessionEnd::Detached => Err(Failure::client("read escape sequence")),
        SessionEnd::Interrupted => {
            context.tell(Event::Detached);
            Ok(Outcome::Exit(EXIT_INTERRUPTED))
        }
        SessionEnd::Unheard => Ok(Outcome::Exit(EXIT_BROKEN_PIPE)),
        SessionEnd::Lost => Ok(Outcome::Exit(exit_code_of_lost(context, &record.id))),
    }
}

static FLAGS: &[Flag] = &[
    flag("detach-keys", FlagKind::Text, "docker-flag-detach-keys"),
    flag("no-stdin", FlagKind::Bool, "docker-flag-no-stdin"),
    flag("sig-proxy", FlagKind::Bool, "docker-flag-sig-proxy").default("true"),
];
