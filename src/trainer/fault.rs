//! [`Fault`]: what is wrong with a lesson: file, line, reason.

use std::path::PathBuf;

use serde::Serialize;

use crate::course::CourseLesson;
use crate::course::model::{LessonError, Reason, line_of};
use crate::verify::Message;

/// A refusal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// The file, relative to the root of the course.
    pub file: PathBuf,
    /// The line, from 1, when the fault is in one place.
    pub line: Option<usize>,
    /// What is wrong.
    pub reason: Message,
}

impl Fault {
    /// A fault of a lesson's `lesson.toml`, at a byte of it.
    pub(super) fn at(lesson: &CourseLesson, offset: usize, reason: Message) -> Self {
        Self { file: lesson.toml(), line: Some(line_of(&lesson.source, offset)), reason }
    }
}

impl From<LessonError> for Fault {
    fn from(error: LessonError) -> Self {
        let told = |id, text: String| Message::new(id).text("text", text);
        let reason = match error.reason {
            Reason::Toml(text) => told("fault-toml", text.trim().replace('\n', " ")),
            Reason::FormatVersion { found, supported } => {
                Message::new("fault-format-version").number("found", found.into()).number("supported", supported.into())
            }
            Reason::Unreadable(text) => told("fault-unreadable", text),
            Reason::Missing => Message::new("fault-missing"),
            Reason::Directory(text) => told("fault-directory", text),
            Reason::NoTitle => Message::new("fault-no-title"),
            Reason::Heading(text) => told("fault-heading", text),
            Reason::HeadingTwice(text) => told("fault-heading-twice", text),
            Reason::FrontMatter(text) => told("fault-front-matter", text),
            Reason::Placeholder(text) => told("fault-placeholder", text),
        };
        Self { file: error.file, line: error.line, reason }
    }
}
