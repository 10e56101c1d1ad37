//! The course speaks: prose, verdicts, tables, in the learner's language. Says nothing in Docker's voice.

mod goal;
mod lessons;
mod markdown;
mod note;
mod verdict;

pub use goal::{Goal, render_goal};
pub use lessons::{LessonProgress, LessonRow, render_lessons};
pub use markdown::render_markdown;
pub use note::{Note, render_note};
pub use verdict::{CheckLine, CheckState, render_checks};
