//! `docker update`.

use crate::docker::container_options::{changeable, restart_policy};
use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::targets::each;
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::verbs::container_flags::LIMITS;
use crate::docker::{Context, DockerCommand, Event, Failure, Outcome, Words};
use crate::engine::container::UpdateRequest;

/// Its table.
pub static VERB: Verb = Verb {
    names: &["container update", "update"],
    usage: &["[OPTIONS] CONTAINER [CONTAINER...]"],
    arguments: ArgumentRule::AtLeast(1),
    operand: Operand::Container,
    flags_end: FlagsEnd::Never,
    flags: &[FLAGS, LIMITS],
    about: "docker-verb-update",
    read: Some(read),
};

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Update {
    /// Names or ids.
    pub containers: Vec<String>,
    /// What is to change.
    pub request: UpdateRequest,
}

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    if words.uses.is_empty() {
        return Err(Failure::client("you must provide one or more flags when using this command"));
    }
    let policy = words.owned("restart").map(|text| restart_policy(&text)).transpose()?;
    let request = UpdateRequest { resources: changeable(words), restart_policy: policy };
    Ok(DockerCommand::Update(Box::new(Update { containers: words.arguments_from(0), request })))
}

/// Does it.
///
/// # Errors
/// All that failed, at the end.
pub fn execute(update: &Update, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let mut warnings = Vec::new();
    let done = each(context, &update.containers, |context, name| {
        let record = context.engine.resolve_container(name)?;
        warnings.extend(context.engine.update_container(&record.id, &update.request)?);
        Ok(())
    });
    // The client says them among the names, without a word in front.
    for warning in warnings {
        context.tell(Event::Done(warning));
    }
    done
}

static FLAGS: &[Flag] = &[
    flag("kernel-memory", FlagKind::Bytes, "docker-flag-kernel-memory").hidden(),
    flag("restart", FlagKind::Text, "docker-flag-restart").choices(&[
        "always",
        "no",
        "on-failure",
        "on-failure:",
        "unless-stopped",
    ]),
];
