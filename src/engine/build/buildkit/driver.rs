//! The order of a build: definition, metadata, `.dockerignore`, stages, export.

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;

use super::convert::{ConvertedStage, OperationKind, convert};
use super::execute::{ExecutedStage, Executor};
use super::progress::Progress;
use crate::engine::Engine;
use crate::engine::build::context::{Context, packet_size};
use crate::engine::build::excerpt::Excerpt;
use crate::engine::build::plan::{Located, Origin, StageGraph, copies};
use crate::engine::build::state::{BuildScope, StageState};
use crate::engine::build::syntax::{Dockerfile, Span};
use crate::engine::build::{
    BuildError, BuildEvent, BuildFailure, BuildRequest, BuiltImage, StagePlace, Vertex, VertexWork, history, source,
};
use crate::engine::oci::Reference;
use crate::engine::store::{ImageRecord, PullEvent};

/// An image some stage needs, and what happened when it was pulled.
pub(super) struct BaseImage {
    pub(super) image: ImageRecord,
    /// Nothing when it was here.
    pub(super) pulled: Vec<PullEvent>,
}

/// Builds as BuildKit does.
pub(in crate::engine::build) fn build(
    engine: &Engine,
    request: &BuildRequest,
    events: &mut dyn FnMut(BuildEvent),
) -> Result<BuiltImage, BuildFailure> {
    let progress = Progress::new(events, engine.clock);
    let name = &request.dockerfile_name;
    let failure = |error: BuildError, excerpt: Option<Excerpt>| BuildFailure {
        error: Box::new(error),
        excerpt,
        refusal: false,
        dockerfile_name: name.clone(),
    };

    let loading = progress.start(Vertex::LoadDefinition { name: name.clone() });
    let text = source::read(request);
    let bytes = text.as_ref().map_or(2, |text| packet_size(name.as_ref(), text.len() as u64));
    loading.worked(VertexWork::TransferredDockerfile { bytes });
    loading.done();
    let text = text.map_err(|error| failure(error, None))?;
    let located = |(error, span): (BuildError, Option<Span>)| {
        failure(error, span.and_then(|span| Excerpt::around(name, &text, span)))
    };

    let dockerfile = source::parse(&text).map_err(located)?;
    let scope = source::scope(request, &dockerfile).map_err(located)?;
    build_stages(engine, request, &progress, &dockerfile, &scope).map_err(located)
}

fn build_stages(
    engine: &Engine,
    request: &BuildRequest,
    progress: &Progress<'_>,
    dockerfile: &Dockerfile,
    scope: &BuildScope<'_>,
) -> Located<BuiltImage> {
    let graph = StageGraph::make(dockerfile, scope, request.target.as_deref())?;
    let needed = graph.needed()?;
    let images = load_images(engine, progress, &graph, &needed)?;

    let ignoring = progress.start(Vertex::LoadIgnore);
    let context = match Context::open(request) {
        Ok(context) => context,
        Err(error) => {
            ignoring.failed(error.to_string());
            return Err((error, None));
        }
    };
    let bytes = context.ignore_file.as_ref().map_or(2, |(name, length)| packet_size(name.as_ref(), *length as u64));
    ignoring.worked(VertexWork::TransferredContext { bytes });
    ignoring.done();

    let mut converted: HashMap<usize, ConvertedStage> = HashMap::new();
    for number in &needed {
        let base = match &graph.bases[*number] {
            Origin::Scratch => StageState::scratch(scope.frontend),
            Origin::Stage(other) => StageState::on(converted[other].config.clone()),
            Origin::Image(_, reference) => StageState::on(images[reference].image.config.clone()),
        };
        converted.insert(*number, convert(&graph, scope, *number, base)?);
    }

    let mut executor = Executor {
        engine,
        progress,
        request,
        context: &context,
        images: &images,
        stages: HashMap::new(),
        shown_images: BTreeSet::new(),
    };
    let mut wanted_of_context = context_paths(&needed, &converted);
    for number in &needed {
        let stage = converted.remove(number).expect("every needed stage was converted");
        let total = stage.operations.len() + usize::from(matches!(graph.bases[*number], Origin::Image(..)));
        let place = |index| StagePlace { stage: graph.shown_name(*number), index, total };
        if let Origin::Image(_, reference) = &graph.bases[*number] {
            executor.show_image(reference, Some(place(1)));
        }
        if let Some(paths) = wanted_of_context.take() {
            let loading = progress.start(Vertex::LoadContext);
            let bytes = context.size(&paths, packet_size).map_err(|error| (error, None))?;
            loading.worked(VertexWork::TransferredContext { bytes: bytes.max(2) });
            loading.done();
        }
        let below = match &graph.bases[*number] {
            Origin::Scratch => ExecutedStage::default(),
            Origin::Stage(other) => executor.stages[other].clone(),
            Origin::Image(_, reference) => {
                ExecutedStage { layers: images[reference].image.config.rootfs.diff_ids.clone(), config: None }
            }
        };
        let first = total - stage.operations.len() + 1;
        let executed = executor.stage(stage, below, |operation| place(first + operation))?;
        executor.stages.insert(*number, executed);
    }

    let result = executor.stages.remove(&graph.target).expect("the target is among the needed stages");
    export(engine, request, progress, result).map_err(|error| (error, None))
}

/// The images the needed stages stand on or copy from, each brought here when it is not.
fn load_images(
    engine: &Engine,
    progress: &Progress<'_>,
    graph: &StageGraph<'_>,
    needed: &[usize],
) -> Located<HashMap<Reference, BaseImage>> {
    let mut images: HashMap<Reference, BaseImage> = HashMap::new();
    for number in needed {
        let stage = &graph.dockerfile.stages[*number];
        let mut wanted = vec![(graph.bases[*number].clone(), stage.span)];
        for (statement, transfer) in copies(stage) {
            let from = graph.copy_origin(*number, transfer).map_err(|error| (error, Some(statement.span)))?;
            wanted.extend(from.map(|from| (from, statement.span)));
        }
        for (origin, span) in wanted {
            let Origin::Image(name, reference) = origin else { continue };
            if images.contains_key(&reference) {
                continue;
            }
            let loading = progress.start(Vertex::LoadMetadata { reference: reference.clone() });
            match source::image(engine, &reference) {
                Ok((image, pulled)) => {
                    loading.done();
                    images.insert(reference, BaseImage { image, pulled });
                }
                Err(error) => {
                    loading.failed(crate::engine::build::error::buildkit_words(&error, &reference));
                    return Err((BuildError::pull(&name, &reference, error), Some(span)));
                }
            }
        }
    }
    Ok(images)
}

/// What the stages take from the context; nothing when they take nothing.
fn context_paths(needed: &[usize], converted: &HashMap<usize, ConvertedStage>) -> Option<Vec<PathBuf>> {
    let mut paths: Vec<PathBuf> = Vec::new();
    for operation in needed.iter().flat_map(|number| &converted[number].operations) {
        let OperationKind::Transfer(transfer) = &operation.kind else { continue };
        if transfer.from.is_some() {
            continue;
        }
        for source in &transfer.sources {
            // A pattern may fit anything beside its first wildcard.
            let fixed: PathBuf =
                if crate::engine::build::files::has_wildcard(source) { PathBuf::new() } else { source.into() };
            if !paths.contains(&fixed) {
                paths.push(fixed);
            }
        }
    }
    (!paths.is_empty()).then_some(paths)
}

fn export(
    engine: &Engine,
    request: &BuildRequest,
    progress: &Progress<'_>,
    stage: ExecutedStage,
) -> Result<BuiltImage, BuildError> {
    let mut config = stage.config.expect("an executed stage has a config");
    let exporting = progress.start(Vertex::Export);
    config.rootfs.diff_ids = stage.layers;
    config.config.labels.extend(request.labels.iter().cloned());
    history::date(&mut config, engine.clock.now());
    exporting.worked(VertexWork::ExportedLayers { elapsed: exporting.elapsed() });
    let image = match engine.create_image(&config, None, &request.tags) {
        Ok(record) => record.id,
        Err(error) => {
            exporting.failed(error.to_string());
            return Err(error.into());
        }
    };
    exporting.worked(VertexWork::WroteImage { image: image.clone() });
    for reference in &request.tags {
        exporting.worked(VertexWork::Named { reference: reference.clone() });
    }
    exporting.done();
    Ok(BuiltImage { image })
}
