//! RUN's mounts: from what was written to what is to be mounted.

use std::path::{Path, PathBuf};

use crate::engine::build::BuildError;
use crate::engine::build::plan::{Origin, StageGraph};
use crate::engine::build::scope::BuildScope;
use crate::engine::build::state::StageState;
use crate::engine::build::syntax::{CacheSharing, Dress, RunCommand, RunMount, RunMountKind};
use crate::engine::build::transfer::clean;

/// A mount whose variables have been replaced.
#[derive(Debug, Clone)]
pub(in crate::engine::build) struct PlannedMount {
    /// What was written.
    pub(in crate::engine::build) mount: RunMount,
    /// Where its files come from; nothing for the context.
    pub(in crate::engine::build) origin: Option<Origin>,
    /// Absolute.
    pub(in crate::engine::build) target: String,
}

/// Reads the mounts of a RUN of this stage.
pub(super) fn plan(
    run: &RunCommand,
    state: &StageState,
    scope: &BuildScope<'_>,
    graph: &StageGraph<'_>,
    stage: usize,
) -> Result<Vec<PlannedMount>, BuildError> {
    run.mounts.iter().map(|text| plan_one(text, state, scope, graph, stage)).collect()
}

fn plan_one(
    text: &str,
    state: &StageState,
    scope: &BuildScope<'_>,
    graph: &StageGraph<'_>,
    stage: usize,
) -> Result<PlannedMount, BuildError> {
    let mut mount = RunMount::parse(text, |value| state.expand(scope, value))?
        .map_err(|kind| BuildError::Unsupported(kind.to_owned()))?;
    let from = match &mount.kind {
        RunMountKind::Bind(source) | RunMountKind::Cache { source, .. } => source.from.as_str(),
        _ => "",
    };
    let origin = if from.is_empty() { None } else { Some(graph.origin(stage, from)?) };
    if let RunMountKind::Cache { id, .. } = &mut mount.kind
        && id.is_empty()
    {
        *id = format!("/{}", clean(&mount.target).display());
    }
    let written = match &mount.kind {
        RunMountKind::Secret { id, .. } if mount.target.is_empty() => {
            format!("/run/secrets/{}", crate::engine::build::syntax::base_name(id))
        }
        _ => mount.target.clone(),
    };
    let whole = if written.starts_with('/') { written } else { format!("{}/{written}", state.working_dir()) };
    let target = format!("/{}", clean(&whole).display());
    if target == "/" {
        return Err(BuildError::Invalid(format!(
            "invalid mount target {}",
            crate::engine::build::syntax::quote(&mount.target)
        )));
    }
    Ok(PlannedMount { mount, origin, target })
}

impl PlannedMount {
    /// What it says about itself, for fingerprints: all but what it holds.
    pub(in crate::engine::build) fn words(&self) -> Vec<String> {
        let access = if self.mount.readonly { "ro" } else { "rw" };
        let dressed = |dress: &Dress| format!("{:?} {:?} {:?}", dress.mode, dress.uid, dress.gid);
        let kind = match &self.mount.kind {
            RunMountKind::Bind(source) => vec!["bind".to_owned(), source.path.clone()],
            RunMountKind::Cache { id, sharing, source, dress } => {
                let sharing = match sharing {
                    CacheSharing::Shared => "shared",
                    CacheSharing::Private => "private",
                    CacheSharing::Locked => "locked",
                };
                vec!["cache".to_owned(), id.clone(), sharing.to_owned(), source.path.clone(), dressed(dress)]
            }
            RunMountKind::Tmpfs { size } => vec!["tmpfs".to_owned(), format!("{size:?}")],
            RunMountKind::Secret { id, required, variable, dress } => {
                vec!["secret".to_owned(), id.clone(), required.to_string(), format!("{variable:?}"), dressed(dress)]
            }
        };
        kind.into_iter().chain([access.to_owned(), self.target.clone()]).collect()
    }

    /// Whether it brings files of the context.
    pub(in crate::engine::build) fn context_path(&self) -> Option<PathBuf> {
        match &self.mount.kind {
            RunMountKind::Bind(source) if self.origin.is_none() => Some(PathBuf::from(&source.path)),
            RunMountKind::Cache { source, .. } if self.origin.is_none() && !source.path.is_empty() => {
                Some(PathBuf::from(&source.path))
            }
            _ => None,
        }
    }
}

/// A path of a source, from its root.
pub(in crate::engine::build) fn source_path(path: &str) -> PathBuf {
    Path::new("/").join(clean(path))
}
