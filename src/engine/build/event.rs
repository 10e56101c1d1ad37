//! What happens during a build, in order and in the past tense: [`BuildEvent`].
//!
//! The two frontends tell different stories, so they have different events. Nothing here is rendered, except
//! that a [`Vertex`] knows the title BuildKit gives it.

use std::fmt;
use std::time::Duration;

use super::lint::LintWarning;
use crate::engine::container::{ContainerId, OutputStream};
use crate::engine::oci::{ImageId, Reference};
use crate::engine::store::PullEvent;

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BuildEvent {
    /// With [`BuildFrontend::BuildKit`](super::BuildFrontend::BuildKit).
    Progress(ProgressEvent),
    /// With [`BuildFrontend::Classic`](super::BuildFrontend::Classic).
    Classic(ClassicEvent),
}

/// BuildKit's story: numbered vertices, each with a title, perhaps some statuses and output, and an end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProgressEvent {
    /// `#5 [2/2] RUN echo hi`. Numbers start at 1 and never come back.
    Started {
        /// Of the vertex.
        number: usize,
        /// Which.
        vertex: Vertex,
    },
    /// So many vertices are known of, those that have started among them.
    Foreseen {
        /// How many.
        total: usize,
    },
    /// `#6 exporting layers 0.0s done`: part of the work is complete.
    Worked {
        /// Of the vertex.
        number: usize,
        /// Which part.
        work: VertexWork,
    },
    /// Bytes the command of a RUN wrote, `elapsed` after the vertex started (`#5 0.225 hi`).
    Output {
        /// Of the vertex.
        number: usize,
        /// Where it was written.
        stream: OutputStream,
        /// Since the vertex started.
        elapsed: Duration,
        /// How many, or which.
        bytes: Vec<u8>,
    },
    /// `#4 CACHED`: the result was known.
    Cached {
        /// Of the vertex.
        number: usize,
    },
    /// `#5 DONE 0.2s`.
    Done {
        /// Of the vertex.
        number: usize,
        /// Since the vertex started.
        elapsed: Duration,
    },
    /// `#5 ERROR: …`: the build ends with the same words.
    Failed {
        /// Of the vertex.
        number: usize,
        /// Since the vertex started.
        elapsed: Duration,
        /// Why.
        message: String,
    },
    /// `#1 WARN: …`: a rule of the build checks is broken.
    Warned {
        /// Of the vertex.
        number: usize,
        /// Which, and where.
        warning: LintWarning,
    },
    /// Nothing else happened for as long as was asked: times on a screen are to be brought up to date.
    TimePassed,
    /// Nothing more comes.
    Finished {
        /// All that were told.
        warnings: Vec<LintWarning>,
    },
    /// `#5 CANCELED`.
    Canceled {
        /// Of the vertex.
        number: usize,
    },
}

/// One node of BuildKit's graph. `Display` is its title.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Vertex {
    /// `[internal] load build definition from Dockerfile`
    LoadDefinition {
        /// The file.
        name: String,
    },
    /// `[internal] load metadata for docker.io/library/alpine:latest`
    LoadMetadata {
        /// Which image.
        reference: Reference,
    },
    /// `[internal] load .dockerignore`
    LoadIgnore,
    /// `[internal] load build context`
    LoadContext,
    /// `[builder 1/4] FROM docker.io/library/alpine:latest`; no place for an image only COPY --from names.
    From {
        /// Where in its stage.
        place: Option<StagePlace>,
        /// Which image.
        reference: Reference,
    },
    /// `[builder 2/4] WORKDIR /src`: an instruction that makes a layer, its variables replaced.
    Instruction {
        /// Where in its stage.
        place: StagePlace,
        /// As written, variables replaced.
        instruction: String,
    },
    /// `exporting to image`
    Export,
    /// `exporting to client directory`
    ExportDirectory,
    /// `exporting to client tarball`
    ExportTar,
    /// `exporting to docker image format`
    ExportArchive,
    /// `pushing docker.io/library/x:latest with docker`
    Push {
        /// Under which name.
        reference: Reference,
    },
}

/// Where an instruction stands among those of its stage that make a layer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StagePlace {
    /// The stage's name; `stage-1` when it has none; nothing at all when it is the only one.
    pub stage: Option<String>,
    /// From 1.
    pub index: usize,
    /// How many there are.
    pub total: usize,
}

impl fmt::Display for StagePlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.total.to_string().len();
        match &self.stage {
            Some(stage) => write!(f, "[{stage} {:width$}/{}]", self.index, self.total),
            None => write!(f, "[{:width$}/{}]", self.index, self.total),
        }
    }
}

impl fmt::Display for Vertex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::LoadDefinition { name } => write!(f, "[internal] load build definition from {name}"),
            Self::LoadMetadata { reference } => write!(f, "[internal] load metadata for {reference}"),
            Self::LoadIgnore => f.write_str("[internal] load .dockerignore"),
            Self::LoadContext => f.write_str("[internal] load build context"),
            Self::From { place: Some(place), reference } => write!(f, "{place} FROM {reference}"),
            Self::From { place: None, reference } => write!(f, "FROM {reference}"),
            Self::Instruction { place, instruction } => write!(f, "{place} {instruction}"),
            Self::Export => f.write_str("exporting to image"),
            Self::ExportDirectory => f.write_str("exporting to client directory"),
            Self::ExportArchive => f.write_str("exporting to docker image format"),
            Self::Push { reference } => write!(f, "pushing {reference} with docker"),
            Self::ExportTar => f.write_str("exporting to client tarball"),
        }
    }
}

/// A status line of a vertex, told once it is complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VertexWork {
    /// `transferring dockerfile: 98B done`
    TransferredDockerfile {
        /// How many, or which.
        bytes: u64,
    },
    /// `transferring context: 2B done`
    TransferredContext {
        /// How many, or which.
        bytes: u64,
    },
    /// `exporting layers 0.0s done`; the time only when it is at least a hundredth of a second.
    ExportedLayers {
        /// Since the vertex started.
        elapsed: Duration,
    },
    /// `copying files 4.2MB 0.1s done`
    CopiedFiles {
        /// How many.
        bytes: u64,
        /// Since the vertex started.
        elapsed: Duration,
    },
    /// `sending tarball 0.1s done`
    SentTar {
        /// Since the vertex started.
        elapsed: Duration,
    },
    /// `writing image sha256:… done`
    WroteImage {
        /// Which.
        image: ImageId,
    },
    /// `sha256:43c4… 3.62MB / 3.62MB 0.3s done`: a layer of a base image is here.
    DownloadedLayer {
        /// The digits of its digest.
        layer: String,
        /// How many.
        bytes: u64,
        /// Since it was asked for.
        elapsed: Duration,
    },
    /// `extracting sha256:43c4… 0.1s done`
    ExtractedLayer {
        /// The digits of its digest.
        layer: String,
        /// Since it was here.
        elapsed: Duration,
    },
    /// `pushing layer 1ad27bdd166b 0.1s done`
    PushedLayer {
        /// Its first digits.
        layer: String,
        /// Since the vertex started.
        elapsed: Duration,
    },
    /// `naming to docker.io/library/x:latest done`
    Named {
        /// Which image.
        reference: Reference,
    },
}

/// The classic builder's story: one step an instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClassicEvent {
    /// `Sending build context to Docker daemon  2.048kB`: the size it has as a tar.
    ContextSent {
        /// How many, or which.
        bytes: u64,
    },
    /// `Step 1/5 : FROM alpine`
    StepStarted {
        /// Of the vertex.
        number: usize,
        /// Of all steps.
        total: usize,
        /// As written, variables replaced.
        instruction: String,
    },
    /// `# Executing 1 build trigger`: instructions the base image left with ONBUILD.
    TriggersFound {
        /// How many.
        count: usize,
    },
    /// ` ---> ` alone: `FROM scratch`.
    NoBase,
    /// Part of the pull of a base image.
    Pulled(PullEvent),
    /// The base image was pulled whole (`Digest:` and `Status:` lines).
    PullComplete(Box<crate::engine::store::Pulled>),
    /// ` ---> Using cache`
    CacheUsed,
    /// ` ---> Running in d4221b7b3656`
    ContainerStarted {
        /// Which.
        container: ContainerId,
    },
    /// What the command of a RUN wrote.
    Output {
        /// Where it was written.
        stream: OutputStream,
        /// How many, or which.
        bytes: Vec<u8>,
    },
    /// ` ---> Removed intermediate container d4221b7b3656`
    ContainerRemoved {
        /// Which.
        container: ContainerId,
    },
    /// ` ---> c28843afd0c5`
    ImageMade {
        /// Which.
        image: ImageId,
    },
    /// `[Warning] One or more build-args [X] were not consumed`
    BuildArgumentsUnused {
        /// Which, sorted.
        names: Vec<String>,
    },
    /// `Successfully built c28843afd0c5`
    Built {
        /// Which.
        image: ImageId,
    },
    /// `Successfully tagged x:latest`
    Tagged {
        /// Which image.
        reference: Reference,
    },
}
