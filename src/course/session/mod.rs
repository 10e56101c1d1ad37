//! [`Session`]: a learner in a course: where they are, what they have done, what they may ask.
//!
//! One file per thing the learner does. Everything comes back as values; nothing is said here.

mod answer;
mod begin;
mod error;
mod hint;
mod moves;
mod overview;
mod replay;
mod state;
mod undo;

pub use answer::AnswerReport;
pub use begin::{Begun, StepReport};
pub use error::CourseError;
pub use hint::HintReport;
pub use moves::Arrival;
pub use overview::LessonOverview;
pub use replay::{StartState, run_lines, settle, start_state};
pub use state::Session;
pub use undo::Replay;

#[cfg(test)]
mod tests;
