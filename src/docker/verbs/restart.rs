//! `docker restart`.

use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::targets::each;
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::verbs::container_flags::SIGNALS;
use crate::docker::verbs::stop::Stop;
use crate::docker::{Context, DockerCommand, Failure, Outcome, Words};
use crate::engine::EngineError;

/// Its table.
pub static VERB: Verb = Verb {
    names: &["container restart", "restart"],
    usage: &["[OPTIONS] CONTAINER [CONTAINER...]"],
    arguments: ArgumentRule::AtLeast(1),
    operand: Operand::Container,
    flags_end: FlagsEnd::Never,
    flags: &[FLAGS],
    about: "docker-verb-restart",
    read: Some(read),
};

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    Ok(DockerCommand::Restart(Stop::read(words)))
}

/// Does it.
///
/// # Errors
/// All that failed, at the end.
pub fn execute(restart: &Stop, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    restart.check_flags(context)?;
    each(context, &restart.containers, |context, name| {
        let record = context.engine.resolve_container(name)?;
        let restarted = context.engine.restart_container(&record.id, &restart.request());
        Ok(restarted.map_err(|error| EngineError::not_done("Cannot restart container", name, error))?)
    })
}

static FLAGS: &[Flag] = &[
    flag("signal", FlagKind::Text, "docker-flag-signal").short('s').choices(SIGNALS),
    flag("timeout", FlagKind::Int, "docker-flag-timeout").short('t'),
    flag("time", FlagKind::Int, "docker-flag-timeout").hidden(),
];
