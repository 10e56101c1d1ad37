//! What can go wrong while a tree is copied, in the words of Go's programs, which users know.

use std::io;
use std::path::{Path, PathBuf};

use rustix::io::Errno;

use crate::engine::layer::LayerError;

/// A copy that failed; paths as the one who asked sees them.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// The operating system refused: what was tried, on what.
    #[error("{action} {}: {}", path.display(), words(source))]
    Io {
        /// `open`, `mkdir`, `lstat`.
        action: &'static str,
        /// On what.
        path: PathBuf,
        /// Its answer.
        source: io::Error,
    },
    /// The archive would put a file where a directory is.
    #[error("cannot overwrite directory \"{}\" with non-directory \"{}\"", path.display(), place.display())]
    FileOverDirectory {
        /// What is there.
        path: PathBuf,
        /// Where the archive is unpacked.
        place: PathBuf,
    },
    /// The archive would put a directory where a file is.
    #[error("cannot overwrite non-directory \"{}\" with directory \"{}\"", path.display(), place.display())]
    DirectoryOverFile {
        /// What is there.
        path: PathBuf,
        /// Where the archive is unpacked.
        place: PathBuf,
    },
    /// The archive cannot be read, or holds what none of ours would.
    #[error("{}", archive_words(.0))]
    Archive(#[from] LayerError),
}

impl CopyError {
    /// An answer of the system.
    pub(in crate::engine) fn io(action: &'static str, path: impl AsRef<Path>, source: impl Into<io::Error>) -> Self {
        Self::Io { action, path: path.as_ref().to_owned(), source: source.into() }
    }

    /// Whether the one who reads what we write has gone.
    pub fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Archive(LayerError::Archive(source)) if source.kind() == io::ErrorKind::BrokenPipe)
    }

    /// The number the system answered with, when it did.
    pub fn errno(&self) -> Option<Errno> {
        match self {
            Self::Io { source, .. } => Errno::from_io_error(source),
            _ => None,
        }
    }
}

/// What Go's tar reader says of what is no archive; ours of what it should not hold.
fn archive_words(error: &LayerError) -> String {
    match error {
        LayerError::Archive(source) if source.kind() == io::ErrorKind::BrokenPipe => words(source),
        LayerError::Archive(source) if source.kind() == io::ErrorKind::UnexpectedEof => "unexpected EOF".to_owned(),
        LayerError::Archive(source) if source.raw_os_error().is_none() => "archive/tar: invalid tar header".to_owned(),
        other => other.to_string(),
    }
}

/// As Go prints it: `no such file or directory`.
fn words(error: &io::Error) -> String {
    let number = error.raw_os_error();
    number.map_or_else(|| error.to_string(), |number| nix::errno::Errno::from_raw(number).desc().to_lowercase())
}
