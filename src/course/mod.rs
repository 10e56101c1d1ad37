//! Lessons: model, catalogue, session, progress, course commands.
//!
//! Knows no engine: the state is read through `verify::Facts`, and changed through a [`Sandbox`].

pub mod model;

mod catalogue;
mod command;
mod files;
mod fill;
mod journal;
mod progress;
mod sandbox;
mod session;
mod speech;

pub use catalogue::{Catalogue, CourseLesson, ProseFile};
pub use command::{CommandError, CommandWord, CourseCommand, GoTarget, fold};
pub use files::{CourseFiles, DirectoryFiles, EmbeddedFiles};
pub use fill::fill;
pub use journal::Journal;
pub use progress::{Answer, Attempt, LessonProgress, Outcome, Place, Progress, ProgressError, Standing, StepProgress};
pub use sandbox::{LineOutcome, Sandbox, SandboxError};
pub use session::{
    AnswerReport, Arrival, Begun, CourseError, HintReport, LessonOverview, Replay, Session, StartState, StepReport,
    run_lines, settle, start_state,
};
pub use speech::say;
