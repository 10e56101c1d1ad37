//! A lesson as it is written: `lesson.toml` for the machine, a Markdown file per language for the learner.
//!
//! The format is described for authors in `docs/format-des-lecons.md`. Nothing here touches an engine.

mod error;
mod lesson;
mod line;
mod placeholder;
mod position;
mod prose;
mod step;

pub use error::{LessonError, Reason};
pub use lesson::{FORMAT_VERSION, Lesson};
pub use line::{Line, TypedLine};
pub use placeholder::{ContainerField, ImageField, InvalidPlaceholder, Placeholder, Segment, segments};
pub use position::line_of;
pub use prose::{Prose, StepProse, fingerprint};
pub use step::{Hint, Question, Step, StepKind, Wrong};
