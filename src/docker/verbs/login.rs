//! `docker login`.

use crate::docker::client_config::{ClientConfig, Stored};
use crate::docker::credentials_prompt as prompt;
use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::session::catch_interrupts;
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::{Context, DockerCommand, Event, Failure, Outcome, Words};
use crate::engine::EngineError;
use crate::engine::registry::{Credentials, RegistryError};

/// Docker Hub, in references and as its client calls it.
const HUB: &str = "docker.io";
const HUB_SHOWN: &str = "https://index.docker.io/v1/";

/// Its table.
pub static VERB: Verb = Verb {
    names: &["login"],
    usage: &["[OPTIONS] [SERVER]"],
    arguments: ArgumentRule::AtMost(1),
    operand: Operand::Nothing,
    flags_end: FlagsEnd::Never,
    flags: &[FLAGS],
    about: "docker-verb-login",
    read: Some(read),
};

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// A registry, as typed.
    pub server: Option<String>,
    /// `-u`.
    pub username: Option<String>,
    /// `-p`.
    pub password: Option<String>,
    /// `--password-stdin`.
    pub password_from_stdin: bool,
}

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    let login = Login {
        server: Some(words.argument(0)).filter(|server| !server.is_empty()),
        username: words.owned("username").filter(|name| !name.is_empty()),
        password: words.owned("password").filter(|password| !password.is_empty()),
        password_from_stdin: words.bool("password-stdin"),
    };
    if words.bool("password-stdin") {
        if words.given("password") {
            return Err(Failure::client("conflicting options: cannot specify both --password and --password-stdin"));
        }
        if !words.given("username") {
            return Err(Failure::client("the --password-stdin option requires --username to be set"));
        }
    }
    if words.given("username") && login.username.is_none() {
        return Err(Failure::client("username is empty"));
    }
    if words.given("password") && login.password.is_none() {
        return Err(Failure::client("password is empty"));
    }
    Ok(DockerCommand::Login(login))
}

/// Does it: asks the registry first, keeps the secret then.
///
/// # Errors
/// A registry that refuses, a configuration that cannot be written.
pub fn execute(login: &Login, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let domain = domain_of(login.server.as_deref());
    if login.password.is_some() {
        context.tell(Event::PasswordOnCommandLine);
    }
    let config = ClientConfig::find(|name| context.world.variable(name));
    let config = config.ok_or_else(|| Failure::client("Error: $HOME is not defined"))?;
    let failed = |error: crate::docker::client_config::ConfigError| Failure::client(format!("Error: {error}"));
    let known = config.credentials(&domain).map_err(failed)?;
    let nothing_said = login.username.is_none() && login.password.is_none();
    let credentials = match known.filter(|_| nothing_said && !login.password_from_stdin) {
        Some(known) if is_taken(&known, &domain, context)? => known,
        _ => {
            let credentials = asked(login, &domain, context)?;
            let interrupts = catch_interrupts()?;
            context.engine.log_in(&domain, credentials.clone(), Some(interrupts.watch()?))?;
            credentials
        }
    };
    if let Stored::InFile(file) = config.store(&domain, &credentials).map_err(failed)? {
        context.tell(Event::StoredInTheClear(file));
    }
    context.tell(Event::LoggedIn);
    Ok(Outcome::Nothing)
}

/// Whether what is stored is still good; what is wrong with it is said.
fn is_taken(known: &Credentials, domain: &str, context: &mut Context<'_>) -> Result<bool, Failure> {
    context.tell(Event::StoredCredentials(known.username.clone()));
    let interrupts = catch_interrupts()?;
    let Err(error) = context.engine.log_in(domain, known.clone(), Some(interrupts.watch()?)) else { return Ok(true) };
    let why = match &error {
        EngineError::Registry(RegistryError::Unauthorized { .. }) => None,
        other => Some(format!("Error response from daemon: {other}")),
    };
    context.tell(Event::StoredCredentialsFailed(why));
    Ok(false)
}

/// The name and the secret, asked for where they were not given.
fn asked(login: &Login, domain: &str, context: &mut Context<'_>) -> Result<Credentials, Failure> {
    if login.password_from_stdin {
        let secret = prompt::rest(&mut context.streams)?;
        let secret = secret.trim_end_matches(['\n', '\r']).to_owned();
        return Ok(Credentials { username: login.username.clone().unwrap_or_default(), secret });
    }
    if let (Some(username), Some(secret)) = (&login.username, &login.password) {
        return Ok(Credentials { username: username.clone(), secret: secret.clone() });
    }
    if !context.streams.stdin_is_terminal {
        return Err(Failure::client("Error: Cannot perform an interactive login from a non TTY device"));
    }
    let username = match &login.username {
        Some(username) => username.clone(),
        None => prompt::line(&mut context.streams, &format!("Username ({domain}): "))?,
    };
    if username.is_empty() {
        return Err(Failure::client("Error: username is required"));
    }
    let secret = match &login.password {
        Some(password) => password.clone(),
        None => prompt::secret(&mut context.streams, "Password: ")?,
    };
    if secret.is_empty() {
        return Err(Failure::client("Error: password is required"));
    }
    Ok(Credentials { username, secret })
}

/// The registry's domain in references: without protocol and path.
pub(super) fn domain_of(server: Option<&str>) -> String {
    let server = server.unwrap_or(HUB);
    let rest = server.split_once("://").map_or(server, |(_, rest)| rest);
    let host = rest.split('/').next().unwrap_or(rest);
    if matches!(host, "index.docker.io" | "registry-1.docker.io") { HUB.to_owned() } else { host.to_owned() }
}

/// The registry as the client calls it.
pub(super) fn shown(domain: &str) -> String {
    if domain == HUB { HUB_SHOWN.to_owned() } else { domain.to_owned() }
}

static FLAGS: &[Flag] = &[
    flag("password", FlagKind::Text, "docker-flag-password").short('p'),
    flag("password-stdin", FlagKind::Bool, "docker-flag-password-stdin"),
    flag("username", FlagKind::Text, "docker-flag-username").short('u'),
];
