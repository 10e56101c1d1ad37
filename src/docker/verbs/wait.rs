//! `docker wait`.

use crate::docker::session::catch_interrupts;
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::{Context, DockerCommand, Failure, Outcome, Words};
use crate::docker::{EXIT_FAILURE, Event};

/// Its table.
pub static VERB: Verb = Verb {
    names: &["container wait", "wait"],
    usage: &["CONTAINER [CONTAINER...]"],
    arguments: ArgumentRule::AtLeast(1),
    operand: Operand::RunningContainer,
    flags_end: FlagsEnd::Never,
    flags: &[],
    about: "docker-verb-wait",
    read: Some(read),
};

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wait {
    /// Names or ids.
    pub containers: Vec<String>,
}

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    Ok(DockerCommand::Wait(Wait { containers: words.arguments_from(0) }))
}

/// Does it: the exit codes, one a line.
///
/// # Errors
/// All that failed, at the end.
pub fn execute(wait: &Wait, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    let interrupts = catch_interrupts()?;
    let mut complaints = Vec::new();
    for name in &wait.containers {
        let record = context.engine.resolve_container(name);
        match record.and_then(|record| context.engine.wait_container_unless(&record.id, interrupts.as_fd())) {
            Ok(None) => return Ok(interrupts.exit_code().map_or(Outcome::Nothing, Outcome::Exit)),
            Ok(Some(code)) => context.tell(Event::Done(code.to_string())),
            Err(error) => complaints.extend(Failure::from(error).complaints),
        }
    }
    if complaints.is_empty() { Ok(Outcome::Nothing) } else { Err(Failure { exit_code: EXIT_FAILURE, complaints }) }
}
