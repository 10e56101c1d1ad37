//! What a control group refused.

use std::io;
use std::path::{Path, PathBuf};

/// A file or directory of a control group, and what the kernel said. The wording is runc's.
#[derive(Debug, thiserror::Error)]
pub enum CgroupError {
    /// A value was refused.
    #[error("failed to write \"{value}\": write {}: {}", path.display(), go_words(source))]
    Write {
        /// Where.
        path: PathBuf,
        /// What.
        value: String,
        /// Why.
        source: io::Error,
    },
    /// A group could not be made.
    #[error("mkdir {}: {}", path.display(), go_words(source))]
    Make {
        /// Where.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A disk that is not there.
    #[error("stat {}: {}", path.display(), go_words(source))]
    Device {
        /// Its path.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The kernel would take it and make something else of it.
    #[error("the {bound} allowed cpu-shares is {limit}")]
    Shares {
        /// `minimum` or `maximum`.
        bound: &'static str,
        /// Which.
        limit: i64,
    },
    /// Processes did not stop in time.
    #[error("unable to freeze {}", .0.display())]
    NotFrozen(PathBuf),
}

impl CgroupError {
    pub(super) fn write(path: &Path, value: &str, source: io::Error) -> Self {
        Self::Write { path: path.to_path_buf(), value: value.to_owned(), source }
    }
}

fn go_words(error: &io::Error) -> String {
    let named = error.raw_os_error().map(|number| nix::errno::Errno::from_raw(number).desc().to_lowercase());
    named.unwrap_or_else(|| error.to_string())
}
