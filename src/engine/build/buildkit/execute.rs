//! Makes the layers of a stage, one operation after another, out of the cache where it can.

use std::collections::HashMap;

use jiff::Timestamp;

use super::convert::{ConvertedStage, Operation, OperationKind};
use super::images::BaseImage;
use super::once::Once;
use super::progress::{Progress, Running};
use super::side_by_side::Stages;
use crate::engine::Engine;
use crate::engine::build::cache::CachedLayer;
use crate::engine::build::context::Context;
use crate::engine::build::fingerprint::Fingerprint;
use crate::engine::build::interrupt::Interrupt;
use crate::engine::build::plan::{Located, Origin};
use crate::engine::build::run::{MountFiles, RunPlan, StepSetting};
use crate::engine::build::source::Found;
use crate::engine::build::state::StageState;
use crate::engine::build::step::{TransferSource, entries_key, files_of, plan_directory, plan_transfer, run_key};
use crate::engine::build::transfer::{Download, PlannedEntry};
use crate::engine::build::{BuildError, BuildFrontend, BuildRequest, StagePlace, Vertex};
use crate::engine::container::OutputStream;
use crate::engine::launch::LaunchError;
use crate::engine::oci::{DiffId, Digest, ImageConfig, Reference};
use crate::engine::{EngineError, store::LayerRecord};

/// What runc's errors begin with when Docker shows them, and what BuildKit puts there instead.
const DOCKERS_PREFIX: &str =
    "failed to create task for container: failed to create shim task: OCI runtime create failed: runc create failed: ";
const BUILDKITS_PREFIX: &str = "runc run failed: ";

/// A stage whose layers are all there.
#[derive(Debug, Clone, Default)]
pub(super) struct ExecutedStage {
    /// Lowest first.
    pub(super) layers: Vec<DiffId>,
    /// Nothing for what is not a stage of this build.
    pub(super) config: Option<ImageConfig>,
}

/// What operations are carried out with, on any thread.
pub(super) struct Executor<'a> {
    pub(super) engine: &'a Engine,
    pub(super) progress: &'a Progress,
    pub(super) request: &'a BuildRequest,
    pub(super) context: &'a Context,
    /// Those the client named, by number.
    pub(super) named: &'a HashMap<usize, Context>,
    pub(super) images: &'a HashMap<Reference, BaseImage>,
    /// Nothing is younger.
    pub(super) epoch: Option<Timestamp>,
    pub(super) stages: &'a Stages,
    pub(super) interrupt: &'a Interrupt,
    pub(super) once: Once,
}

/// How a stage is built.
pub(super) struct StageSetting {
    pub(super) uses_cache: bool,
    /// The vertex of its first operation; the others follow.
    pub(super) first_number: usize,
    /// The place of its first operation.
    pub(super) first_place: StagePlace,
}

impl Executor<'_> {
    /// The vertex of an image.
    pub(super) fn show_image(&self, reference: &Reference, place: Option<StagePlace>) {
        let base = &self.images[reference];
        let vertex = self.progress.start(Vertex::From { place, reference: reference.clone() });
        match base.found {
            Found::Here => vertex.cached(),
            Found::Pulled => vertex.done(),
        }
    }

    /// Makes the layers of a stage on top of `below`.
    pub(super) fn stage(
        &self,
        stage: ConvertedStage,
        below: ExecutedStage,
        setting: &StageSetting,
    ) -> Located<ExecutedStage> {
        let ConvertedStage { state: StageState { mut config, .. }, operations } = stage;
        let cache = if setting.uses_cache { CacheUse::Asked } else { CacheUse::Ignored };
        // The lines of a stage below were dated when its layers were made.
        if let Some(below) = &below.config {
            for (line, dated) in config.history.iter_mut().zip(&below.history) {
                line.created = dated.created;
            }
        }
        let mut layers = below.layers;
        for (index, operation) in operations.iter().enumerate() {
            for number in stage_sources(operation) {
                self.stages.wait(number).map_err(|error| (error, None))?;
            }
            let place = StagePlace { index: setting.first_place.index + index, ..setting.first_place.clone() };
            let vertex = Vertex::Instruction { place, instruction: operation.title.clone() };
            let running = self.progress.start_numbered(setting.first_number + index, vertex);
            match self.operation(operation, &layers, cache, &running) {
                Ok((made, LayerOrigin::Cache)) => {
                    running.cached();
                    config.history[operation.history].created = Some(made.created);
                    layers.push(made.diff_id);
                }
                Ok((made, LayerOrigin::Work)) => {
                    running.done();
                    config.history[operation.history].created = Some(made.created);
                    layers.push(made.diff_id);
                }
                Err(BuildError::Canceled) => {
                    running.canceled();
                    return Err((BuildError::Canceled, None));
                }
                Err(error) => {
                    let message = error.to_string();
                    running.failed(message.strip_prefix("failed to compute cache key: ").unwrap_or(&message));
                    return Err((error, Some(operation.span)));
                }
            }
        }
        Ok(ExecutedStage { layers, config: Some(config) })
    }

    fn operation(
        &self,
        operation: &Operation,
        below: &[DiffId],
        cache: CacheUse,
        running: &Running<'_>,
    ) -> Result<(CachedLayer, LayerOrigin), BuildError> {
        self.interrupt.check()?;
        match &operation.kind {
            OperationKind::Run(plan) => {
                let files = plan.mounts.iter().map(|mount| self.mount_files(mount)).collect::<Result<Vec<_>, _>>()?;
                let key = run_key(plan, &files, below);
                self.made_once(&key, below, &operation.title, cache, || self.run(plan, &files, below, running))
            }
            OperationKind::Transfer(transfer) => {
                let downloads = transfer.downloads(self.engine, self.interrupt)?;
                let downloads: Vec<Download> = downloads.iter().map(|download| download.file.clone()).collect();
                // What is linked sees nothing below it, and so never changes with it.
                let base = files_of(self.engine, if transfer.link { &[] } else { below })?;
                let entries = match &transfer.from {
                    None => plan_transfer(transfer, &TransferSource::Context(self.context), &base, &downloads)?,
                    Some(Origin::Directory(context)) => {
                        plan_transfer(transfer, &TransferSource::Context(&self.named[context]), &base, &downloads)?
                    }
                    Some(origin) => {
                        let files = files_of(self.engine, &self.layers_of(origin)?)?;
                        plan_transfer(transfer, &TransferSource::Layers(&files), &base, &downloads)?
                    }
                };
                self.entries(&entries, &base, below, &operation.title, cache)
            }
            OperationKind::MakeDirectory { directory, user } => {
                let base = files_of(self.engine, below)?;
                let entries = plan_directory(directory, Some(user), &base)?;
                self.entries(&entries, &base, below, &operation.title, cache)
            }
        }
    }

    pub(super) fn entries(
        &self,
        entries: &[PlannedEntry],
        base: &crate::engine::build::files::FileTree,
        below: &[DiffId],
        title: &str,
        cache: CacheUse,
    ) -> Result<(CachedLayer, LayerOrigin), BuildError> {
        let key = entries_key(entries, below)?;
        self.made_once(&key, below, title, cache, || {
            let layer = self.engine.layer_of_entries(entries, base, below, self.epoch, BuildFrontend::BuildKit)?;
            // A file that changed while it was read must not be remembered under what it was.
            let settled = entries_key(entries, below)? == key;
            Ok((layer, if settled { Remember::Yes } else { Remember::No }))
        })
    }

    /// What is made under another `SOURCE_DATE_EPOCH` is something else.
    fn dated(&self, key: &Digest) -> Digest {
        let Some(epoch) = self.epoch else { return key.clone() };
        let mut dated = Fingerprint::of("dated");
        dated.text(key.as_str());
        dated.text(&epoch.as_second().to_string());
        dated.finish()
    }

    /// Out of the cache, or made and remembered.
    fn made_once(
        &self,
        key: &Digest,
        below: &[DiffId],
        title: &str,
        cache: CacheUse,
        work: impl FnOnce() -> Result<(LayerRecord, Remember), BuildError>,
    ) -> Result<(CachedLayer, LayerOrigin), BuildError> {
        let key = &self.dated(key);
        if cache == CacheUse::Asked
            && let Some(cached) = self.engine.cached_layer(key, below)
        {
            return Ok((cached, LayerOrigin::Cache));
        }
        self.once.make(
            key,
            |layer| (layer, LayerOrigin::Cache),
            || {
                // Whoever waited for another's work may have waited for its failure.
                self.interrupt.check()?;
                let (layer, remember) = work()?;
                let made = CachedLayer {
                    below: below.to_vec(),
                    diff_id: layer.diff_id,
                    created: self.engine.clock.now(),
                    created_by: title.to_owned(),
                };
                let kept = remember == Remember::Yes;
                if kept {
                    self.engine.remember(key, &made)?;
                }
                Ok(((made.clone(), LayerOrigin::Work), kept.then_some(made)))
            },
        )
    }

    fn run(
        &self,
        plan: &RunPlan,
        files: &[Option<MountFiles>],
        below: &[DiffId],
        running: &Running<'_>,
    ) -> Result<(LayerRecord, Remember), BuildError> {
        let setting = StepSetting { request: self.request, interrupt: self.interrupt, files, epoch: self.epoch };
        let container = self.engine.run_container_on_layers(below, plan, setting)?;
        let ended = container.run(&mut |stream, bytes| running.output(stream, bytes));
        let made = match ended {
            Ok(0) => container.commit().map_err(BuildError::from),
            Ok(exit_code) => Err(BuildError::RunFailed { command: plan.shown(), exit_code }),
            Err(BuildError::Engine(error)) if is_missing_command(&error) => {
                let text = error.to_string();
                let text = text.strip_prefix(DOCKERS_PREFIX).unwrap_or(&text).trim_end_matches(": unknown");
                running.output(OutputStream::Stderr, format!("{BUILDKITS_PREFIX}{text}\n").as_bytes());
                Err(BuildError::RunFailed { command: plan.shown(), exit_code: 1 })
            }
            Err(error) => Err(error),
        };
        container.remove()?;
        made.map(|layer| (layer, Remember::Yes))
    }
}

/// Whether the command is not there, or is none: then it is the RUN that failed.
fn is_missing_command(error: &EngineError) -> bool {
    matches!(
        error,
        EngineError::Launch(LaunchError::NotFound(_) | LaunchError::NoSuchFile(_) | LaunchError::PermissionDenied(_))
    )
}

/// Where an operation takes files from, beside the context and what is below it.
fn sources(operation: &Operation) -> Vec<&Origin> {
    match &operation.kind {
        OperationKind::Transfer(transfer) => transfer.from.iter().collect(),
        OperationKind::Run(plan) => plan.mounts.iter().filter_map(|mount| mount.origin.as_ref()).collect(),
        OperationKind::MakeDirectory { .. } => Vec::new(),
    }
}

/// The images among them.
pub(super) fn image_sources(operation: &Operation) -> impl Iterator<Item = &Reference> {
    sources(operation).into_iter().filter_map(|origin| match origin {
        Origin::Image(_, reference) => Some(reference),
        _ => None,
    })
}

/// The stages among them.
fn stage_sources(operation: &Operation) -> impl Iterator<Item = usize> {
    sources(operation).into_iter().filter_map(|origin| match origin {
        Origin::Stage(number) => Some(*number),
        _ => None,
    })
}

/// Whether what earlier builds made may serve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CacheUse {
    Asked,
    Ignored,
}

/// Where a layer came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LayerOrigin {
    Cache,
    Work,
}

/// Whether what was made may serve again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Remember {
    Yes,
    No,
}
