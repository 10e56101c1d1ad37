//! The order of a classic build: context, then every stage up to the target, step after step.

use std::collections::{BTreeMap, HashMap};

use crate::engine::build::context::{Context, tar_size};
use crate::engine::build::excerpt::Excerpt;
use crate::engine::build::interrupt::Interrupt;
use crate::engine::build::plan::{Located, Origin, StageGraph, target_number};
use crate::engine::build::scope::BuildScope;
use crate::engine::build::state::StageState;
use crate::engine::build::syntax::{Dockerfile, Instruction, Span, Statement};
use crate::engine::build::{
    BuildContext, BuildError, BuildEvent, BuildFailure, BuildRequest, BuiltImage, ClassicEvent, DockerfileSource,
    platform, source, triggers,
};
use crate::engine::oci::ImageId;
use crate::engine::{Engine, EngineError};

/// Builds as Docker did before BuildKit.
pub(in crate::engine::build) fn build(
    engine: &Engine,
    request: &BuildRequest,
    events: &mut dyn FnMut(BuildEvent),
) -> Result<BuiltImage, BuildFailure> {
    let name = &request.dockerfile_name;
    let mut text = String::new();
    let mut refusal = true;
    let mut building = || -> Located<BuiltImage> {
        let bare = |error| (error, None);
        let context = Context::open(request).map_err(bare)?;
        let bytes = match &request.dockerfile {
            DockerfileSource::Text(text) if matches!(request.context, BuildContext::None) => {
                tar_size(name.as_ref(), text.len() as u64)
            }
            _ => context.size(&[std::path::PathBuf::new()], tar_size).map_err(bare)?,
        };
        // A tar ends with two empty blocks.
        events(BuildEvent::Classic(ClassicEvent::ContextSent { bytes: bytes + 1024 }));
        text = source::read(request).map_err(bare)?;
        let mut dockerfile = source::parse(&text).map_err(|(error, span)| match error {
            BuildError::Syntax(message) => (BuildError::Syntax(format!("failed to parse {name}: {message}")), span),
            other => (other, span),
        })?;
        if let Some(platform) = &request.platform {
            platform::required(platform).map_err(bare)?;
        }
        let target = target_number(&dockerfile, request.target.as_deref()).map_err(bare)?;
        dockerfile.stages.truncate(target + 1);
        add_labels(&mut dockerfile, request);
        let scope = source::scope(request, &dockerfile)?;
        refusal = false;
        let total = dockerfile.global_arguments.len()
            + dockerfile.stages.iter().map(|stage| 1 + stage.statements.len()).sum::<usize>();
        // A FROM that cannot be understood fails when it is come to.
        let wrong = match StageGraph::make(&dockerfile, &scope, None) {
            Ok(_) => None,
            Err((error, None)) => return Err((error, None)),
            Err((error, Some(span))) => {
                let at = dockerfile.stages.iter().position(|stage| stage.span == span).unwrap_or(0);
                let code = dockerfile.stages.split_off(at).swap_remove(0).code;
                Some((code, error, span))
            }
        };
        let graph = StageGraph::make(&dockerfile, &scope, None)?;
        let mut classic = Classic {
            engine,
            request,
            interrupt: &Interrupt::of(request),
            scope: &scope,
            graph: &graph,
            context: &context,
            events: &mut *events,
            stages: HashMap::new(),
            cache_broken: false,
            started: 0,
            total,
        };
        classic.stages()?;
        match wrong {
            None => classic.finish(),
            Some((code, error, span)) => {
                classic.started(&code);
                Err((error, Some(span)))
            }
        }
    };
    building().map_err(|(error, span)| BuildFailure {
        excerpt: span.and_then(|span| Excerpt::around(name, &text, span)),
        error: Box::new(error),
        refusal,
        dockerfile_name: name.clone(),
    })
}

/// `--label` is one more LABEL at the end of the last stage: those behind the target are gone.
fn add_labels(dockerfile: &mut Dockerfile, request: &BuildRequest) {
    if request.labels.is_empty() {
        return;
    }
    let Some(stage) = dockerfile.stages.last_mut() else { return };
    // Each name once, in order; a value is what was typed.
    let labels: BTreeMap<&str, &str> =
        request.labels.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let words: Vec<String> = labels.iter().map(|(name, value)| format!(" {name}={value}")).collect();
    let quoted = |text: &str| format!("'{}'", text.replace('\'', "'\"'\"'"));
    stage.statements.push(Statement {
        instruction: Instruction::Label(labels.iter().map(|(name, value)| (quoted(name), quoted(value))).collect()),
        code: format!("LABEL{}", words.concat()),
        span: stage.span,
        name: "LABEL".to_owned(),
        comments: Vec::new(),
        legacy_pairs: false,
    });
}

/// A stage and the image its last step left; none before the first step of `FROM scratch`.
#[derive(Debug, Clone)]
pub(super) struct Step {
    pub(super) state: StageState,
    pub(super) image: Option<ImageId>,
}

pub(super) struct Classic<'a> {
    pub(super) engine: &'a Engine,
    pub(super) request: &'a BuildRequest,
    pub(super) interrupt: &'a Interrupt,
    pub(super) scope: &'a BuildScope<'a>,
    pub(super) graph: &'a StageGraph<'a>,
    pub(super) context: &'a Context,
    pub(super) events: &'a mut dyn FnMut(BuildEvent),
    pub(super) stages: HashMap<usize, Step>,
    /// After the first step that was not in the cache nothing is looked for there.
    pub(super) cache_broken: bool,
    /// How many steps have been begun, and how many there are.
    started: usize,
    total: usize,
}

impl Classic<'_> {
    pub(super) fn tell(&mut self, event: ClassicEvent) {
        (self.events)(BuildEvent::Classic(event));
    }

    fn started(&mut self, code: &str) {
        self.started += 1;
        let (number, total) = (self.started, self.total);
        self.tell(ClassicEvent::StepStarted { number, total, instruction: code.to_owned() });
    }

    fn stages(&mut self) -> Located<()> {
        let graph = self.graph;
        for statement in &graph.dockerfile.global_arguments {
            self.started(&statement.code);
        }
        for (index, stage) in graph.dockerfile.stages.iter().enumerate() {
            let before = &graph.dockerfile.stages[..index];
            if let Some(name) = stage.name.as_ref().filter(|_| before.iter().any(|other| other.name == stage.name)) {
                return Err((BuildError::Invalid(format!("{name} stage name already used")), Some(stage.span)));
            }
            self.started(&stage.code);
            self.cache_broken = !self.request.no_cache.allows(stage.name.as_deref());
            let mut step = self.base(index).map_err(|error| (error, Some(stage.span)))?;
            self.triggers(index, &mut step, stage.span)?;
            for statement in &stage.statements {
                self.started(&statement.code);
                self.interrupt.check().map_err(|error| (error, None))?;
                self.statement(index, &mut step, statement).map_err(|error| (error, Some(statement.span)))?;
            }
            self.stages.insert(index, step);
        }
        Ok(())
    }

    fn finish(&mut self) -> Located<BuiltImage> {
        let unused = self.scope.unused();
        if !unused.is_empty() {
            self.tell(ClassicEvent::BuildArgumentsUnused { names: unused });
        }
        let finished = self.stages.remove(&self.graph.target).expect("the target was just built");
        let image = finished.image.ok_or_else(|| {
            (BuildError::Invalid("No image was generated. Is your Dockerfile empty?".to_owned()), None)
        })?;
        self.tell(ClassicEvent::Built { image: image.clone() });
        for reference in &self.request.tags {
            self.engine.tag_image(&image.to_string(), reference).map_err(|error| (error.into(), None))?;
            self.tell(ClassicEvent::Tagged { reference: reference.clone() });
        }
        Ok(BuiltImage { image: Some(image), warnings: Vec::new() })
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
            Origin::Directory(_) => return Err(BuildError::Unsupported("FROM a directory".to_owned())),
            Origin::Image(name, reference) => {
                let found = if self.request.pull {
                    Err(EngineError::NoSuchImage(name.clone()))
                } else {
                    self.engine.resolve_image(name)
                };
                let image = match found {
                    Err(EngineError::NoSuchImage(_)) => {
                        let events = &mut self.events;
                        let pulled =
                            self.engine.pull_image_with(reference, &source::pulling(self.request), &mut |event| {
                                events(BuildEvent::Classic(ClassicEvent::Pulled(event)));
                            });
                        let pulled = pulled.map_err(|error| BuildError::pull(name, reference, error))?;
                        self.tell(ClassicEvent::PullComplete(Box::new(pulled.clone())));
                        pulled.image
                    }
                    other => other?,
                };
                Step { state: StageState::on(image.config), image: Some(image.id) }
            }
        };
        // What a base image left to be done is told instead.
        match &step.image {
            Some(image) if step.state.config.config.on_build.is_empty() => {
                self.tell(ClassicEvent::ImageMade { image: image.clone() });
            }
            Some(_) => {}
            None => self.tell(ClassicEvent::NoBase),
        }
        Ok(step)
    }

    fn triggers(&mut self, index: usize, step: &mut Step, span: Span) -> Located<()> {
        let triggers = std::mem::take(&mut step.state.config.config.on_build);
        if triggers.is_empty() {
            return Ok(());
        }
        self.tell(ClassicEvent::TriggersFound { count: triggers.len() });
        let located = |error| (error, Some(span));
        for statement in &triggers::statements(&triggers, span).map_err(located)? {
            self.statement(index, step, statement).map_err(located)?;
        }
        Ok(())
    }
}
