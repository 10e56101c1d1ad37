//! `docker logout`.

use super::login::{domain_of, shown};
use crate::docker::client_config::ClientConfig;
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::{Context, DockerCommand, Event, Failure, Outcome, Words};

/// Its table.
pub static VERB: Verb = Verb {
    names: &["logout"],
    usage: &["[SERVER]"],
    arguments: ArgumentRule::AtMost(1),
    operand: Operand::Nothing,
    flags_end: FlagsEnd::Never,
    flags: &[],
    about: "docker-verb-logout",
    read: Some(read),
};

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logout {
    /// A registry, as typed.
    pub server: Option<String>,
}

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    let server = Some(words.argument(0)).filter(|server| !server.is_empty());
    Ok(DockerCommand::Logout(Logout { server }))
}

/// Does it.
///
/// # Errors
/// A configuration that cannot be read or written.
pub fn execute(logout: &Logout, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let domain = domain_of(logout.server.as_deref());
    context.tell(Event::LoggingOut(shown(&domain)));
    if let Some(config) = ClientConfig::find(|name| context.world.variable(name)) {
        config
            .erase(&domain)
            .map_err(|error| Failure::client(format!("WARNING: could not erase credentials:\n{error}")))?;
    }
    Ok(Outcome::Nothing)
}
