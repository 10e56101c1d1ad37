//! The order of a build: definition, metadata, `.dockerignore`, stages, export.

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;

use super::convert::{ConvertedStage, OperationKind, convert};
use super::execute::{ExecutedStage, Executor};
use super::images::{load_images, with_triggers};
use super::progress::Progress;
use crate::engine::Engine;
use crate::engine::build::context::{Context, packet_size};
use crate::engine::build::excerpt::Excerpt;
use crate::engine::build::lint::LintRule;
use crate::engine::build::plan::{Located, Origin, StageGraph};
use crate::engine::build::remote::{self, SourceKind};
use crate::engine::build::run::PlannedMount;
use crate::engine::build::scope::BuildScope;
use crate::engine::build::state::StageState;
use crate::engine::build::syntax::{Dockerfile, Span};
use crate::engine::build::{
    BuildError, BuildEvent, BuildFailure, BuildOutput, BuildRequest, BuiltImage, NamedContext, StagePlace, Vertex,
    VertexWork, source,
};
use crate::engine::oci::{ImageId, Platform};

/// The number of the vertex the warnings of the build checks belong to.
const DEFINITION: usize = 1;

/// Builds as BuildKit does.
pub(in crate::engine::build) fn build(
    engine: &Engine,
    request: &BuildRequest,
    events: &mut dyn FnMut(BuildEvent),
) -> Result<BuiltImage, BuildFailure> {
    engine.sweep_build_steps();
    let _running = engine.begin_build().map_err(|error| BuildFailure {
        error: Box::new(error.into()),
        excerpt: None,
        refusal: false,
        dockerfile_name: request.dockerfile_name.clone(),
    })?;
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
    let text = match text {
        Ok(text) => text,
        Err(error) => {
            loading.done();
            return Err(failure(error, None));
        }
    };
    let located = |(error, span): (BuildError, Option<Span>)| {
        failure(error, span.and_then(|span| Excerpt::around(name, &text, span)))
    };
    let read = source::parse(&text).and_then(|dockerfile| {
        let scope = source::scope(request, &dockerfile)?;
        scope.lints.layout(&dockerfile);
        Ok((dockerfile, scope))
    });
    let (dockerfile, scope) = match read {
        Ok(read) => read,
        Err(error) => {
            loading.done();
            return Err(located(error));
        }
    };
    let told = scope.lints.since(0);
    for warning in &told {
        progress.warned(DEFINITION, warning);
    }
    loading.done();
    let built = build_stages(engine, request, &progress, dockerfile, &scope, told.len());
    let mut warnings = scope.lints.since(0);
    for warning in &mut warnings {
        warning.excerpt = Excerpt::around(name, &text, warning.span);
    }
    progress.finished(warnings.clone());
    built.map(|image| BuiltImage { image, warnings }).map_err(located)
}

fn build_stages(
    engine: &Engine,
    request: &BuildRequest,
    progress: &Progress<'_>,
    mut dockerfile: Dockerfile,
    scope: &BuildScope<'_>,
    warnings_told: usize,
) -> Located<Option<ImageId>> {
    let bare = |error| (error, None);
    if let Some(platform) = &request.platform {
        crate::engine::build::platform::required(platform).map_err(bare)?;
    }
    let mut images = HashMap::new();
    let mut triggered = BTreeSet::new();
    // What base images leave to be done may need other stages and images.
    loop {
        let graph = StageGraph::make(&dockerfile, scope, request.target.as_deref())?;
        let needed = graph.needed()?;
        load_images(engine, request, progress, &graph, &needed, &mut images)?;
        match with_triggers(&graph, &needed, &images, &mut triggered)? {
            Some(grown) => dockerfile = grown,
            None => break,
        }
    }
    let graph = StageGraph::make(&dockerfile, scope, request.target.as_deref())?;
    let needed = graph.needed()?;
    let (context, named) = open_contexts(request, progress).map_err(bare)?;

    let mut converted: HashMap<usize, ConvertedStage> = HashMap::new();
    for number in &needed {
        let base = match &graph.bases[*number] {
            Origin::Scratch | Origin::Directory(_) => StageState::scratch(scope.frontend),
            Origin::Stage(other) => StageState::on_stage(&converted[other].state),
            Origin::Image(name, reference) => {
                let config = &images[reference].image.config;
                let stage = &dockerfile.stages[*number];
                let ours = Platform::host();
                let theirs = Platform { os: config.os.clone(), architecture: config.architecture.clone() };
                if theirs != ours {
                    let message = format!(
                        "Base image {name} was pulled with platform \"{theirs}\", expected \"{ours}\" for current build"
                    );
                    scope.lints.found_at(LintRule::InvalidBaseImagePlatform, stage.span, message);
                }
                StageState::on(config.clone())
            }
        };
        converted.insert(*number, convert(&graph, scope, *number, base, Some(&context.ignore))?);
    }
    scope.lints.since(warnings_told).iter().for_each(|warning| progress.warned(DEFINITION, warning));
    if matches!(request.output, BuildOutput::Check) {
        return Ok(None);
    }
    scope.lints.verdict().map_err(bare)?;

    let mut executor = Executor {
        engine,
        progress,
        request,
        context: &context,
        named: &named,
        images: &images,
        epoch: scope.epoch,
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
            let bytes = context.size(&paths, packet_size).map_err(bare)?;
            loading.worked(VertexWork::TransferredContext { bytes: bytes.max(2) });
            loading.done();
        }
        let below = match &graph.bases[*number] {
            Origin::Scratch => ExecutedStage::default(),
            Origin::Directory(context) => executor.directory_stage(*context).map_err(bare)?,
            Origin::Stage(other) => executor.stages[other].clone(),
            Origin::Image(_, reference) => {
                ExecutedStage { layers: images[reference].image.config.rootfs.diff_ids.clone(), config: None }
            }
        };
        let first = total - stage.operations.len() + 1;
        let uses_cache = request.no_cache.allows(dockerfile.stages[*number].name.as_deref());
        let executed = executor.stage(stage, below, uses_cache, |operation| place(first + operation))?;
        executor.stages.insert(*number, executed);
    }

    let result = executor.stages.remove(&graph.target).expect("the target is among the needed stages");
    super::export::export(engine, request, progress, result, scope).map_err(bare)
}

/// The context, and those the client named, by number.
fn open_contexts(
    request: &BuildRequest,
    progress: &Progress<'_>,
) -> Result<(Context, HashMap<usize, Context>), BuildError> {
    let ignoring = progress.start(Vertex::LoadIgnore);
    let opened = Context::open(request).and_then(|context| {
        let mut named = HashMap::new();
        for (number, (_, stands_for)) in request.named_contexts.iter().enumerate() {
            if let NamedContext::Directory(directory) = stands_for {
                named.insert(number, Context::of_directory(directory, None)?);
            }
        }
        Ok((context, named))
    });
    match opened {
        Ok((context, named)) => {
            let file = context.ignore_file.as_ref();
            let bytes = file.map_or(2, |(name, length)| packet_size(name.as_ref(), *length as u64));
            ignoring.worked(VertexWork::TransferredContext { bytes });
            ignoring.done();
            Ok((context, named))
        }
        Err(error) => {
            ignoring.failed(error.to_string());
            Err(error)
        }
    }
}

/// What the stages take from the context; nothing when they take nothing.
fn context_paths(needed: &[usize], converted: &HashMap<usize, ConvertedStage>) -> Option<Vec<PathBuf>> {
    let mut paths: Vec<PathBuf> = Vec::new();
    let mut add = |path: PathBuf| {
        if !paths.contains(&path) {
            paths.push(path);
        }
    };
    for operation in needed.iter().flat_map(|number| &converted[number].operations) {
        match &operation.kind {
            OperationKind::Transfer(transfer) if transfer.from.is_none() => {
                for source in transfer.sources.iter().filter(|source| remote::kind(source) == SourceKind::Local) {
                    // A pattern may fit anything beside its first wildcard.
                    let whole = transfer.parents || crate::engine::build::files::has_wildcard(source);
                    add(if whole { PathBuf::new() } else { source.into() });
                }
            }
            OperationKind::Run(plan) => plan.mounts.iter().filter_map(PlannedMount::context_path).for_each(&mut add),
            _ => {}
        }
    }
    (!paths.is_empty()).then_some(paths)
}
