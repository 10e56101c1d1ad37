//! Makes the layers of a stage, one operation after another, out of the cache where it can.

use std::collections::{BTreeSet, HashMap};

use super::convert::{ConvertedStage, Operation, OperationKind};
use super::driver::BaseImage;
use super::progress::{Progress, Running};
use crate::engine::Engine;
use crate::engine::build::cache::CachedLayer;
use crate::engine::build::context::Context;
use crate::engine::build::plan::{Located, Origin};
use crate::engine::build::run::RunPlan;
use crate::engine::build::step::{TransferSource, entries_key, files_of, plan_directory, plan_transfer, run_key};
use crate::engine::build::transfer::PlannedEntry;
use crate::engine::build::transfer_operation::TransferOperation;
use crate::engine::build::{BuildError, BuildRequest, StagePlace, Vertex, interrupt};
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

/// What operations are carried out with.
pub(super) struct Executor<'a, 'e> {
    pub(super) engine: &'a Engine,
    pub(super) progress: &'a Progress<'e>,
    pub(super) request: &'a BuildRequest,
    pub(super) context: &'a Context,
    pub(super) images: &'a HashMap<Reference, BaseImage>,
    /// Those that are done.
    pub(super) stages: HashMap<usize, ExecutedStage>,
    /// The images whose vertex was shown.
    pub(super) shown_images: BTreeSet<String>,
}

impl Executor<'_, '_> {
    /// The vertex of an image, once: two stages on the same image share it.
    pub(super) fn show_image(&mut self, reference: &Reference, place: Option<StagePlace>) {
        if !self.shown_images.insert(reference.to_string()) {
            return;
        }
        let base = &self.images[reference];
        let vertex = self.progress.start(Vertex::From { place, reference: reference.clone() });
        if base.pulled.is_empty() {
            vertex.cached();
            return;
        }
        base.pulled.iter().for_each(|event| vertex.pulled(event.clone()));
        vertex.done();
    }

    /// Makes the layers of a stage on top of `below`.
    pub(super) fn stage(
        &mut self,
        stage: ConvertedStage,
        below: ExecutedStage,
        place: impl Fn(usize) -> StagePlace,
    ) -> Located<ExecutedStage> {
        let ConvertedStage { mut config, operations } = stage;
        // The lines of a stage below were dated when its layers were made.
        if let Some(below) = &below.config {
            for (line, dated) in config.history.iter_mut().zip(&below.history) {
                line.created = dated.created;
            }
        }
        let mut layers = below.layers;
        for (index, operation) in operations.iter().enumerate() {
            if let OperationKind::Transfer(TransferOperation { from: Some(Origin::Image(_, reference)), .. }) =
                &operation.kind
            {
                self.show_image(reference, None);
            }
            let vertex = Vertex::Instruction { place: place(index), instruction: operation.title.clone() };
            let running = self.progress.start(vertex);
            match self.operation(operation, &layers, &running) {
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
        running: &Running<'_, '_>,
    ) -> Result<(CachedLayer, LayerOrigin), BuildError> {
        interrupt::check(self.request)?;
        match &operation.kind {
            OperationKind::Run(plan) => {
                let key = run_key(plan, below);
                self.made_once(&key, below, &operation.title, || self.run(plan, below, running))
            }
            OperationKind::Transfer(transfer) => {
                let base = files_of(self.engine, below)?;
                let entries = match &transfer.from {
                    None => plan_transfer(transfer, &TransferSource::Context(self.context), &base)?,
                    Some(origin) => {
                        let layers: &[DiffId] = match origin {
                            Origin::Scratch => &[],
                            Origin::Stage(number) => &self.stages[number].layers,
                            Origin::Image(_, reference) => &self.images[reference].image.config.rootfs.diff_ids,
                        };
                        plan_transfer(transfer, &TransferSource::Layers(&files_of(self.engine, layers)?), &base)?
                    }
                };
                self.entries(&entries, &base, below, &operation.title)
            }
            OperationKind::MakeDirectory(directory) => {
                let base = files_of(self.engine, below)?;
                let entries = plan_directory(directory, &base)?;
                self.entries(&entries, &base, below, &operation.title)
            }
        }
    }

    fn entries(
        &self,
        entries: &[PlannedEntry],
        base: &crate::engine::build::files::FileTree,
        below: &[DiffId],
        title: &str,
    ) -> Result<(CachedLayer, LayerOrigin), BuildError> {
        let key = entries_key(entries, below)?;
        self.made_once(&key, below, title, || {
            let layer = self.engine.layer_of_entries(entries, base, below)?;
            // A file that changed while it was read must not be remembered under what it was.
            let settled = entries_key(entries, below)? == key;
            Ok((layer, if settled { Remember::Yes } else { Remember::No }))
        })
    }

    /// Out of the cache, or made and remembered.
    fn made_once(
        &self,
        key: &Digest,
        below: &[DiffId],
        title: &str,
        work: impl FnOnce() -> Result<(LayerRecord, Remember), BuildError>,
    ) -> Result<(CachedLayer, LayerOrigin), BuildError> {
        if !self.request.no_cache
            && let Some(cached) = self.engine.cached_layer(key, below)
        {
            return Ok((cached, LayerOrigin::Cache));
        }
        let (layer, remember) = work()?;
        let made =
            CachedLayer { diff_id: layer.diff_id, created: self.engine.clock.now(), created_by: title.to_owned() };
        if remember == Remember::Yes {
            self.engine.remember(key, &made)?;
        }
        Ok((made, LayerOrigin::Work))
    }

    fn run(
        &self,
        plan: &RunPlan,
        below: &[DiffId],
        running: &Running<'_, '_>,
    ) -> Result<(LayerRecord, Remember), BuildError> {
        let container = self.engine.run_container_on_layers(below, plan)?;
        let ended = container.run(self.request, &mut |stream, bytes| running.output(stream, bytes));
        let made = match ended {
            Ok(0) => container.commit(below).map_err(BuildError::from),
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

/// Where a layer came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum LayerOrigin {
    Cache,
    Work,
}

/// Whether what was made may serve again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Remember {
    Yes,
    No,
}
