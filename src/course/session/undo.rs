//! The last line is undone: the step's start state is rebuilt and the other lines run again.

use super::{CourseError, Session, run_lines};
use crate::course::Sandbox;
use crate::course::model::Line;

/// Whether a line can be run again without the learner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replay {
    /// It can.
    Possible,
    /// The learner typed into it.
    Impossible,
}

impl Session {
    /// Remembers a line the learner ran in this step (not a course command), so that the next can be undone.
    pub fn note_line(&mut self, line: &str, replay: Replay) {
        self.typed.push((line.to_owned(), replay));
    }

    /// Undoes the last line. The line undone.
    pub fn undo(&mut self, sandbox: &mut dyn Sandbox) -> Result<String, CourseError> {
        let (undone, _) = self.typed.last().cloned().ok_or(CourseError::NothingToUndo)?;
        let kept = self.typed[..self.typed.len() - 1].to_vec();
        if kept.iter().any(|(_, replay)| *replay == Replay::Impossible) {
            return Err(CourseError::CannotUndo);
        }
        self.rebuild(sandbox)?;
        let lines: Vec<Line> = kept.iter().map(|(line, _)| Line::Plain(line.clone())).collect();
        run_lines(&lines, sandbox, self.bindings())?;
        self.typed = kept;
        self.save()?;
        Ok(undone)
    }
}
