//! Lessons: model, catalogue, session, progress, course commands.
//!
//! Knows no engine: the state is read through `verify::Facts`, and changed through a [`Sandbox`].

pub mod model;

mod catalogue;
mod command;
mod files;
mod journal;
mod sandbox;
mod speech;

pub use catalogue::{Catalogue, CourseLesson, ProseFile};
pub use command::{CommandError, CommandWord, CourseCommand, GoTarget, fold};
pub use files::{CourseFiles, DirectoryFiles, EmbeddedFiles};
pub use journal::Journal;
pub use sandbox::{LineOutcome, Sandbox, SandboxError};
pub use speech::say;
