//! `docker network disconnect`.

use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::{Context, DockerCommand, Failure, Outcome, Words};

/// Its table.
pub static VERB: Verb = Verb {
    names: &["network disconnect"],
    usage: &["[OPTIONS] NETWORK CONTAINER"],
    arguments: ArgumentRule::Exactly(2),
    operand: Operand::NetworkThenContainer,
    flags_end: FlagsEnd::Never,
    flags: &[FLAGS],
    about: "docker-verb-network-disconnect",
    read: Some(read),
};

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disconnect {
    /// Name or id.
    pub network: String,
    /// Name or id.
    pub container: String,
    /// `-f`.
    pub force: bool,
}

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    Ok(DockerCommand::DisconnectNetwork(Disconnect {
        network: words.argument(0),
        container: words.argument(1),
        force: words.bool("force"),
    }))
}

/// Does it.
///
/// # Errors
/// The engine's.
pub fn execute(disconnect: &Disconnect, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    context.engine.disconnect_network(&disconnect.network, &disconnect.container, disconnect.force)?;
    Ok(Outcome::Nothing)
}

static FLAGS: &[Flag] = &[flag("force", FlagKind::Bool, "docker-flag-force-disconnect").short('f')];
