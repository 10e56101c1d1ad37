//! `docker network rm`.

use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::{Complaint, Context, DockerCommand, Event, Failure, Outcome, Words};
use crate::engine::EngineError;

/// Its table.
pub static VERB: Verb = Verb {
    names: &["network rm", "network remove"],
    usage: &["NETWORK [NETWORK...]"],
    arguments: ArgumentRule::AtLeast(1),
    operand: Operand::Network,
    flags_end: FlagsEnd::Never,
    flags: &[FLAGS],
    about: "docker-verb-network-rm",
    read: Some(read),
};

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoveNetworks {
    /// Names or ids.
    pub networks: Vec<String>,
    /// `-f`.
    pub force: bool,
}

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    Ok(DockerCommand::RemoveNetworks(RemoveNetworks { networks: words.arguments_from(0), force: words.bool("force") }))
}

/// Does it. Each failure is said at once; the client's last words about them are Go's.
///
/// # Errors
/// Exit 1 when one failed; with `-f` a network that does not exist is forgiven.
pub fn execute(remove: &RemoveNetworks, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let mut failed = false;
    for name in &remove.networks {
        match context.engine.remove_network(name) {
            Ok(_) => context.tell(Event::Done(name.clone())),
            Err(EngineError::NoSuchNetwork(_)) if remove.force => {}
            Err(error) => {
                context.tell(Event::Failed(Complaint::Daemon(error)));
                failed = true;
            }
        }
    }
    if failed { Err(Failure::client("exit status 1")) } else { Ok(Outcome::Nothing) }
}

static FLAGS: &[Flag] = &[flag("force", FlagKind::Bool, "docker-flag-force-network").short('f')];
