//! [`LessonError`]: what is wrong with a lesson's files, and where.

use std::fmt;
use std::path::PathBuf;

/// A refusal: file, line and reason.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct LessonError {
    /// The file, relative to the root of the catalogue.
    pub file: PathBuf,
    /// The line, from 1, when the fault is in one place.
    pub line: Option<usize>,
    /// What is wrong.
    pub reason: Reason,
}

/// What is wrong with a lesson's files.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// The TOML is not a lesson: an unknown key or check, a missing one, a wrong type.
    #[error("{0}")]
    Toml(String),
    /// The lesson was written for another version of the format.
    #[error("format version {found} is not supported, only {supported}")]
    FormatVersion {
        /// As written.
        found: u32,
        /// As understood here.
        supported: u32,
    },
    /// The file cannot be read.
    #[error("{0}")]
    Unreadable(String),
    /// The file is missing.
    #[error("no such file")]
    Missing,
    /// The directory is not called `NN-slug`.
    #[error("`{0}` is not a lesson directory: two digits, `-`, and the lesson's id")]
    Directory(String),
    /// The Markdown does not begin with `# title`.
    #[error("no `# title`")]
    NoTitle,
    /// A heading that says nothing here.
    #[error("unknown heading `{0}`")]
    Heading(String),
    /// The same heading twice.
    #[error("heading `{0}` given twice")]
    HeadingTwice(String),
    /// A front matter line that is not `source: HASH`.
    #[error("unknown front matter `{0}`")]
    FrontMatter(String),
    /// A placeholder that names nothing.
    #[error("unknown placeholder `{0}`")]
    Placeholder(String),
}

impl fmt::Display for LessonError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.file.display())?;
        if let Some(line) = self.line {
            write!(formatter, ":{line}")?;
        }
        write!(formatter, ": {}", self.reason)
    }
}
