//! From the instructions of a stage to what has to be done: the config is final, the layers are still to be made.
//!
//! BuildKit reads the whole Dockerfile this way before it runs anything, so that a misspelt variable in the last line
//! costs no time.

use crate::engine::build::BuildError;
use crate::engine::build::history;
use crate::engine::build::plan::{Located, StageGraph};
use crate::engine::build::run::RunPlan;
use crate::engine::build::state::{BuildScope, StageState};
use crate::engine::build::syntax::{Instruction, Misread, Span, Statement, Transfer, parse_statements};
use crate::engine::build::transfer_operation::{TransferOperation, expand_transfer};
use crate::engine::oci::ImageConfig;

/// A stage ready to be built.
#[derive(Debug)]
pub(super) struct ConvertedStage {
    /// Its config; the history has a dateless line for each layer to come.
    pub(super) config: ImageConfig,
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
    /// WORKDIR: this directory, absolute.
    MakeDirectory(String),
}

/// Converts the stage of this number, standing on `base`.
pub(super) fn convert(
    graph: &StageGraph<'_>,
    scope: &BuildScope<'_>,
    number: usize,
    base: StageState,
) -> Located<ConvertedStage> {
    let stage = &graph.dockerfile.stages[number];
    let mut converting = Converting { graph, scope, number, state: base, operations: Vec::new() };
    let triggers = std::mem::take(&mut converting.state.config.config.on_build);
    for trigger in triggers {
        let statements = parse_statements(&trigger).map_err(|misread| (misread_error(misread), Some(stage.span)))?;
        for statement in &statements {
            if matches!(&statement.instruction, Instruction::Copy(transfer) if transfer.from.is_some()) {
                // Which stages and images are needed was decided before the base image was known.
                return Err((BuildError::Unsupported("ONBUILD COPY --from".to_owned()), Some(stage.span)));
            }
            converting.statement(statement).map_err(|error| (error, Some(stage.span)))?;
        }
    }
    for statement in &stage.statements {
        converting.statement(statement).map_err(|error| (error, Some(statement.span)))?;
    }
    Ok(ConvertedStage { config: converting.state.config, operations: converting.operations })
}

/// What is wrong with an ONBUILD trigger.
fn misread_error(misread: Misread) -> BuildError {
    match misread {
        Misread::Wrong(message) => BuildError::Invalid(message),
        Misread::Unsupported(name) => BuildError::Unsupported(name),
    }
}

struct Converting<'a> {
    graph: &'a StageGraph<'a>,
    scope: &'a BuildScope<'a>,
    number: usize,
    state: StageState,
    operations: Vec<Operation>,
}

impl Converting<'_> {
    fn statement(&mut self, statement: &Statement) -> Result<(), BuildError> {
        let title = self.state.title(self.scope, &statement.code);
        let (kind, created_by) = match &statement.instruction {
            Instruction::Run(run) => {
                let plan = RunPlan::make(run, &self.state, self.scope)?;
                let created_by = format!("RUN {} # buildkit", plan.recorded());
                (OperationKind::Run(plan), created_by)
            }
            Instruction::Copy(transfer) => self.transfer("COPY", transfer)?,
            Instruction::Add(transfer) => self.transfer("ADD", transfer)?,
            Instruction::Workdir(_) => {
                let created_by = self.state.apply(self.scope, &statement.instruction)?;
                let directory = self.state.working_dir().to_owned();
                if directory == "/" {
                    self.state.config.history.push(history::entry(created_by, false));
                    return Ok(());
                }
                (OperationKind::MakeDirectory(directory), created_by)
            }
            other => {
                let created_by = self.state.apply(self.scope, other)?;
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

    fn transfer(&self, name: &'static str, transfer: &Transfer) -> Result<(OperationKind, String), BuildError> {
        let operation =
            expand_transfer(&self.state, self.scope, name, transfer, self.graph.copy_origin(self.number, transfer)?)?;
        let mut words = vec![name.to_owned()];
        words.extend(operation.owner.iter().map(|owner| format!("--chown={owner}")));
        words.extend(operation.mode.iter().map(|mode| format!("--chmod={mode}")));
        words.extend(operation.sources.iter().cloned());
        words.extend(operation.inline.iter().map(|(name, _)| name.clone()));
        words.push(operation.destination.clone());
        let text = format!("{} # buildkit", words.join(" "));
        Ok((OperationKind::Transfer(operation), text))
    }
}
