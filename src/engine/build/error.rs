//! Why a build failed: [`BuildError`] says what, [`BuildFailure`] also where in the Dockerfile.

use std::fmt;
use std::path::PathBuf;

use super::excerpt::Excerpt;
use super::syntax::ExpansionError;
use crate::engine::EngineError;
use crate::engine::oci::{Digest, Reference, ReferenceError};
use crate::engine::registry::RegistryError;

/// What went wrong. `Display` is the builder's wording, without the client's `ERROR: failed to solve: `
/// or `Error response from daemon: ` in front.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// There is no Dockerfile.
    #[error("failed to read dockerfile: open {name}: no such file or directory")]
    NoDockerfile {
        /// As the client names it.
        name: String,
    },
    /// The context is not a directory we can read.
    #[error("unable to prepare context: path {:?} not found", .0)]
    NoContext(PathBuf),
    /// Nothing in it.
    #[error("the Dockerfile cannot be empty")]
    Empty,
    /// Lines that cannot be cut into instructions.
    #[error("{0}")]
    Syntax(String),
    /// A line that cannot be understood.
    #[error("dockerfile parse error on line {line}: {message}")]
    Parse {
        /// Of the instruction's first line, from 1.
        line: usize,
        /// Which rule it breaks.
        message: String,
    },
    /// An instruction before the first FROM.
    #[error("no build stage in current context")]
    NoStage,
    /// `--target` names no stage.
    #[error("target stage \"{0}\" could not be found")]
    NoTarget(String),
    /// FROM's image name is empty once its variables are replaced.
    #[error("base name ({0}) should not be blank")]
    BlankBase(String),
    /// FROM's image name is not one.
    #[error("failed to parse stage name \"{name}\": {source}")]
    BadBase {
        /// After its variables were replaced.
        name: String,
        /// What is wrong with it.
        source: ReferenceError,
    },
    /// What was built cannot be sent away.
    #[error("failed to push {reference}: {source}")]
    Push {
        /// Under which name.
        reference: Box<Reference>,
        /// Why.
        source: Box<EngineError>,
    },
    /// A base image cannot be had.
    #[error("{name}: failed to resolve source metadata for {reference}: {}", buildkit_words(source, reference))]
    Pull {
        /// As written.
        name: String,
        /// Which.
        reference: Box<Reference>,
        /// Why.
        source: Box<EngineError>,
    },
    /// COPY --from names a stage number there is not.
    #[error("invalid stage index {0}")]
    BadStageIndex(String),
    /// Stages that need one another.
    #[error("circular dependency detected on stage: {0}")]
    Circular(String),
    /// Words whose variables cannot be replaced.
    #[error(transparent)]
    Expansion(#[from] ExpansionError),
    /// COPY or ADD found nothing there.
    #[error("failed to compute cache key: failed to calculate checksum of ref {place}: \"{path}\": not found")]
    SourceNotFound {
        /// `COPY` or `ADD`.
        instruction: &'static str,
        /// `moby::…` in Docker: which file system was searched.
        place: String,
        /// As written, from the root of what was searched.
        path: String,
    },
    /// COPY or ADD has a pattern, or several sources, that need a directory.
    #[error("When using {0} with more than one source file, the destination must be a directory and end with a /")]
    DestinationNotDirectory(&'static str),
    /// The command of a RUN failed.
    #[error("process \"{command}\" did not complete successfully: exit code: {exit_code}")]
    RunFailed {
        /// Its words, joined by spaces.
        command: String,
        /// 126 and 127 when it could not be executed.
        exit_code: i32,
    },
    /// A secret a RUN requires was not given.
    #[error("secret {0}: not found")]
    NoSecret(String),
    /// FROM's platform is none.
    #[error("failed to parse platform {platform}: {message}")]
    BadPlatform {
        /// As written.
        platform: String,
        /// What is wrong with it.
        message: String,
    },
    /// What a URL gives cannot be had.
    #[error("failed to load cache key: {message}")]
    Download {
        /// As Go's client puts it, or the answer's status.
        message: String,
        /// Which.
        url: String,
    },
    /// What a URL gave is not what `--checksum` says.
    #[error("digest mismatch {found}: {expected}")]
    ChecksumMismatch {
        /// Of what came.
        found: Digest,
        /// As written.
        expected: Digest,
    },
    /// `# check=error=true`: warnings are errors.
    #[error("lint violation found for rules: {}", .0.join(", "))]
    Lint(Vec<String>),
    /// The user has had enough.
    #[error("Canceled: context canceled")]
    Canceled,
    /// Docker can, we cannot yet.
    #[error("{0} is not supported yet")]
    Unsupported(String),
    /// A value that cannot be: the builder's sentence.
    #[error("{0}")]
    Invalid(String),
    /// The engine failed.
    #[error(transparent)]
    Engine(Box<EngineError>),
}

impl From<String> for BuildError {
    fn from(message: String) -> Self {
        Self::Invalid(message)
    }
}

impl From<EngineError> for BuildError {
    fn from(error: EngineError) -> Self {
        Self::Engine(Box::new(error))
    }
}

impl BuildError {
    /// A base image cannot be had.
    pub(super) fn pull(name: &str, reference: &Reference, source: EngineError) -> Self {
        if matches!(source, EngineError::Registry(RegistryError::Canceled)) {
            return Self::Canceled;
        }
        Self::Pull { name: name.to_owned(), reference: Box::new(reference.clone()), source: Box::new(source) }
    }
}

/// Why a build failed, and where.
#[derive(Debug)]
pub struct BuildFailure {
    /// What went wrong.
    pub error: Box<BuildError>,
    /// The lines at fault among their neighbours, when some are.
    pub excerpt: Option<Excerpt>,
    pub(super) refusal: bool,
    pub(super) dockerfile_name: String,
}

impl BuildFailure {
    /// The exit code of the RUN that failed.
    pub fn run_exit_code(&self) -> Option<i32> {
        match *self.error {
            BuildError::RunFailed { exit_code, .. } => Some(exit_code),
            _ => None,
        }
    }

    /// Whether nothing had been done yet: the classic client then says `Error response from daemon: ` first.
    pub fn is_refusal(&self) -> bool {
        self.refusal
    }

    /// As the classic builder says it.
    pub fn classic_message(&self) -> String {
        match &*self.error {
            BuildError::RunFailed { command, exit_code } => {
                format!("The command '{command}' returned a non-zero code: {exit_code}")
            }
            BuildError::Canceled => "context canceled".to_owned(),
            BuildError::NoDockerfile { name } => format!("Cannot locate specified Dockerfile: {name}"),
            BuildError::Empty => format!("the Dockerfile ({}) cannot be empty", self.dockerfile_name),
            BuildError::Pull { source, .. } => source.to_string(),
            BuildError::BadBase { source, .. } => source.to_string(),
            BuildError::Download { message, .. } => format!("ADD failed: {message}"),
            BuildError::SourceNotFound { instruction, path, .. } => {
                let path = path.trim_start_matches('/');
                format!(
                    "{instruction} failed: file not found in build context or excluded by .dockerignore: stat {path}: file does not exist"
                )
            }
            other => other.to_string(),
        }
    }
}

/// Why an image cannot be had, as BuildKit puts it.
pub(super) fn buildkit_words(error: &EngineError, reference: &Reference) -> String {
    match error {
        EngineError::PullDenied(_) => {
            "pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed".to_owned()
        }
        EngineError::ManifestUnknown(_) => format!("{reference}: not found"),
        other => other.to_string(),
    }
}

impl fmt::Display for BuildFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl std::error::Error for BuildFailure {}
