//! `docker top`: the processes of a container, as the host numbers them.

use crate::docker::process_listing::{PsOptions, Surroundings, lay_out};
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::{Context, DockerCommand, Failure, Outcome, Unsupported, Words};
use crate::engine::EngineError;

/// Its table.
pub static VERB: Verb = Verb {
    names: &["container top", "top"],
    usage: &["CONTAINER [ps OPTIONS]"],
    arguments: ArgumentRule::AtLeast(1),
    operand: Operand::ContainerThenCommand,
    flags_end: FlagsEnd::AtFirstArgument,
    flags: &[],
    about: "docker-verb-top",
    read: Some(read),
};

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Top {
    /// Name or id.
    pub container: String,
    /// What to show.
    pub options: PsOptions,
}

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    let options = PsOptions::read(&words.arguments_from(1)).map_err(|word| {
        Failure::unsupported(Unsupported::Value(words.command_line(), "ps OPTIONS".to_owned(), word))
    })?;
    Ok(DockerCommand::Top(Top { container: words.argument(0), options }))
}

/// Does it.
///
/// # Errors
/// No such container, or it does not run; nothing is headed `PID`.
pub fn execute(top: &Top, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let record = context.engine.resolve_container(&top.container)?;
    let processes = context.engine.container_processes(&record.id)?;
    let around = Surroundings::here(context.engine.clock.now());
    let (headings, rows) = lay_out(&top.options, &processes, &around).map_err(EngineError::InvalidRequest)?;
    Ok(Outcome::Processes { headings, rows })
}
