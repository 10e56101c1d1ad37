//! `leçons`, `vérifier`, `valider`, `jouer`: the course without its shell.

mod check;
mod list;
mod play;
mod validate;

pub use check::check;
pub use list::list;
pub use play::play;
pub use validate::validate;

use std::io::{self, Write};

use super::problem::Trouble;
use super::program::{Program, embedded_course};
use super::shell::host_shell_paths;
use crate::course::{CourseError, CourseLesson};
use crate::engine::launch::Tier;
use crate::trainer::FreshRoots;

fn write(text: &str) -> Result<(), Trouble> {
    io::stdout().lock().write_all(text.as_bytes()).map_err(Trouble::Terminal)
}

fn write_json(value: &impl serde::Serialize) -> Result<(), Trouble> {
    let text = serde_json::to_string_pretty(value).map_err(|error| Trouble::Terminal(error.into()))?;
    write(&format!("{text}\n"))
}

/// A lesson of the embedded course, by name or number.
fn lesson(name: &str) -> Result<CourseLesson, Trouble> {
    let (catalogue, _) = embedded_course();
    let found = catalogue.find(name).cloned();
    found.ok_or_else(|| CourseError::UnknownLesson(name.to_owned()).into())
}

/// State roots that are not the learner's: what is tried there leaves nothing behind.
pub(super) fn fresh_roots(program: &Program, tier: Tier) -> FreshRoots {
    let directory = program.state_root.join(format!("try-{}", std::process::id()));
    FreshRoots::new(directory, program.engine_options(tier), host_shell_paths(program))
}
