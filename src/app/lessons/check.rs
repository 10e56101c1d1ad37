//! `moussaillon vérifier LEÇON`: an exercise marked without a human.

use std::io;
use std::process::ExitCode;

use super::{lesson, write, write_json};
use crate::app::command::AnswerFormat;
use crate::app::namespace;
use crate::app::problem::Trouble;
use crate::app::program::Program;
use crate::app::shell::check_lines;
use crate::course::{CourseError, CourseLesson, Journal, Progress};
use crate::i18n::Texts;
use crate::render::course::{CheckLine, CheckState, render_checks};
use crate::render::terminal::Look;
use crate::trainer::{LessonMark, StepMarkKind, mark};
use crate::verify::EngineFacts;

/// The exit code when something is missing.
const EXIT_UNMET: u8 = 1;

/// Says what holds of a lesson. The learner's state and progress are read and stay as they are.
///
/// # Errors
/// When the lesson, the progress or the engine cannot be had.
pub fn check(program: &Program, name: &str) -> Result<ExitCode, Trouble> {
    let lesson = lesson(program, name)?;
    let progress = Progress::load(&program.state_root.join("progress.json")).map_err(CourseError::from)?;
    let tier = namespace::enter(&program.state_root)?;
    let engine = program.open_engine(tier)?;
    let commands = Journal::of(&program.state_root).read().map_err(Trouble::Terminal)?;
    let facts = EngineFacts::new(&engine, commands, program.workshop());
    let mark = mark(&lesson, &progress, &facts);
    match program.format {
        AnswerFormat::Json => write_json(&mark)?,
        AnswerFormat::Text => write(&in_words(&program.texts, program.look(&io::stdout()), &lesson, &mark))?,
    }
    Ok(if mark.is_met() { ExitCode::SUCCESS } else { ExitCode::from(EXIT_UNMET) })
}

fn in_words(texts: &Texts, look: Look, lesson: &CourseLesson, mark: &LessonMark) -> String {
    let prose = lesson.prose(texts.language());
    let mut out = format!("{}\n", prose.title);
    for (place, step) in mark.steps.iter().enumerate() {
        let title = prose.step(step.step.as_str()).and_then(|step| step.title.clone());
        let title = format!("{}. {}", place + 1, title.unwrap_or_else(|| step.step.to_string()));
        let whole = |state, expected: String| CheckLine { state, expected, observed: None, next: None };
        let lines = match &step.kind {
            StepMarkKind::DoneBefore | StepMarkKind::Holds => vec![whole(CheckState::Met, title)],
            StepMarkKind::NotJudged => {
                vec![whole(CheckState::Unknown, format!("{title} ({})", texts.text("mark-not-judged")))]
            }
            StepMarkKind::Missing { verdicts } => {
                let mut lines = vec![whole(CheckState::Unmet, title)];
                let verdicts = verdicts.iter().filter(|verdict| !verdict.is_met());
                lines.extend(check_lines(texts, verdicts));
                lines
            }
        };
        out.push_str(&render_checks(texts, look, &lines));
    }
    out
}
