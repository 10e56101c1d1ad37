//! From the instructions of a stage to what has to be done: the config is final, the layers are still to be made.
//!
//! BuildKit reads the whole Dockerfile this way before it runs anything, so that a misspelt variable in the last line
//! costs no time.

use crate::engine::build::BuildError;
use crate::engine::build::files::IgnoreRules;
use crate::engine::build::history;
use crate::engine::build::lint::LintRule;
use crate::engine::build::plan::{Located, StageGraph};
use crate::engine::build::remote::{self, SourceKind};
use crate::engine::build::run::RunPlan;
use crate::engine::build::scope::BuildScope;
use crate::engine::build::state::StageState;
use crate::engine::build::syntax::{Instruction, Span, Statement, Transfer, quote};
use crate::engine::build::transfer::clean;
use crate::engine::build::transfer_operation::{TransferOperation, expand_transfer};

/// A stage ready to be built.
#[derive(Debug)]
pub(super) struct ConvertedStage {
    /// Its config and its variables; the history has a dateless line for each layer to come.
    pub(super) state: StageState,
    /// What makes layers, in order.
    pub(super) operations: Vec<Operation>,
}

/// One layer to be made.
#[derive(Debug)]
pub(super) struct Operation {
    /// The instruction, its variables replaced.
    pub(super) title: String,
    /// Where it stands.
    pub(super) span: Span,
    /// Its line in the history.
    pub(super) history: usize,
    /// What to do.
    pub(super) kind: OperationKind,
}

/// What to do.
#[derive(Debug)]
pub(super) enum OperationKind {
    Run(RunPlan),
    /// COPY and ADD.
    Transfer(TransferOperation),
    /// WORKDIR: this directory, absolute, and whose it is when it is new.
    MakeDirectory {
        directory: String,
        user: String,
    },
}

/// Converts the stage of this number, standing on `base`.
pub(super) fn convert(
    graph: &StageGraph<'_>,
    scope: &BuildScope<'_>,
    number: usize,
    base: StageState,
    ignore: Option<&IgnoreRules>,
) -> Located<ConvertedStage> {
    let stage = &graph.dockerfile.stages[number];
    let mut converting = Converting { graph, scope, number, ignore, state: base, operations: Vec::new() };
    // Its triggers are among the statements already.
    converting.state.config.config.on_build.clear();
    for statement in &stage.statements {
        converting.statement(statement).map_err(|error| (error, Some(statement.span)))?;
    }
    Ok(ConvertedStage { state: converting.state, operations: converting.operations })
}

struct Converting<'a> {
    graph: &'a StageGraph<'a>,
    scope: &'a BuildScope<'a>,
    number: usize,
    ignore: Option<&'a IgnoreRules>,
    state: StageState,
    operations: Vec<Operation>,
}

impl Converting<'_> {
    fn statement(&mut self, statement: &Statement) -> Result<(), BuildError> {
        let mut title = self.state.title(self.scope, &statement.code);
        self.scope.lints.enter(statement.span, &statement.comments);
        let (kind, created_by) = match &statement.instruction {
            Instruction::Run(run) => {
                let plan = RunPlan::make(run, &self.state, self.scope, self.graph, self.number)?;
                if let Some(summary) = &plan.summary {
                    title = format!("{title} ({summary})");
                }
                let created_by = format!("RUN {} # buildkit", plan.recorded());
                (OperationKind::Run(plan), created_by)
            }
            Instruction::Copy(transfer) => self.transfer("COPY", transfer)?,
            Instruction::Add(transfer) => self.transfer("ADD", transfer)?,
            Instruction::Workdir(_) => {
                let created_by = self.state.apply(self.scope, statement)?;
                let directory = self.state.working_dir();
                if directory == "/" {
                    self.state.config.history.push(history::entry(created_by, false));
                    return Ok(());
                }
                let user = self.state.config.config.user.clone();
                (OperationKind::MakeDirectory { directory, user }, created_by)
            }
            other => {
                let created_by = self.state.apply(self.scope, statement)?;
                // ONBUILD leaves no line of its own.
                if !matches!(other, Instruction::OnBuild(_)) {
                    self.state.config.history.push(history::entry(created_by, false));
                }
                return Ok(());
            }
        };
        self.operations.push(Operation { title, span: statement.span, history: self.state.config.history.len(), kind });
        self.state.config.history.push(history::entry(created_by, true));
        Ok(())
    }

    /// Tells the build checks of sources nothing of which is seen.
    fn ignored(&self, name: &str, sources: &[String]) {
        let Some(rules) = self.ignore.filter(|rules| !rules.may_show_inside_hidden()) else { return };
        let verb = if name == "ADD" { "Add" } else { "Copy" };
        for source in sources {
            let path = clean(source);
            let hidden = if path.as_os_str().is_empty() { rules.hides_everything() } else { rules.hides(&path) };
            if hidden && remote::kind(source) == SourceKind::Local {
                let shown = if path.as_os_str().is_empty() { ".".to_owned() } else { path.display().to_string() };
                let message = format!("Attempting to {verb} file {} that is excluded by .dockerignore", quote(&shown));
                self.scope.lints.found(LintRule::CopyIgnoredFile, message);
            }
        }
    }

    fn transfer(&self, name: &'static str, transfer: &Transfer) -> Result<(OperationKind, String), BuildError> {
        let operation =
            expand_transfer(&self.state, self.scope, name, transfer, self.graph.copy_origin(self.number, transfer)?)?;
        if operation.from.is_none() {
            self.ignored(name, &operation.sources);
        }
        let mut words = vec![name.to_owned()];
        words.extend(operation.parents.then(|| "--parents".to_owned()));
        words.extend(operation.owner.iter().map(|owner| format!("--chown={owner}")));
        words.extend(operation.mode.iter().map(|mode| format!("--chmod={mode}")));
        words.extend(operation.sources.iter().cloned());
        words.extend(operation.inline.iter().map(|(name, _)| format!("<<{name}")));
        words.push(operation.destination.clone());
        let text = format!("{} # buildkit", words.join(" "));
        Ok((OperationKind::Transfer(operation), text))
    }
}
