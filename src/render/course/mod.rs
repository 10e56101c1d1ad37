//! The course speaks: prose, verdicts, tables, in the learner's language. Says nothing in Docker's voice.

mod cut;
mod definitions;
mod goal;
mod lessons;
mod markdown;
mod note;
mod verdict;

pub use cut::{ContainerCut, ImageCut, LayerCut, render_container_cut, render_image_cut};
pub use definitions::render_definitions;
pub use goal::{Goal, render_goal};
pub use lessons::{LessonProgress, LessonRow, render_lessons};
pub use markdown::render_markdown;
pub use note::{Note, render_note};
pub use verdict::{CheckLine, CheckState, render_checks};
