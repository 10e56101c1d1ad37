//! `leçons`, `vérifier`, `valider`, `jouer`: the course without its shell.

mod check;
mod list;
mod pack;
mod play;
mod validate;

pub use check::check;
pub use list::list;
pub use pack::pack;
pub use play::play;
pub use validate::{fault_in_words, validate};

use std::fs;
use std::io::{self, Write};

use super::problem::Trouble;
use super::program::Program;
use super::shell::host_shell_paths;
use crate::course::{CourseError, CourseLesson};
use crate::engine::container::ProcessIdentity;
use crate::engine::launch::Tier;
use crate::engine::{Engine, EngineOptions};
use crate::trainer::{FreshRoots, empty};

fn write(text: &str) -> Result<(), Trouble> {
    io::stdout().lock().write_all(text.as_bytes()).map_err(Trouble::Terminal)
}

fn write_json(value: &impl serde::Serialize) -> Result<(), Trouble> {
    let text = serde_json::to_string_pretty(value).map_err(|error| Trouble::Terminal(error.into()))?;
    write(&format!("{text}\n"))
}

/// A lesson of the course, by name or number.
fn lesson(program: &Program, name: &str) -> Result<CourseLesson, Trouble> {
    let found = program.course().find(name).cloned();
    found.ok_or_else(|| CourseError::UnknownLesson(name.to_owned()).into())
}

/// State roots that are not the learner's: what is tried there leaves nothing behind.
pub(super) fn fresh_roots(program: &Program, tier: Tier) -> FreshRoots {
    sweep_trials(program, tier);
    // Our number, and when we began: another process may have had the number before.
    let (own, began) = (std::process::id(), ProcessIdentity::ourselves().map_or(0, |process| process.start_time));
    let directory = program.state_root.join(format!("{TRIAL}{own}-{began}"));
    FreshRoots::new(directory, program.engine_options(tier), host_shell_paths(program))
}

/// What the directory of a trial is called, before the number of the process that makes it and when that began.
const TRIAL: &str = "try-";

/// Ends and removes what trials that were killed have left, and counts them. What cannot be removed stays for the next
/// time.
pub(super) fn sweep_trials(program: &Program, tier: Tier) -> usize {
    let mut removed = 0;
    for entry in fs::read_dir(&program.state_root).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let Some(maker) = name.to_str().and_then(|name| name.strip_prefix(TRIAL)) else { continue };
        let (number, began) = maker.split_once('-').unwrap_or((maker, ""));
        let Ok(number) = number.parse::<i32>() else { continue };
        let lives = |process: &ProcessIdentity| began.is_empty() || process.start_time.to_string() == began;
        if ProcessIdentity::of(number).is_ok_and(|process| lives(&process)) {
            continue;
        }
        for root in fs::read_dir(entry.path()).into_iter().flatten().flatten() {
            let options = EngineOptions { root: root.path(), ..program.engine_options(tier) };
            let _ = Engine::open(options).and_then(|engine| empty(&engine));
        }
        removed += usize::from(fs::remove_dir_all(entry.path()).is_ok());
    }
    removed
}
