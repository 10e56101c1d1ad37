//! `docker export`.

use crate::docker::flag::{Flag, FlagKind, flag};
use crate::docker::output_file;
use crate::docker::verb::{ArgumentRule, FlagsEnd, Operand, Verb};
use crate::docker::{Context, DockerCommand, Failure, Outcome, Words};

/// Its table.
pub static VERB: Verb = Verb {
    names: &["container export", "export"],
    usage: &["[OPTIONS] CONTAINER"],
    arguments: ArgumentRule::Exactly(1),
    operand: Operand::Container,
    flags_end: FlagsEnd::Never,
    flags: &[FLAGS],
    about: "docker-verb-export",
    read: Some(read),
};

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Export {
    /// Name or id.
    pub container: String,
    /// `-o`.
    pub output: Option<String>,
}

fn read(words: &Words) -> Result<DockerCommand, Failure> {
    Ok(DockerCommand::Export(Export { container: words.argument(0), output: words.owned("output") }))
}

/// Does it.
///
/// # Errors
/// Docker's sentence about where it goes, or the engine's.
pub fn execute(export: &Export, context: &mut Context<'_>) -> Result<Outcome, Failure> {
    output_file::check(context, export.output.as_deref(), "failed to export container")?;
    let id = context.engine.resolve_container(&export.container)?.id;
    let archive = Box::new(move |engine: &_, output: &mut dyn std::io::Write| {
        crate::engine::Engine::export_container(engine, &id, output)
    });
    output_file::write(context, export.output.as_deref(), archive)?;
    Ok(Outcome::Nothing)
}

static FLAGS: &[Flag] = &[flag("output", FlagKind::Text, "docker-flag-output").short('o').of(Operand::Path)];
