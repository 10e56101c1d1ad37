//! `moussaillon jouer LEÇON --solution`: a lesson's solution, played as in a film.

use std::io;
use std::process::ExitCode;

use super::{fresh_roots, lesson, write};
use crate::app::namespace;
use crate::app::problem::Trouble;
use crate::app::program::Program;
use crate::app::shell::check_lines;
use crate::course::{CourseError, Sandbox, fill};
use crate::render::course::{Note, render_checks, render_markdown, render_note};
use crate::trainer::{PlayEvent, Workbench, play as play_all};
use crate::verify::Bindings;

/// The exit code of a solution that does not do.
const EXIT_UNMET: u8 = 1;

/// Plays the solution in a state root of its own: the learner's stays as it is.
///
/// # Errors
/// When the lesson or the engine cannot be had.
pub fn play(program: &Program, name: &str) -> Result<ExitCode, Trouble> {
    let lesson = lesson(program, name)?;
    let tier = namespace::enter(&program.state_root)?;
    let mut roots = fresh_roots(program, tier);
    let mut sandbox = roots.fresh().map_err(CourseError::from)?;
    let texts = &program.texts;
    let look = program.look(&io::stdout());
    let prose = lesson.prose(texts.language());
    let mut lost = Ok(());
    let mut tell = |event: PlayEvent<'_>, sandbox: &dyn Sandbox| {
        let filled = |text: &str, bindings: &Bindings| {
            fill(text, bindings, sandbox.facts().as_ref()).unwrap_or_else(|_| text.to_owned())
        };
        let page = match event {
            PlayEvent::StepStarted { step, bindings } => {
                let text = prose.step(step.name().as_str());
                let title = text.and_then(|text| text.title.clone()).unwrap_or_else(|| step.name().to_string());
                let body = filled(text.map_or("", |text| &text.body), &bindings);
                format!("\n{}\n", render_markdown(&format!("## {title}\n\n{body}"), look))
            }
            PlayEvent::LineRun { line, outcome } => {
                let typed = line.typed().iter().fold(String::new(), |text, typed| text + "> " + typed + "\n");
                format!("$ {}\n{typed}{}", line.text(), String::from_utf8_lossy(&outcome.output))
            }
            PlayEvent::Answered { truth } => format!("> {truth}\n"),
            PlayEvent::StepEnded { step, verdicts, bindings } => {
                let after = filled(prose.step(step.name().as_str()).map_or("", |text| &text.after), &bindings);
                if verdicts.iter().all(crate::verify::Verdict::is_met) {
                    render_note(look, Note::Success, &after)
                } else {
                    render_checks(texts, look, &check_lines(texts, verdicts.iter()))
                }
            }
        };
        if lost.is_ok() {
            lost = write(&page);
        }
    };
    let done = play_all(&lesson, sandbox.as_mut(), jiff::Timestamp::now, &mut tell)?;
    lost?;
    Ok(if done { ExitCode::SUCCESS } else { ExitCode::from(EXIT_UNMET) })
}
