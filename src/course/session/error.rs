//! [`CourseError`]: why the course could not do what the learner asked.

use crate::course::{ProgressError, SandboxError};
use crate::verify::{Message, Name};

/// Why the course could not do what the learner asked.
#[derive(Debug, thiserror::Error)]
pub enum CourseError {
    /// The machine refused.
    #[error(transparent)]
    Sandbox(#[from] SandboxError),
    /// Progress could not be read or written.
    #[error(transparent)]
    Progress(#[from] ProgressError),
    /// The solution of a step did not bring about what the step asks: a fault of the lesson or of the engine.
    #[error("step {step} could not be rebuilt")]
    Rebuild {
        /// The step.
        step: Name,
        /// What was missing, each said by the check.
        missing: Vec<Message>,
        /// The last line the solution showed.
        said: String,
    },
    /// A lesson holds a placeholder that names nothing.
    #[error(transparent)]
    Placeholder(#[from] crate::course::model::InvalidPlaceholder),
    /// No lesson bears this name or number.
    #[error("no lesson {0}")]
    UnknownLesson(String),
    /// No step of the lesson bears this name or number.
    #[error("no step {0}")]
    UnknownStep(String),
    /// The course holds no lesson.
    #[error("the course is empty")]
    EmptyCourse,
    /// The present step asks no question.
    #[error("no question here")]
    NoQuestion,
    /// The question has no such choice.
    #[error("no choice {0}")]
    UnknownChoice(String),
    /// The engine could not tell the answer.
    #[error("no answer")]
    NoTruth(Message),
    /// Nothing was typed since the step began.
    #[error("nothing to undo")]
    NothingToUndo,
    /// A line that was typed on a terminal cannot be typed again.
    #[error("an interactive line cannot be run again")]
    CannotUndo,
    /// There is nothing before the first step.
    #[error("already at the first step")]
    AtStart,
}

impl CourseError {
    /// What is said of it.
    pub fn message(&self) -> Message {
        let reason = |id| Message::new(id).text("reason", self.to_string());
        match self {
            Self::Sandbox(_) => reason("course-sandbox"),
            Self::Progress(_) => reason("course-progress"),
            Self::Placeholder(_) => reason("course-lesson-faulty"),
            Self::Rebuild { step, missing, said } => Message::new("course-rebuild")
                .text("step", step.as_str())
                .messages("missing", missing.clone())
                .text("said", said),
            Self::UnknownLesson(lesson) => Message::new("course-unknown-lesson").text("lesson", lesson),
            Self::UnknownStep(step) => Message::new("course-unknown-step").text("step", step),
            Self::EmptyCourse => Message::new("course-empty"),
            Self::NoQuestion => Message::new("course-no-question"),
            Self::UnknownChoice(choice) => Message::new("course-unknown-choice").text("choice", choice),
            Self::NoTruth(why) => Message::new("course-no-truth").messages("why", vec![why.clone()]),
            Self::NothingToUndo => Message::new("course-nothing-to-undo"),
            Self::CannotUndo => Message::new("course-cannot-undo"),
            Self::AtStart => Message::new("course-at-start"),
        }
    }
}
