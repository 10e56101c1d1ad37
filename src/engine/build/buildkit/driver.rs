//! The order of a build: definition, metadata, `.dockerignore`, stages, export.

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use super::convert::{ConvertedStage, OperationKind, convert};
use super::execute::{ExecutedStage, Executor, StageSetting, image_sources};
use super::images::{load_images, with_triggers};
use super::once::Once;
use super::progress::Progress;
use super::side_by_side::Stages;
use crate::engine::build::context::{Context, packet_size};
use crate::engine::build::excerpt::Excerpt;
use crate::engine::build::interrupt::{Halt, Interrupt};
use crate::engine::build::lint::LintRule;
use crate::engine::build::plan::{Located, Origin, StageGraph};
use crate::engine::build::remote::{self, SourceKind};
use crate::engine::build::run::PlannedMount;
use crate::engine::build::scope::BuildScope;
use crate::engine::build::state::StageState;
use crate::engine::build::syntax::{Dockerfile, Span};
use crate::engine::build::{
    BuildError, BuildEvent, BuildFailure, BuildOutput, BuildRequest, BuiltImage, NamedContext, ProgressEvent,
    StagePlace, Vertex, VertexWork, source,
};
use crate::engine::oci::{ImageId, Platform};
use crate::engine::{Engine, EngineError};

/// The number of the vertex the warnings of the build checks belong to.
const DEFINITION: usize = 1;

/// Builds as BuildKit does: on threads of its own, what happens being told on this one.
pub(in crate::engine::build) fn build(
    engine: &Engine,
    request: &BuildRequest,
    events: &mut dyn FnMut(BuildEvent),
) -> Result<BuiltImage, BuildFailure> {
    let (told, happened) = mpsc::channel();
    thread::scope(|scope| {
        let building = scope.spawn(|| build_telling(engine, request, &Progress::new(told, engine.clock)));
        tell_all(&happened, request.ticks, events);
        building.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

/// Hands on what happens until nothing more can; `ticks` apart at most.
fn tell_all(happened: &Receiver<ProgressEvent>, ticks: Option<Duration>, events: &mut dyn FnMut(BuildEvent)) {
    loop {
        let next = match ticks {
            Some(period) => happened.recv_timeout(period),
            None => happened.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        match next {
            Ok(event) => events(BuildEvent::Progress(event)),
            Err(RecvTimeoutError::Timeout) => events(BuildEvent::Progress(ProgressEvent::TimePassed)),
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

fn build_telling(engine: &Engine, request: &BuildRequest, progress: &Progress) -> Result<BuiltImage, BuildFailure> {
    let name = &request.dockerfile_name;
    let failure = |error: BuildError, excerpt: Option<Excerpt>| BuildFailure {
        error: Box::new(error),
        excerpt,
        refusal: false,
        dockerfile_name: name.clone(),
    };
    engine.sweep_build_steps();
    let _running = engine.begin_build().map_err(|error| failure(error.into(), None))?;

    let loading = progress.start(Vertex::LoadDefinition { name: name.clone() });
    let text = source::read(request);
    let bytes = text.as_ref().map_or(2, |text| packet_size(name.as_ref(), text.len() as u64));
    loading.worked(VertexWork::TransferredDockerfile { bytes });
    let text = match text {
        Ok(text) => text,
        Err(error) => {
            loading.done();
            progress.finished(Vec::new());
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
            progress.finished(Vec::new());
            return Err(located(error));
        }
    };
    let told = scope.lints.since(0);
    for warning in &told {
        progress.warned(DEFINITION, warning);
    }
    loading.done();
    let built = build_stages(engine, request, progress, dockerfile, &scope, told.len());
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
    progress: &Progress,
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

    let halt = Halt::new().map_err(|error| bare(EngineError::io("pipe", error).into()))?;
    let stages = Stages::new(halt);
    let executor = Executor {
        engine,
        progress,
        request,
        context: &context,
        named: &named,
        images: &images,
        epoch: scope.epoch,
        stages: &stages,
        interrupt: &Interrupt::of(request).or(&stages.halt),
        once: Once::default(),
    };
    let place = |number: usize, index| {
        let on_image = usize::from(matches!(graph.bases[number], Origin::Image(..)));
        let total = converted[&number].operations.len() + on_image;
        StagePlace { stage: graph.shown_name(number), index: index + on_image, total }
    };
    show_sources(&executor, &graph, &converted, &needed, |number| place(number, 0));
    if let Some(paths) = context_paths(&needed, &converted) {
        let loading = progress.start(Vertex::LoadContext);
        let bytes = context.size(&paths, packet_size).map_err(bare)?;
        loading.worked(VertexWork::TransferredContext { bytes: bytes.max(2) });
        loading.done();
    }
    let count = converted.values().map(|stage| stage.operations.len()).sum();
    let mut first_number = progress.foresee(count);
    let mut jobs = Vec::with_capacity(needed.len());
    for number in &needed {
        let uses_cache = request.no_cache.allows(dockerfile.stages[*number].name.as_deref());
        jobs.push((*number, StageSetting { uses_cache, first_number, first_place: place(*number, 1) }));
        first_number += converted[number].operations.len();
    }
    let jobs = jobs.into_iter().map(|(number, setting)| {
        let stage = converted.remove(&number).expect("every needed stage was converted");
        (number, (stage, setting))
    });
    let jobs = jobs.collect();
    stages.build_all(jobs, |number, (stage, setting)| {
        let below = executor.base(&graph.bases[number]).map_err(bare)?;
        executor.stage(stage, below, &setting)
    })?;
    let result = ExecutedStage::clone(&*stages.wait(graph.target).map_err(bare)?);
    super::export::export(engine, request, progress, result, scope).map_err(bare)
}

/// The vertices of the images the stages stand on or take files from, each once.
fn show_sources(
    executor: &Executor<'_>,
    graph: &StageGraph<'_>,
    converted: &HashMap<usize, ConvertedStage>,
    needed: &[usize],
    place: impl Fn(usize) -> StagePlace,
) {
    let mut shown = BTreeSet::new();
    for number in needed {
        if let Origin::Image(_, reference) = &graph.bases[*number]
            && shown.insert(reference.to_string())
        {
            executor.show_image(reference, Some(place(*number)));
        }
    }
    for reference in needed.iter().flat_map(|number| &converted[number].operations).flat_map(image_sources) {
        if shown.insert(reference.to_string()) {
            executor.show_image(reference, None);
        }
    }
}

/// The context, and those the client named, by number.
fn open_contexts(
    request: &BuildRequest,
    progress: &Progress,
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
