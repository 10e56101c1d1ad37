//! `moussaillon leçons`

use std::io;
use std::process::ExitCode;

use super::{write, write_json};
use crate::app::command::AnswerFormat;
use crate::app::problem::Trouble;
use crate::app::program::Program;
use crate::app::shell::lesson_rows;
use crate::render::course::render_lessons;

/// The lessons and how far the learner is in each.
///
/// # Errors
/// When progress cannot be read.
pub fn list(program: &Program) -> Result<ExitCode, Trouble> {
    let session = program.open_session()?;
    let language = program.texts.language();
    match program.format {
        AnswerFormat::Json => {
            let lessons = session.overview(language).into_iter().map(|lesson| {
                let (done, steps) = lesson.count();
                serde_json::json!({
                    "number": lesson.number,
                    "id": lesson.name.as_str(),
                    "title": lesson.title,
                    "minutes": lesson.minutes,
                    "current": lesson.current,
                    "done": done,
                    "steps": steps,
                })
            });
            write_json(&lessons.collect::<Vec<_>>())?;
        }
        AnswerFormat::Text => {
            let rows = lesson_rows(&session, language);
            write(&render_lessons(&program.texts, program.look(&io::stdout()), &rows))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
