//! What `build` is asked.

use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::syntax::RunNetwork;
use crate::engine::container::HostConfig;
use crate::engine::oci::Reference;

/// What `build` is asked.
#[derive(Debug, Clone, Default)]
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
    /// `--no-cache` and `--no-cache-filter`.
    pub no_cache: NoCache,
    /// `--pull`: base images are looked for again even when they are here.
    pub pull: bool,
    /// `--build-context`: name and what it stands for.
    pub named_contexts: Vec<(String, NamedContext)>,
    /// `--secret`.
    pub secrets: Vec<BuildSecret>,
    /// What RUN's containers get beside their image.
    pub environment: StepEnvironment,
    /// `--platform`, as typed; the host's when absent.
    pub platform: Option<String>,
    /// `SOURCE_DATE_EPOCH` of the client's environment, in seconds since 1970; a build argument of that name wins.
    pub epoch: Option<i64>,
    /// What becomes of the result.
    pub output: BuildOutput,
    /// How often it is told that time passed while nothing else is; never when absent.
    pub ticks: Option<Duration>,
    /// Becomes readable when the user has had enough (a signalfd): the build stops, and what it did stays done.
    pub interrupt: Option<Arc<OwnedFd>>,
}

/// For which stages the cache is not asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum NoCache {
    /// For none.
    #[default]
    Never,
    /// For all.
    Always,
    /// For those of these names.
    Stages(Vec<String>),
}

impl NoCache {
    /// Whether the cache is asked for this stage.
    pub fn allows(&self, stage: Option<&str>) -> bool {
        match self {
            Self::Never => true,
            Self::Always => false,
            Self::Stages(names) => {
                !stage.is_some_and(|stage| names.iter().any(|name| name.eq_ignore_ascii_case(stage)))
            }
        }
    }
}

/// What a name of `--build-context` stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NamedContext {
    /// A directory of the host.
    Directory(PathBuf),
    /// `docker-image://`.
    Image(Reference),
}

/// A secret the client gives.
#[derive(Clone, PartialEq, Eq)]
pub struct BuildSecret {
    /// The name RUN asks for.
    pub id: String,
    /// What it is.
    pub content: Vec<u8>,
}

/// Its content is nobody's business.
impl std::fmt::Debug for BuildSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "BuildSecret({})", self.id)
    }
}

/// What RUN's containers get beside their image.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StepEnvironment {
    /// `--network`; `--network` of a RUN wins.
    pub network: RunNetwork,
    /// `--add-host`: `name:address`.
    pub extra_hosts: Vec<String>,
    /// `--shm-size`, `--ulimit`, `--memory` and the like.
    pub host_config: HostConfig,
}

/// What becomes of the result.
#[derive(Debug, Clone, Default)]
pub enum BuildOutput {
    /// An image in the store, with the names that were asked.
    #[default]
    Image,
    /// The same, sent to the registries of those names too.
    Registry,
    /// The files of the last stage, in a directory of the host.
    Directory(PathBuf),
    /// The files of the last stage, as a tar written here.
    Tar(Arc<OwnedFd>),
    /// An image with the names that were asked, in an archive written here and not in the store.
    Archive(Arc<OwnedFd>),
    /// Nothing is built: the last stages are only looked at.
    Check,
}

/// Where COPY and ADD take from.
#[derive(Debug, Clone, Default)]
pub enum BuildContext {
    /// A directory of the host.
    Directory(PathBuf),
    /// Nothing: the Dockerfile came from standard input.
    #[default]
    None,
}

/// Where the instructions are.
#[derive(Debug, Clone)]
pub enum DockerfileSource {
    /// A file of the host; the build fails in the frontend's words when it is not there.
    File(PathBuf),
    /// A file of the context, links followed inside it: where the context is an archive of a stranger's.
    Inside(String),
    /// Their text, read from standard input by the client.
    Text(String),
}

impl Default for DockerfileSource {
    fn default() -> Self {
        Self::Text(String::new())
    }
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
