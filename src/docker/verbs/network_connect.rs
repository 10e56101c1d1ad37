//! `docker network connect`.

use crate::docker::container_options::network::{ipv4, ipv6, pairs};
use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::{Context, DockerCommand, Failure, Outcome, Words};
use crate::engine::EngineError;
use crate::engine::network::Attachment;

/// Its table.
pub static VERB: Verb = Verb {
    names: &["network connect"],
    usage: &["[OPTIONS] NETWORK CONTAINER"],
    arguments: ArgumentRule::Exactly(2),
    operand: Operand::NetworkThenContainer,
    flags_end: FlagsEnd::Never,
    flags: &[FLAGS],
    about: "docker-verb-network-connect",
    read: Some(read),
};

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connect {
    /// Name or id.
    pub container: String,
    /// The network and how it is joined.
    pub attachment: Attachment,
}

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    let options = words.list("driver-opt");
    if options.iter().any(|option| !option.contains('=')) {
        return Err(Failure::client("invalid key/value pair format in driver options"));
    }
    Ok(DockerCommand::ConnectNetwork(Box::new(Connect {
        container: words.argument(1),
        attachment: Attachment {
            aliases: words.list("alias"),
            links: words.list("link"),
            ipv4: words.text("ip").map(ipv4).transpose().map_err(EngineError::InvalidRequest)?,
            ipv6: words.text("ip6").map(ipv6).transpose().map_err(EngineError::InvalidRequest)?,
            driver_options: pairs(&options),
            gateway_priority: words.int("gw-priority").unwrap_or_default(),
            ..Attachment::named(words.argument(0))
        },
    })))
}

/// Does it.
///
/// # Errors
/// The engine's.
pub fn execute(connect: &Connect, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    context.engine.connect_network(&connect.container, connect.attachment.clone())?;
    Ok(Outcome::Nothing)
}

static FLAGS: &[Flag] = &[
    flag("alias", FlagKind::Strings, "docker-flag-network-alias"),
    flag("driver-opt", FlagKind::Strings, "docker-flag-driver-opt"),
    flag("gw-priority", FlagKind::Int, "docker-flag-gw-priority"),
    flag("ip", FlagKind::Text, "docker-flag-ip"),
    flag("ip6", FlagKind::Text, "docker-flag-ip6"),
    flag("link", FlagKind::Link, "docker-flag-link").of(Operand::Container),
    flag("link-local-ip", FlagKind::Strings, "docker-flag-link-local-ip").not_yet(),
];
