//! Which stages a build needs, and what each stands on: [`StageGraph`].

use super::BuildError;
use super::state::BuildScope;
use super::syntax::{Dockerfile, Expander, Instruction, Span, Stage, Statement, Transfer};
use crate::engine::oci::{Platform, Reference};

/// Where something is copied from, or what a stage stands on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Origin {
    /// Nothing.
    Scratch,
    /// An earlier stage, by number from 0.
    Stage(usize),
    /// An image: as written, and whole.
    Image(String, Reference),
}

/// The stages of a Dockerfile, their bases resolved.
#[derive(Debug)]
pub(super) struct StageGraph<'a> {
    pub(super) dockerfile: &'a Dockerfile,
    /// Of each stage.
    pub(super) bases: Vec<Origin>,
    /// The stage that is wanted.
    pub(super) target: usize,
}

/// A failure and the lines at fault.
pub(super) type Located<T> = Result<T, (BuildError, Option<Span>)>;

impl<'a> StageGraph<'a> {
    /// Resolves the bases and finds the target.
    pub(super) fn make(dockerfile: &'a Dockerfile, scope: &BuildScope<'_>, target: Option<&str>) -> Located<Self> {
        let mut bases = Vec::with_capacity(dockerfile.stages.len());
        for (number, stage) in dockerfile.stages.iter().enumerate() {
            bases.push(base(dockerfile, number, stage, scope).map_err(|error| (error, Some(stage.span)))?);
        }
        let mut graph = Self { dockerfile, bases, target: dockerfile.stages.len() - 1 };
        if let Some(target) = target.filter(|target| !target.is_empty()) {
            let named = graph.stage_before(target, dockerfile.stages.len());
            let numbered = || target.parse().ok().filter(|number: &usize| *number < dockerfile.stages.len());
            graph.target = named.or_else(numbered).ok_or_else(|| (BuildError::NoTarget(target.to_owned()), None))?;
        }
        Ok(graph)
    }

    /// The numbers of the stages the target needs, in order, the target last.
    pub(super) fn needed(&self) -> Located<Vec<usize>> {
        let mut wanted = vec![false; self.dockerfile.stages.len()];
        wanted[self.target] = true;
        // What a stage needs comes before it: one pass from the end finds them all.
        for number in (0..=self.target).rev() {
            if !wanted[number] {
                continue;
            }
            if let Origin::Stage(base) = &self.bases[number] {
                wanted[*base] = true;
            }
            for (statement, transfer) in copies(&self.dockerfile.stages[number]) {
                let from = self.copy_origin(number, transfer).map_err(|error| (error, Some(statement.span)))?;
                if let Some(Origin::Stage(other)) = from {
                    wanted[other] = true;
                }
            }
        }
        Ok((0..=self.target).filter(|number| wanted[*number]).collect())
    }

    /// What `--from` means in this stage; nothing for the context.
    pub(super) fn copy_origin(&self, stage: usize, transfer: &Transfer) -> Result<Option<Origin>, BuildError> {
        let Some(from) = &transfer.from else { return Ok(None) };
        if let Some(named) = self.stage_before(from, stage) {
            return Ok(Some(Origin::Stage(named)));
        }
        if let Ok(number) = from.parse::<usize>() {
            let earlier = (number < stage).then_some(Origin::Stage(number));
            return earlier.map(Some).ok_or_else(|| BuildError::BadStageIndex(from.clone()));
        }
        if self.dockerfile.stages[stage].name.as_deref() == Some(&from.to_lowercase()) {
            return Err(BuildError::Circular(from.clone()));
        }
        let reference = from.parse().map_err(|source| BuildError::BadBase { name: from.clone(), source })?;
        Ok(Some(Origin::Image(from.clone(), reference)))
    }

    /// What titles call a stage.
    pub(super) fn shown_name(&self, number: usize) -> Option<String> {
        if self.dockerfile.stages.len() == 1 {
            return None;
        }
        Some(self.dockerfile.stages[number].name.clone().unwrap_or_else(|| format!("stage-{number}")))
    }

    fn stage_before(&self, name: &str, limit: usize) -> Option<usize> {
        named_before(self.dockerfile, name, limit)
    }
}

/// The COPY instructions of a stage that name a source of their own.
pub(super) fn copies(stage: &Stage) -> impl Iterator<Item = (&Statement, &Transfer)> {
    stage.statements.iter().filter_map(|statement| match &statement.instruction {
        Instruction::Copy(transfer) if transfer.from.is_some() => Some((statement, transfer)),
        _ => None,
    })
}

fn named_before(dockerfile: &Dockerfile, name: &str, limit: usize) -> Option<usize> {
    let lower = name.to_lowercase();
    (0..limit).rev().find(|number| dockerfile.stages[*number].name.as_deref() == Some(&lower))
}

fn base(dockerfile: &Dockerfile, number: usize, stage: &Stage, scope: &BuildScope<'_>) -> Result<Origin, BuildError> {
    let expand = |word: &str| {
        Expander::for_words(scope.escape).expand(word, &|name| scope.global(name)).map(|expanded| expanded.text)
    };
    let name = expand(&stage.base)?;
    if name.is_empty() {
        return Err(BuildError::BlankBase(stage.base.clone()));
    }
    if let Some(platform) = &stage.platform {
        let platform = expand(platform)?;
        let host = Platform::host().to_string();
        if !platform.is_empty() && platform != host && !host.starts_with(&format!("{platform}/")) {
            return Err(BuildError::Unsupported(format!("FROM --platform={platform}")));
        }
    }
    if let Some(earlier) = named_before(dockerfile, &name, number) {
        return Ok(Origin::Stage(earlier));
    }
    if name == "scratch" {
        return Ok(Origin::Scratch);
    }
    let reference = name.parse().map_err(|source| BuildError::BadBase { name: name.clone(), source })?;
    Ok(Origin::Image(name, reference))
}
