//! `docker network inspect`.

use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::inspection;
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::{Complaint, Context, DockerCommand, Failure, Inspected, Outcome, Words};

/// Its table.
pub static VERB: Verb = Verb {
    names: &["network inspect"],
    usage: &["[OPTIONS] NETWORK [NETWORK...]"],
    arguments: ArgumentRule::AtLeast(1),
    operand: Operand::Network,
    flags_end: FlagsEnd::Never,
    flags: &[FLAGS],
    about: "docker-verb-network-inspect",
    read: Some(read),
};

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InspectNetworks {
    /// Names or ids.
    pub networks: Vec<String>,
    /// `-f`.
    pub format: Option<String>,
}

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    // `--verbose` adds what a swarm knows: nothing here.
    Ok(DockerCommand::InspectNetworks(InspectNetworks {
        networks: words.arguments_from(0),
        format: words.owned("format"),
    }))
}

/// Does it. What is not found is said after what is, and fails at the end.
///
/// # Errors
/// Never by itself: failures travel with what was found.
pub fn execute(inspect: &InspectNetworks, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let mut objects = Vec::new();
    let mut failures = Vec::new();
    for name in &inspect.networks {
        let engine = context.engine;
        match engine.resolve_network(name).and_then(|network| inspection::network(engine, &network)) {
            Ok(object) => objects.push(object),
            Err(error) => failures.push((objects.len(), Complaint::Daemon(error))),
        }
    }
    Ok(Outcome::Inspected(Inspected { objects, format: inspect.format.clone(), failures }))
}

static FLAGS: &[Flag] = &[
    flag("format", FlagKind::Text, "docker-flag-format-inspect").short('f'),
    flag("verbose", FlagKind::Bool, "docker-flag-verbose").short('v'),
];
