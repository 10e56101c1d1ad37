//! `docker port`: nothing is published yet.

use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::{Context, DockerCommand, Failure, Outcome, Words};

/// Its table.
pub static VERB: Verb = Verb {
    names: &["container port", "port"],
    usage: &["CONTAINER [PRIVATE_PORT[/PROTO]]"],
    arguments: ArgumentRule::Between(1, 2),
    operand: Operand::RunningContainer,
    flags_end: FlagsEnd::Never,
    flags: &[],
    about: "docker-verb-port",
    read: Some(read),
};

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Port {
    /// Name or id.
    pub container: String,
    /// `80` or `80/udp`.
    pub port: Option<String>,
}

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    let port = words.arguments.get(1).map(|argument| argument.text.clone());
    Ok(DockerCommand::Port(Port { container: words.argument(0), port }))
}

/// Does it: no container publishes a port as long as `-p` is refused.
///
/// # Errors
/// No such container, or no such port.
pub fn execute(port: &Port, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    context.engine.resolve_container(&port.container)?;
    let Some(wanted) = &port.port else { return Ok(Outcome::Nothing) };
    let wanted = if wanted.contains('/') { wanted.clone() } else { format!("{wanted}/tcp") };
    Err(Failure::client(format!("Error: No public port '{wanted}' published for {}", port.container)))
}
