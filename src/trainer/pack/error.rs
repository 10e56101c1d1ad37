//! What can be wrong with a course pack.

use std::io;
use std::path::{Path, PathBuf};

use crate::engine::EngineError;
use crate::trainer::Fault;
use crate::verify::Message;

/// What is wrong with a file inside a pack.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damage {
    /// Nobody promised it.
    Unlisted,
    /// It has not the size or the digest that was promised.
    Changed,
    /// It was promised and is not there.
    Missing,
    /// It wants to be somewhere else.
    Outside,
}

/// A pack that cannot be made, read or installed.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// The operating system refused.
    #[error("{}: {source}", path.display())]
    Io {
        /// Where.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Not a pack, or one of another age.
    #[error("{}: not a course pack: {reason}", path.display())]
    NotAPack {
        /// The file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// A file of the pack is not what the pack says, is missing, or is too many.
    #[error("{}: {inside}: {damage:?}", path.display())]
    Damaged {
        /// The pack.
        path: PathBuf,
        /// The file inside.
        inside: String,
        /// What is wrong with it.
        damage: Damage,
    },
    /// No lesson has this name.
    #[error("no such lesson: {0}")]
    NoSuchLesson(String),
    /// A lesson of the pack has a fault.
    #[error("{}: {}", .0.file.display(), .0.reason.id)]
    Lesson(Box<Fault>),
    /// An image cannot be had.
    #[error("{image}: {source}")]
    Image {
        /// Which.
        image: String,
        /// Why.
        source: EngineError,
    },
}

impl PackError {
    /// An operating-system failure at a path.
    pub fn io(path: impl AsRef<Path>, source: io::Error) -> Self {
        Self::Io { path: path.as_ref().to_owned(), source }
    }

    /// What to say.
    pub fn message(&self) -> Message {
        let file = |id, path: &Path| Message::new(id).text("file", path.display().to_string());
        match self {
            Self::Io { path, source } => file("pack-io", path).text("reason", source.to_string()),
            Self::NotAPack { path, reason } => file("pack-is-none", path).text("reason", reason),
            Self::Damaged { path, inside, damage } => {
                let id = match damage {
                    Damage::Unlisted => "pack-file-unlisted",
                    Damage::Changed => "pack-file-changed",
                    Damage::Missing => "pack-file-missing",
                    Damage::Outside => "pack-file-outside",
                };
                file(id, path).text("inside", inside)
            }
            Self::NoSuchLesson(lesson) => Message::new("lesson-unknown").text("lesson", lesson),
            Self::Lesson(fault) => fault.reason.clone(),
            Self::Image { image, source } => {
                Message::new("pack-image").text("image", image).text("reason", source.to_string())
            }
        }
    }
}
