//! The classic builder's way: one step an instruction, each leaving an image with an id, failed containers kept.

use std::collections::HashMap;

use super::cache::CachedImage;
use super::context::{Context, tar_size};
use super::excerpt::Excerpt;
use super::files::{FileTree, has_wildcard};
use super::fingerprint::Fingerprint;
use super::plan::{Located, Origin, StageGraph};
use super::run::RunPlan;
use super::state::{BuildScope, StageState};
use super::step::{TransferSource, entries_key, files_of, plan_directory, plan_transfer, run_key};
use super::syntax::{Dockerfile, Instruction, Misread, Span, Statement, Transfer, parse_statements};
use super::transfer::{PlannedContent, PlannedEntry};
use super::transfer_operation::{TransferOperation, expand_transfer};
use super::{BuildError, BuildEvent, BuildFailure, BuildRequest, BuiltImage, ClassicEvent, source};
use crate::engine::container::{ContainerId, OutputStream};
use crate::engine::oci::{DiffId, Digest, HistoryEntry, ImageId};
use crate::engine::{Engine, EngineError};

/// Builds as Docker did before BuildKit.
pub(super) fn build(engine: &Engine, request: &BuildRequest, events: &mut dyn FnMut(BuildEvent)) -> Result<BuiltImage, BuildFailure> {
    let name = &request.dockerfile_name;
    let mut text = String::new();
    let mut refusal = true;
    let mut building = || -> Located<BuiltImage> {
        let bare = |error| (error, None);
        text = source::read(request).map_err(bare)?;
        let context = Context::open(request).map_err(bare)?;
        let bytes = match &request.dockerfile {
            super::DockerfileSource::Text(text) => tar_size(name.as_ref(), text.len() as u64),
            super::DockerfileSource::File(_) => context.size(&[std::path::PathBuf::new()], tar_size).map_err(bare)?,
        };
        // A tar ends with two empty blocks.
        events(BuildEvent::Classic(ClassicEvent::ContextSent { bytes: bytes + 1024 }));
        let mut dockerfile = source::parse(&text)?;
        add_labels(&mut dockerfile, request);
        let scope = source::scope(request, &dockerfile)?;
        let graph = StageGraph::make(&dockerfile, &scope, request.target.as_deref())?;
        refusal = false;
        let mut classic = Classic { engine, request, scope: &scope, graph: &graph, context: &context, events: &mut *events, stages: HashMap::new(), cache_broken: false };
        classic.build()
    };
    building().map_err(|(error, span)| BuildFailure {
        excerpt: span.and_then(|span| Excerpt::around(name, &text, span)),
        error: Box::new(error),
        refusal,
        dockerfile_name: name.clone(),
    })
}

/// `--label` is one more LABEL at the end.
fn add_labels(dockerfile: &mut Dockerfile, request: &BuildRequest) {
    let Some(stage) = dockerfile.stages.last_mut().filter(|_| !request.labels.is_empty()) else { return };
    let words: Vec<String> = request.labels.iter().map(|(name, value)| format!(" {name}={value}")).collect();
    stage.statements.push(Statement {
        instruction: Instruction::Label(request.labels.clone()),
        code: format!("LABEL{}", words.concat()),
        span: stage.span,
    });
}

/// A stage and the image its last step left; none before the first step of `FROM scratch`.
#[derive(Debug, Clone)]
struct Step {
    state: StageState,
    image: Option<ImageId>,
}

struct Classic<'a> {
    engine: &'a Engine,
    request: &'a BuildRequest,
    scope: &'a BuildScope<'a>,
    graph: &'a StageGraph<'a>,
    context: &'a Context,
    events: &'a mut dyn FnMut(BuildEvent),
    stages: HashMap<usize, Step>,
    /// After the first step that was not in the cache nothing is looked for there.
    cache_broken: bool,
}

impl Classic<'_> {
    fn tell(&mut self, event: ClassicEvent) {
        (self.events)(BuildEvent::Classic(event));
    }

    fn build(&mut self) -> Located<BuiltImage> {
        let graph = self.graph;
        let stages = &graph.dockerfile.stages[..=graph.target];
        let total = graph.dockerfile.global_arguments.len() + stages.iter().map(|stage| 1 + stage.statements.len()).sum::<usize>();
        let mut number = 0;
        let mut started = |classic: &mut Self, code: &str| {
            number += 1;
            classic.tell(ClassicEvent::StepStarted { number, total, instruction: code.to_owned() });
        };
        for statement in &graph.dockerfile.global_arguments {
            started(self, &statement.code);
        }
        for (index, stage) in stages.iter().enumerate() {
            started(self, &stage.code);
            self.cache_broken = self.request.no_cache;
            let mut step = self.base(index).map_err(|error| (error, Some(stage.span)))?;
            self.triggers(index, &mut step, stage.span)?;
            for statement in &stage.statements {
                started(self, &statement.code);
                super::interrupt::check(self.request).map_err(|error| (error, None))?;
                self.statement(index, &mut step, statement).map_err(|error| (error, Some(statement.span)))?;
            }
            self.stages.insert(index, step);
        }
        let unused = self.scope.unused();
        if !unused.is_empty() {
            self.tell(ClassicEvent::BuildArgumentsUnused { names: unused });
        }
        let finished = self.stages.remove(&graph.target).expect("the target was just built");
        let image = finished.image.ok_or_else(|| (BuildError::Invalid("No image was generated. Is your Dockerfile empty?".to_owned()), None))?;
        self.tell(ClassicEvent::Built { image: image.clone() });
        for reference in &self.request.tags {
            self.engine.tag_image(&image.to_string(), reference).map_err(|error| (error.into(), None))?;
            self.tell(ClassicEvent::Tagged { reference: reference.clone() });
        }
        Ok(BuiltImage { image })
    }

    fn base(&mut self, index: usize) -> Result<Step, BuildError> {
        let graph = self.graph;
        let step = match &graph.bases[index] {
            Origin::Scratch => {
                self.tell(ClassicEvent::NoBase);
                return Ok(Step { state: StageState::scratch(self.scope.frontend), image: None });
            }
            Origin::Stage(other) => {
                let below = &self.stages[other];
                Step { state: StageState::on(below.state.config.clone()), image: below.image.clone() }
            }
            Origin::Image(name, reference) => {
                let image = match self.engine.resolve_image(name) {
                    Err(EngineError::NoSuchImage(_)) => {
                        let events = &mut self.events;
                        let pulled = self.engine.pull_image(reference, &mut |event| events(BuildEvent::Classic(ClassicEvent::Pulled(event))));
                        let pulled = pulled.map_err(|error| BuildError::pull(name, reference, error))?;
                        self.tell(ClassicEvent::PullComplete(Box::new(pulled.clone())));
                        pulled.image
                    }
                    other => other?,
                };
                Step { state: StageState::on(image.config), image: Some(image.id) }
            }
        };
        if let Some(image) = &step.image {
            self.tell(ClassicEvent::ImageMade { image: image.clone() });
        }
        Ok(step)
    }

    fn triggers(&mut self, index: usize, step: &mut Step, span: Span) -> Located<()> {
        let triggers = std::mem::take(&mut step.state.config.config.on_build);
        if triggers.is_empty() {
            return Ok(());
        }
        self.tell(ClassicEvent::TriggersFound { count: triggers.len() });
        for trigger in triggers {
            let statements = parse_statements(&trigger).map_err(|misread| {
                let error = match misread {
                    Misread::Wrong(message) => BuildError::Invalid(message),
                    Misread::Unsupported(name) => BuildError::Unsupported(name),
                };
                (error, Some(span))
            })?;
            for statement in &statements {
                self.statement(index, step, statement).map_err(|error| (error, Some(span)))?;
            }
        }
        Ok(())
    }

    fn statement(&mut self, index: usize, step: &mut Step, statement: &Statement) -> Result<(), BuildError> {
        match &statement.instruction {
            Instruction::Run(run) => {
                let plan = RunPlan::make(run, &step.state, self.scope)?;
                self.run(step, &plan)
            }
            Instruction::Copy(transfer) => self.transfer(index, step, "COPY", transfer),
            Instruction::Add(transfer) => self.transfer(index, step, "ADD", transfer),
            Instruction::Workdir(_) => {
                let text = step.state.apply(self.scope, &statement.instruction)?;
                let directory = step.state.working_dir().to_owned();
                let base = files_of(self.engine, &step.state.config.rootfs.diff_ids)?;
                let entries = plan_directory(&directory, &base)?;
                self.entries(step, &entries, &base, &format!("/bin/sh -c #(nop) {text}"))
            }
            other => {
                let text = step.state.apply(self.scope, other)?;
                let created_by = format!("/bin/sh -c #(nop)  {text}");
                let key = key_of(step, &created_by, None);
                if self.take_cached(step, &key)? {
                    return Ok(());
                }
                // A container is made, and never started, to hold the config.
                let container = ContainerId::from_random(random_id(&key));
                self.tell(ClassicEvent::ContainerStarted { container: container.clone() });
                self.tell(ClassicEvent::ContainerRemoved { container });
                self.commit(step, &key, created_by, None)
            }
        }
    }

    fn run(&mut self, step: &mut Step, plan: &RunPlan) -> Result<(), BuildError> {
        let below = step.state.config.rootfs.diff_ids.clone();
        let created_by = plan.recorded();
        let key = key_of(step, &created_by, Some(&run_key(plan, &below)));
        if self.take_cached(step, &key)? {
            return Ok(());
        }
        let container = match &step.image {
            Some(image) => self.engine.run_container_on(image, plan)?,
            None => self.engine.run_container_on_layers(&below, plan)?,
        };
        let id = container.id.clone();
        self.tell(ClassicEvent::ContainerStarted { container: id.clone() });
        let events = &mut self.events;
        let mut output = |stream: OutputStream, bytes: &[u8]| events(BuildEvent::Classic(ClassicEvent::Output { stream, bytes: bytes.to_vec() }));
        match container.run(self.request, &mut output) {
            Ok(0) => {}
            // The container stays, to be looked at.
            Ok(exit_code) => return Err(BuildError::RunFailed { command: plan.shown(), exit_code }),
            Err(BuildError::Canceled) => {
                container.remove()?;
                return Err(BuildError::Canceled);
            }
            Err(error) => return Err(error),
        }
        let layer = container.commit(&below);
        container.remove()?;
        self.tell(ClassicEvent::ContainerRemoved { container: id });
        self.commit(step, &key, created_by, Some(layer?.diff_id))
    }

    fn transfer(&mut self, index: usize, step: &mut Step, name: &'static str, transfer: &Transfer) -> Result<(), BuildError> {
        if transfer.mode.is_some() {
            return Err(BuildError::Invalid("the --chmod option requires BuildKit. Refer to https://docs.docker.com/go/buildkit/ to learn how to build images with BuildKit enabled".to_owned()));
        }
        let from = self.graph.copy_origin(index, transfer)?;
        let operation = expand_transfer(&step.state, self.scope, name, transfer, from)?;
        if let Some(outside) = operation.sources.iter().find(|source| operation.from.is_none() && leads_out(source)) {
            return Err(BuildError::Invalid(format!("{name} failed: forbidden path outside the build context: {outside} ()")));
        }
        let base = files_of(self.engine, &step.state.config.rootfs.diff_ids)?;
        let entries = self.plan(&operation, &base)?;
        if entries.is_empty() && operation.sources.iter().all(|source| has_wildcard(source)) {
            return Err(BuildError::Invalid(format!("{name} failed: no source files were specified")));
        }
        let digest = entries_key(&entries, &step.state.config.rootfs.diff_ids)?;
        let owner = operation.owner.as_ref().map(|owner| format!("--chown={owner} ")).unwrap_or_default();
        let kind = match entries.as_slice() {
            [only] if !matches!(only.content, PlannedContent::Directory(_)) => "file",
            _ if operation.sources.len() > 1 => "multi",
            _ => "dir",
        };
        let created_by = format!("/bin/sh -c #(nop) {name} {owner}{kind}:{} in {} ", digest.hex(), operation.destination);
        self.entries(step, &entries, &base, &created_by)
    }

    fn plan(&mut self, operation: &TransferOperation, base: &FileTree) -> Result<Vec<PlannedEntry>, BuildError> {
        let layers = match &operation.from {
            None => return plan_transfer(operation, &TransferSource::Context(self.context), base),
            Some(Origin::Scratch) => Vec::new(),
            Some(Origin::Stage(number)) => self.stages[number].state.config.rootfs.diff_ids.clone(),
            Some(Origin::Image(name, reference)) => {
                let (image, _) = source::image(self.engine, reference)
                    .map_err(|error| BuildError::pull(name, reference, error))?;
                image.config.rootfs.diff_ids
            }
        };
        plan_transfer(operation, &TransferSource::Layers(&files_of(self.engine, &layers)?), base)
    }

    fn entries(&mut self, step: &mut Step, entries: &[PlannedEntry], base: &FileTree, created_by: &str) -> Result<(), BuildError> {
        let below = step.state.config.rootfs.diff_ids.clone();
        let digest = entries_key(entries, &below)?;
        let key = key_of(step, created_by, Some(&digest));
        if self.take_cached(step, &key)? {
            return Ok(());
        }
        let layer = self.engine.layer_of_entries(entries, base, &below)?;
        if entries_key(entries, &below)? != digest {
            return Err(BuildError::Invalid("the build context changed while it was being copied".to_owned()));
        }
        self.commit(step, &key, created_by.to_owned(), Some(layer.diff_id))
    }

    fn take_cached(&mut self, step: &mut Step, key: &Digest) -> Result<bool, BuildError> {
        let cached = if self.cache_broken { None } else { self.engine.cached_image(key) };
        let Some(image) = cached else {
            self.cache_broken = true;
            return Ok(false);
        };
        step.state.config = self.engine.image_config(&image)?;
        step.image = Some(image.clone());
        self.tell(ClassicEvent::CacheUsed);
        self.tell(ClassicEvent::ImageMade { image });
        Ok(true)
    }

    /// Keeps what the step made as an image.
    fn commit(&mut self, step: &mut Step, key: &Digest, created_by: String, layer: Option<DiffId>) -> Result<(), BuildError> {
        let now = self.engine.clock.now();
        let config = &mut step.state.config;
        // A layer that holds nothing is none: its archive is the end mark alone.
        let layer = layer.filter(|layer| *layer.digest() != Digest::of(&[0; 1024]));
        let (author, empty_layer) = (config.author.clone(), layer.is_none());
        config.history.push(HistoryEntry { created: Some(now), created_by: created_by.clone(), author, comment: String::new(), empty_layer });
        config.rootfs.diff_ids.extend(layer);
        config.created = Some(now);
        let image = self.engine.create_image(config, step.image.clone(), &[])?.id;
        self.engine.remember(key, &CachedImage { image: image.clone(), created_by })?;
        step.image = Some(image.clone());
        self.tell(ClassicEvent::ImageMade { image });
        Ok(())
    }
}

/// What a step depends on: the image below, its words, what it reads.
fn key_of(step: &Step, created_by: &str, digest: Option<&Digest>) -> Digest {
    let mut key = Fingerprint::of("classic");
    key.text(&step.image.as_ref().map_or_else(|| "scratch".to_owned(), ToString::to_string));
    key.text(created_by);
    key.text(digest.map_or("", Digest::as_str));
    key.list(&step.state.argument_list());
    key.finish()
}

/// Whether a path climbs over where it starts.
fn leads_out(path: &str) -> bool {
    let mut depth = 0_i64;
    for component in path.split('/') {
        match component {
            "" | "." => {}
            ".." => depth -= 1,
            _ => depth += 1,
        }
        if depth < 0 {
            return true;
        }
    }
    false
}

/// The id of a container that only ever had a name.
fn random_id(key: &Digest) -> [u8; 32] {
    let mut bytes = [0; 32];
    for (byte, pair) in bytes.iter_mut().zip(key.hex().as_bytes().chunks(2)) {
        *byte = std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok()).unwrap_or(0);
    }
    bytes
}
