//! Interface strings: Fluent bundles, embedded. Knows nothing of what the strings are for.
//!
//! Long prose (lessons) is Markdown, not Fluent: see `course/`.

mod arguments;
mod language;
mod texts;

pub use arguments::Arguments;
pub use language::{Language, UnknownLanguage};
pub(crate) use texts::LOCALES;
pub use texts::Texts;

#[cfg(test)]
mod completeness;
