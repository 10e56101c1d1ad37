//! The course speaks: prose, verdicts, tables, in the learner's language. Says nothing in Docker's voice.

mod markdown;
mod message;

pub use markdown::render_markdown;
pub use message::render_message;
