//! What `build` is asked.

use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::sync::Arc;

use crate::engine::oci::Reference;

/// What `build` is asked.
#[derive(Debug, Clone)]
pub struct BuildRequest {
    /// Where COPY and ADD take from.
    pub context: BuildContext,
    /// Where the instructions are.
    pub dockerfile: DockerfileSource,
    /// Its base name, for messages: `Dockerfile`.
    pub dockerfile_name: String,
    /// Whose ways are followed: events, messages, history.
    pub frontend: BuildFrontend,
    /// `-t`.
    pub tags: Vec<Reference>,
    /// `--target`.
    pub target: Option<String>,
    /// `--build-arg`, in order.
    pub build_args: Vec<(String, String)>,
    /// `--label`.
    pub labels: Vec<(String, String)>,
    /// `--no-cache`.
    pub no_cache: bool,
    /// Becomes readable when the user has had enough (a signalfd): the build stops, and what it did stays done.
    pub interrupt: Option<Arc<OwnedFd>>,
}

/// Where COPY and ADD take from.
#[derive(Debug, Clone)]
pub enum BuildContext {
    /// A directory of the host.
    Directory(PathBuf),
    /// Nothing: the Dockerfile came from standard input.
    None,
}

/// Where the instructions are.
#[derive(Debug, Clone)]
pub enum DockerfileSource {
    /// A file of the host; the build fails in the frontend's words when it is not there.
    File(PathBuf),
    /// Their text, read from standard input by the client.
    Text(String),
}

/// Whose ways a build follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BuildFrontend {
    /// Docker's default: only the stages the target needs, `# buildkit` in the history, no image between.
    #[default]
    BuildKit,
    /// `DOCKER_BUILDKIT=0`: step after step, each leaving an image with an id.
    Classic,
}
