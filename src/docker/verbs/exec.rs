//! `docker exec`.

use crate::docker::environment_file;
use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::session::{Conversation, detach_bytes};
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::{Context, DockerCommand, EXIT_BROKEN_PIPE, Event, Failure, Outcome, Words};
use crate::engine::EngineError;
use crate::engine::container::{ExecRequest, SessionEnd};
use crate::engine::launch::LaunchError;

/// Its table.
pub static VERB: Verb = Verb {
    names: &["container exec", "exec"],
    usage: &["[OPTIONS] CONTAINER COMMAND [ARG...]"],
    arguments: ArgumentRule::AtLeast(2),
    operand: Operand::ContainerThenCommand,
    flags_end: FlagsEnd::AtFirstArgument,
    flags: &[FLAGS],
    about: "docker-verb-exec",
    read: Some(read),
};

/// A command that could not be executed.
const EXIT_NOT_EXECUTED: i32 = 126;

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exec {
    /// Name or id.
    pub container: String,
    /// What the engine is asked, before files are read.
    pub request: ExecRequest,
    /// `--env-file`.
    pub env_files: Vec<String>,
    /// `-d`.
    pub detach: bool,
    /// `--detach-keys`.
    pub detach_keys: Option<String>,
}

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    Ok(DockerCommand::Exec(Box::new(Exec {
        container: words.argument(0),
        request: ExecRequest {
            command: words.arguments_from(1),
            tty: words.bool("tty"),
            stdin: words.bool("interactive"),
            env: words.list("env"),
            working_dir: words.owned("workdir"),
            user: words.owned("user"),
            privileged: words.bool("privileged"),
        },
        env_files: words.list("env-file"),
        detach: words.bool("detach"),
        detach_keys: words.owned("detach-keys"),
    })))
}

/// Does it.
///
/// # Errors
/// 126 when the command cannot be executed: Docker says so on standard output.
pub fn execute(exec: &Exec, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let mut request = exec.request.clone();
    let mut env = Vec::new();
    for file in &exec.env_files {
        env.extend(environment_file::read(context.world, file)?);
    }
    env.extend(environment_file::resolve(context.world, &exec.request.env));
    request.env = env;
    let mut conversation = Conversation {
        stdin: request.stdin && !exec.detach,
        tty: request.tty,
        proxy_signals: false,
        detach_keys: Vec::new(),
    };
    let record = context.engine.resolve_container(&exec.container)?;
    conversation.check_terminal(context)?;
    conversation.detach_keys = detach_bytes(exec.detach_keys.as_deref()).map_err(|_| {
        let keys = exec.detach_keys.as_deref().unwrap_or_default();
        EngineError::InvalidRequest(format!("Invalid escape keys ({keys}) provided"))
    })?;
    if exec.detach {
        let started = context.engine.exec(&record.id, request, None).map_err(|error| match error {
            EngineError::Launch(error) => LaunchError::Joined(Box::new(error)).into(),
            error => error,
        });
        return Ok(started.map(|_| Outcome::Nothing)?);
    }
    let signals = conversation.catch_signals()?;
    let streams = conversation.request(context, true, true);
    let session = match context.engine.exec(&record.id, request, Some(streams)) {
        Err(EngineError::Launch(error)) => return not_executed(&error, context),
        session => session?,
    };
    let Some(session) = session else { return Ok(Outcome::Nothing) };
    match conversation.hold(context, session, &signals)? {
        SessionEnd::Exited(code) => Ok(Outcome::Exit(code)),
        SessionEnd::Detached => Err(Failure::client("read escape sequence")),
        // As Docker's client, which finds nothing to say of it.
        SessionEnd::Interrupted => {
            context.tell(Event::Detached);
            Ok(Outcome::Nothing)
        }
        SessionEnd::Unheard => Ok(Outcome::Exit(EXIT_BROKEN_PIPE)),
        SessionEnd::Lost => Ok(Outcome::Exit(137)),
    }
}

/// The daemon writes this into the process's own output, hence the carriage return.
fn not_executed(error: &LaunchError, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let output = &mut context.streams.stdout;
    write!(output, "{}\r\n", error.of_exec())
        .and_then(|()| output.flush())
        .map_err(|error| EngineError::io("stdout", error))?;
    Ok(Outcome::Exit(EXIT_NOT_EXECUTED))
}

static FLAGS: &[Flag] = &[
    flag("detach", FlagKind::Bool, "docker-flag-detach-exec").short('d'),
    flag("detach-keys", FlagKind::Text, "docker-flag-detach-keys"),
    flag("env", FlagKind::Env, "docker-flag-env").short('e'),
    flag("env-file", FlagKind::List, "docker-flag-env-file").of(Operand::Path),
    flag("interactive", FlagKind::Bool, "docker-flag-interactive").short('i'),
    flag("privileged", FlagKind::Bool, "docker-flag-privileged"),
    flag("tty", FlagKind::Bool, "docker-flag-tty").short('t'),
    flag("user", FlagKind::Text, "docker-flag-user").short('u'),
    flag("workdir", FlagKind::Text, "docker-flag-workdir").short('w'),
];
