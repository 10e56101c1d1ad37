//! What can go wrong with a registry, in the daemon's words.

use std::time::Duration;

use crate::engine::oci::{Digest, Platform};

/// A registry that does not answer, refuses, or sends what it did not promise.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RegistryError {
    /// No answer at all.
    #[error("{verb} \"{url}\": {reason}")]
    Unreachable {
        /// `Get`, `Head`, as Go writes a method.
        verb: String,
        /// What was asked.
        url: String,
        /// As Go's `net` says it.
        reason: String,
    },
    /// 401 even with what credentials there are.
    #[error("{verb} \"{url}\": unauthorized: {message}")]
    Unauthorized {
        /// `Get`, `Head`.
        verb: String,
        /// What was asked.
        url: String,
        /// The registry's sentence.
        message: String,
    },
    /// A name and a password are wanted, and there are none.
    #[error("{verb} \"{url}\": no basic auth credentials")]
    NoCredentials {
        /// `Get`, `Head`.
        verb: String,
        /// What was asked.
        url: String,
    },
    /// `docker login` with a name and a password that are not good.
    #[error("login attempt to {url} failed with status: {status}")]
    LoginRefused {
        /// What was asked.
        url: String,
        /// Number and name.
        status: String,
    },
    /// The repository is not there.
    #[error("name unknown: {0}")]
    NameUnknown(String),
    /// 403, or a push without the right to.
    #[error("denied: {0}")]
    Denied(String),
    /// The repository, the tag or the digest is not there.
    #[error("manifest unknown: {0}")]
    NotFound(String),
    /// 429: too much was asked.
    #[error("toomanyrequests: {message}")]
    TooManyRequests {
        /// The registry's sentence.
        message: String,
        /// When it may be asked again, counted from now, where the registry says so.
        lifts_in: Option<Duration>,
    },
    /// Any other status.
    #[error("received unexpected HTTP status: {status}")]
    Status {
        /// Number and name: `500 Internal Server Error`.
        status: String,
        /// What was asked.
        url: String,
    },
    /// The registry answers, and the answer cannot be used.
    #[error("{url}: {reason}")]
    BadAnswer {
        /// What was asked.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A redirect or an authentication server we do not follow.
    #[error("{from} sends us to {to}: {reason}")]
    UnsafeTarget {
        /// Who said so.
        from: String,
        /// Where to.
        to: String,
        /// Why not.
        reason: &'static str,
    },
    /// A manifest that is not what its digest says.
    #[error("manifest verification failed for digest {0}")]
    WrongManifest(Digest),
    /// A blob that is not what its digest says.
    #[error("filesystem layer verification failed for digest {0}")]
    WrongBlob(Digest),
    /// A blob longer or shorter than its manifest says.
    #[error("blob {digest}: {received} bytes received, its manifest says {expected}")]
    WrongSize {
        /// Which.
        digest: Digest,
        /// As its manifest says.
        expected: u64,
        /// As it came; at least so much.
        received: u64,
    },
    /// No image of the index is for this machine.
    #[error("no matching manifest for {0} in the manifest list entries")]
    NoPlatform(Platform),
    /// A document of a kind we cannot read.
    #[error("unsupported media type {0}")]
    MediaType(String),
    /// The user has had enough.
    #[error("context canceled")]
    Canceled,
}

/// What an answer in the clear is called where an encrypted one was expected, in Go's words.
pub(super) const PLAIN_ANSWER: &str = "http: server gave HTTP response to HTTPS client";

impl RegistryError {
    /// Whether somebody answered in the clear where that was not expected.
    pub(super) fn is_plain_answer(&self) -> bool {
        matches!(self, Self::Unreachable { reason, .. } if reason == PLAIN_ANSWER)
    }

    /// Whether asking again may help.
    pub(super) fn is_transient(&self) -> bool {
        match self {
            Self::Status { status, .. } => status.starts_with('5'),
            Self::Unreachable { reason, .. } => {
                ["reset", "EOF", "timeout", "broken pipe"].iter().any(|word| reason.contains(word))
            }
            Self::TooManyRequests { lifts_in, .. } => lifts_in.is_some(),
            _ => false,
        }
    }
}
