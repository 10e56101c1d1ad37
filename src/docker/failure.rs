//! Why a docker command did not do what was asked: what to say (as a value) and the exit code.
//!
//! Owns the words *failure* and *complaint*. Says nothing itself: `render/docker_cli` does.

use super::group::Group;
use super::verb::Verb;
use crate::engine::EngineError;
use crate::engine::build::BuildFailure;
use crate::engine::copy::CopyError;

/// The client's general failure.
pub const EXIT_FAILURE: i32 = 1;
/// The command line was wrong, or the engine refused to make or start the container.
pub const EXIT_REFUSED: i32 = 125;
/// What Ctrl-C ends: 128 and SIGINT's number.
pub const EXIT_INTERRUPTED: i32 = 130;
/// What nobody reads any more ends as SIGPIPE would: 128 and its number.
pub const EXIT_BROKEN_PIPE: i32 = 141;

/// A command that failed.
#[derive(Debug)]
pub struct Failure {
    /// What the program exits with.
    pub exit_code: i32,
    /// What is said on standard error, in order; empty when everything was said already.
    pub complaints: Vec<Complaint>,
}

/// One thing to say, in Docker's voice except [`Complaint::Unsupported`].
#[derive(Debug)]
pub enum Complaint {
    /// `Error response from daemon: …`
    Daemon(EngineError),
    /// The client's own words, as they are.
    Client(String),
    /// The builder's, with the lines at fault.
    Build {
        /// All that is said.
        said: String,
        /// Why it failed.
        failure: Box<BuildFailure>,
    },
    /// `docker: …` and where to find help: `run` and its like.
    Prefixed {
        /// What went wrong.
        inner: Box<Complaint>,
        /// `run`, `container run`.
        said: &'static str,
    },
    /// A flag that cannot be read: the message, the usage lines, where to find help.
    Flags {
        /// The parser's sentence.
        message: String,
        /// Of which verb; `None`: of the program itself.
        verb: Option<(&'static str, &'static Verb)>,
    },
    /// A flag that a management group does not have.
    GroupFlags {
        /// The parser's sentence.
        message: String,
        /// Of which group.
        group: &'static Group,
    },
    /// A flag that `docker help` does not have.
    HelpFlags(String),
    /// Too few or too many arguments.
    Arguments {
        /// `container run`.
        said: &'static str,
        /// Of which verb.
        verb: &'static Verb,
    },
    /// No such verb.
    UnknownVerb {
        /// As typed, group included.
        typed: String,
        /// In which group; `None` at the top.
        group: Option<&'static Group>,
    },
    /// No such verb, after `help`.
    UnknownHelpTopic(String),
    /// Something Docker knows and this engine does not yet: said in the course's voice.
    Unsupported(Unsupported),
}

/// Something Docker knows and this engine does not yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unsupported {
    /// `docker pause`.
    Verb(String),
    /// `docker run`, `--memory`.
    Flag(String, String),
    /// `docker run`, `--network`, `container:web`.
    Value(String, String, String),
}

impl Failure {
    /// One complaint and the general exit code.
    pub fn new(complaint: Complaint) -> Self {
        Self { exit_code: EXIT_FAILURE, complaints: vec![complaint] }
    }

    /// Words of the client.
    pub fn client(message: impl Into<String>) -> Self {
        Self::new(Complaint::Client(message.into()))
    }

    /// Refused by name: exit 125, as when the daemon refuses.
    pub fn unsupported(what: Unsupported) -> Self {
        Self { exit_code: EXIT_REFUSED, complaints: vec![Complaint::Unsupported(what)] }
    }

    /// The same failure with another exit code.
    #[must_use]
    pub fn exiting(mut self, code: i32) -> Self {
        self.exit_code = code;
        self
    }

    /// In `run`'s way: `docker: ` in front and where to find help behind, exit 125.
    #[must_use]
    pub fn prefixed(mut self, said: &'static str) -> Self {
        if let Some(last) = self.complaints.pop() {
            self.complaints.push(match last {
                unsupported @ Complaint::Unsupported(_) => unsupported,
                other => Complaint::Prefixed { inner: Box::new(other), said },
            });
        }
        self.exiting(EXIT_REFUSED)
    }
}

impl Failure {
    /// The same failure said plainly, exit 1: what `create` makes of `run`'s.
    #[must_use]
    pub fn bare(mut self) -> Self {
        if let [Complaint::Unsupported(_)] = self.complaints.as_slice() {
            return self;
        }
        let plain = |complaint| match complaint {
            Complaint::Prefixed { inner, .. } => *inner,
            other => other,
        };
        self.complaints = self.complaints.into_iter().map(plain).collect();
        self.exiting(EXIT_FAILURE)
    }
}

impl Failure {
    /// The daemon's sentence without its introduction: what comes at the end of a stream of progress.
    pub fn streamed(error: EngineError) -> Self {
        Self::client(error.to_string())
    }
}

impl From<EngineError> for Complaint {
    fn from(error: EngineError) -> Self {
        match error {
            // The client asks no daemon about nothing.
            EngineError::NoContainerNamed => Self::Client(error.to_string()),
            error => Self::Daemon(error),
        }
    }
}

impl From<EngineError> for Failure {
    fn from(error: EngineError) -> Self {
        Self::new(error.into())
    }
}

/// A copy that failed on the host, which the client speaks of itself.
impl From<CopyError> for Failure {
    fn from(error: CopyError) -> Self {
        Self::client(error.to_string())
    }
}
