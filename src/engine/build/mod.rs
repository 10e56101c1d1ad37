//! The Dockerfile builder: text → [`syntax`] → stages → images.
//!
//! [`Engine::build`](crate::engine::Engine::build) is asked a [`BuildRequest`], tells [`BuildEvent`]s and
//! answers a [`BuiltImage`] or a [`BuildFailure`]. Two frontends share the steps: `buildkit/` and `classic`.
//!
//! A layer is made by a command in a container (`run`) or by entries (`transfer` decides, `layer_archive` writes);
//! `cache` remembers it by its `fingerprint`.

pub mod syntax;

mod buildkit;
mod cache;
mod classic;
mod context;
mod download;
mod error;
mod event;
mod excerpt;
mod files;
mod fingerprint;
pub(in crate::engine) mod go;
mod history;
mod interrupt;
mod layer_archive;
mod lint;
mod local_archive;
mod mode;
mod outline;
mod owner;
mod plan;
mod platform;
mod remote;
mod request;
mod run;
mod scope;
mod source;
mod staged_context;
mod state;
mod step;
mod stopwatch;
mod transfer;
mod transfer_operation;
mod triggers;
mod verb;

pub use cache::{CacheKind, CacheRecord, PruneCacheRequest, PrunedCache};
pub use error::{BuildError, BuildFailure};
pub use event::{BuildEvent, ClassicEvent, ProgressEvent, StagePlace, Vertex, VertexWork};
pub use excerpt::{Excerpt, ExcerptLine};
pub use lint::{LintRule, LintWarning};
pub use outline::{BuildOutline, BuildTarget, outline, targets};
pub use request::{
    BuildContext, BuildFrontend, BuildOutput, BuildRequest, BuildSecret, DockerfileSource, NamedContext, NoCache,
    StepEnvironment,
};
pub use staged_context::{StagedContext, begins_archive};
pub use verb::BuiltImage;
