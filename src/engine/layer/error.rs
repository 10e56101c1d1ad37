//! Why a layer could not be read or written.

use std::io;
use std::path::PathBuf;

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
    /// The operating system refused.
    #[error("{}: {source}", path.display())]
    Io {
        /// Where.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}
