//! Why a layer could not be read or written.

use std::io;
use std::path::{Path, PathBuf};

use crate::engine::system_words;

/// A refused or failed layer operation, with the entry or the path.
#[derive(Debug, thiserror::Error)]
pub enum LayerError {
    /// An entry that reaches outside, or is nonsense.
    #[error("refused layer entry {entry:?}: {reason}")]
    Refused {
        /// The name in the archive.
        entry: String,
        /// Why.
        reason: &'static str,
    },
    /// The archive is not one, or is cut short.
    #[error("invalid layer archive: {0}")]
    Archive(io::Error),
    /// More than we take: see [`super::UnpackLimits`].
    #[error("refused layer: more than {limit} {unit}")]
    TooMuch {
        /// How many.
        limit: u64,
        /// Of what.
        unit: &'static str,
    },
    /// The operating system refused.
    #[error("{}: {}", path.display(), system_words(source))]
    Io {
        /// Where.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

impl LayerError {
    /// An operating-system failure at a path.
    pub(crate) fn io(path: impl AsRef<Path>, source: impl Into<io::Error>) -> Self {
        Self::Io { path: path.as_ref().to_owned(), source: source.into() }
    }

    /// A refused entry, by the name the archive gives it.
    pub(crate) fn refused(entry: &[u8], reason: &'static str) -> Self {
        Self::Refused { entry: String::from_utf8_lossy(entry).into_owned(), reason }
    }
}
