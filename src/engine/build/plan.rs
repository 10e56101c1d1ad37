//! Which stages a build needs, and what each stands on: [`StageGraph`].

use std::cell::RefCell;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap};

use super::BuildError;
use super::lint::LintRule;
use super::platform::{self, PlatformError};
use super::request::{BuildFrontend, NamedContext};
use super::scope::BuildScope;
use super::syntax::{Dockerfile, Expander, Instruction, RunMount, Span, Stage, Transfer, quote};
use crate::engine::oci::Reference;

/// Where something is copied from, or what a stage stands on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Origin {
    /// Nothing.
    Scratch,
    /// A stage, by number from 0. BuildKit takes files from later ones too.
    Stage(usize),
    /// An image: as written, and whole.
    Image(String, Reference),
    /// A directory of the host the client gave a name, by number.
    Directory(usize),
}

/// The stages of a Dockerfile, their bases resolved.
#[derive(Debug)]
pub(super) struct StageGraph<'a> {
    pub(super) dockerfile: &'a Dockerfile,
    /// Of each stage.
    pub(super) bases: Vec<Origin>,
    /// The stage that is wanted.
    pub(super) target: usize,
    /// Names the client gave to contexts.
    named: &'a [(String, NamedContext)],
    frontend: BuildFrontend,
}

/// A failure and the lines at fault.
pub(super) type Located<T> = Result<T, (BuildError, Option<Span>)>;

impl<'a> StageGraph<'a> {
    /// Resolves the bases and finds the target.
    pub(super) fn make(dockerfile: &'a Dockerfile, scope: &BuildScope<'a>, target: Option<&str>) -> Located<Self> {
        let mut bases = Vec::with_capacity(dockerfile.stages.len());
        for (number, stage) in dockerfile.stages.iter().enumerate() {
            bases.push(base(dockerfile, number, stage, scope).map_err(|error| (error, Some(stage.span)))?);
        }
        let target = target_number(dockerfile, target).map_err(|error| (error, None))?;
        Ok(Self { dockerfile, bases, target, named: scope.named, frontend: scope.frontend })
    }

    /// The numbers of the stages the target needs, each after those it needs itself, the target last.
    pub(super) fn needed(&self) -> Located<Vec<usize>> {
        let mut needs: BTreeMap<usize, Vec<(Span, usize)>> = BTreeMap::new();
        let mut left = vec![self.target];
        while let Some(number) = left.pop() {
            if needs.contains_key(&number) {
                continue;
            }
            let stage = &self.dockerfile.stages[number];
            let mut others = Vec::new();
            if let Origin::Stage(base) = &self.bases[number] {
                others.push((stage.span, *base));
            }
            for (span, from) in sources(stage) {
                if let Origin::Stage(other) = self.origin(number, &from).map_err(|error| (error, Some(span)))? {
                    others.push((span, other));
                }
            }
            left.extend(others.iter().map(|(_, other)| *other));
            needs.insert(number, others);
        }
        self.in_order(&needs)
    }

    /// Stages after those they need, otherwise as they are written.
    fn in_order(&self, needs: &BTreeMap<usize, Vec<(Span, usize)>>) -> Located<Vec<usize>> {
        let mut waiting: BTreeMap<usize, usize> =
            needs.iter().map(|(number, others)| (*number, others.len())).collect();
        let mut needed_by: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (number, others) in needs {
            for (_, other) in others {
                needed_by.entry(*other).or_default().push(*number);
            }
        }
        let mut ready: BinaryHeap<Reverse<usize>> =
            waiting.iter().filter(|(_, count)| **count == 0).map(|(number, _)| Reverse(*number)).collect();
        let mut ordered = Vec::with_capacity(needs.len());
        while let Some(Reverse(number)) = ready.pop() {
            waiting.remove(&number);
            ordered.push(number);
            for other in needed_by.remove(&number).unwrap_or_default() {
                if let Some(count) = waiting.get_mut(&other) {
                    *count -= 1;
                    if *count == 0 {
                        ready.push(Reverse(other));
                    }
                }
            }
        }
        match waiting.keys().next() {
            None => Ok(ordered),
            Some(number) => {
                let endless = needs[number].iter().find(|(_, other)| waiting.contains_key(other));
                Err((self.circular(*number), endless.map(|(span, _)| *span)))
            }
        }
    }

    fn circular(&self, number: usize) -> BuildError {
        let name = self.dockerfile.stages[number].name.clone();
        BuildError::Circular(name.unwrap_or_else(|| format!("stage-{number}")))
    }

    /// What `--from` means in this stage; nothing for the context.
    pub(super) fn copy_origin(&self, stage: usize, transfer: &Transfer) -> Result<Option<Origin>, BuildError> {
        transfer.from.as_ref().map(|from| self.origin(stage, from)).transpose()
    }

    /// What a name of a source means in this stage.
    pub(super) fn origin(&self, stage: usize, from: &str) -> Result<Origin, BuildError> {
        let limit = match self.frontend {
            BuildFrontend::BuildKit => self.dockerfile.stages.len(),
            BuildFrontend::Classic => stage,
        };
        if let Ok(number) = from.parse::<i64>() {
            let known = usize::try_from(number).ok().filter(|number| *number < limit);
            return known.map(Origin::Stage).ok_or_else(|| BuildError::BadStageIndex(from.to_owned()));
        }
        if let Some(named) = named_before(self.dockerfile, from, limit) {
            return Ok(Origin::Stage(named));
        }
        if from == "scratch" {
            return Ok(Origin::Scratch);
        }
        if let Some(named) = named_context(self.named, from) {
            return Ok(named);
        }
        let reference = from.parse().map_err(|source| BuildError::BadBase { name: from.to_owned(), source })?;
        Ok(Origin::Image(from.to_owned(), reference))
    }

    /// What titles call a stage.
    pub(super) fn shown_name(&self, number: usize) -> Option<String> {
        if self.dockerfile.stages.len() == 1 {
            return None;
        }
        Some(self.dockerfile.stages[number].name.clone().unwrap_or_else(|| format!("stage-{number}")))
    }
}

/// The stage `--target` names, or else the last.
pub(super) fn target_number(dockerfile: &Dockerfile, target: Option<&str>) -> Result<usize, BuildError> {
    let all = dockerfile.stages.len();
    match target.filter(|target| !target.is_empty()) {
        None => Ok(all.saturating_sub(1)),
        Some(target) => named_before(dockerfile, target, all).ok_or_else(|| BuildError::NoTarget(target.to_owned())),
    }
}

/// The sources a stage names beside the context and its base: of COPY, and of the mounts of RUN.
pub(super) fn sources(stage: &Stage) -> Vec<(Span, String)> {
    let mut sources = Vec::new();
    for statement in &stage.statements {
        match &statement.instruction {
            Instruction::Copy(transfer) => sources.extend(transfer.from.clone().map(|from| (statement.span, from))),
            Instruction::Run(run) => {
                sources.extend(
                    run.mounts.iter().filter_map(|mount| RunMount::from_of(mount)).map(|from| (statement.span, from)),
                );
            }
            _ => {}
        }
    }
    sources
}

/// What the client made a name stand for.
fn named_context(named: &[(String, NamedContext)], name: &str) -> Option<Origin> {
    let whole = |name: &str| name.parse::<Reference>().ok();
    let number = named
        .iter()
        .rposition(|(known, _)| known == name || (whole(known).is_some() && whole(known) == whole(name)))?;
    Some(match &named[number].1 {
        NamedContext::Directory(_) => Origin::Directory(number),
        NamedContext::Image(reference) => Origin::Image(reference.familiar(), reference.clone()),
    })
}

fn named_before(dockerfile: &Dockerfile, name: &str, limit: usize) -> Option<usize> {
    let lower = name.to_lowercase();
    (0..limit).rev().find(|number| dockerfile.stages[*number].name.as_deref() == Some(&lower))
}

/// Tells the build checks of a base that is no image unless an ARG is given.
fn default_base(stage: &Stage, scope: &BuildScope<'_>) {
    let default = |name: &str| {
        let known = scope.defaults.iter().rev().find(|(known, _)| known == name);
        known.and_then(|(_, value)| value.clone())
    };
    let Ok(name) = Expander::for_words(scope.escape).expand(&stage.base, &default) else { return };
    if name.text.parse::<Reference>().is_err() {
        let message = format!("Default value for ARG {} results in empty or invalid base image name", stage.base);
        scope.lints.found(LintRule::InvalidDefaultArgInFrom, message);
    }
}

/// Tells the build checks of a platform that is always the same, or the one it would be anyway.
fn platform_flag(stage: &Stage, scope: &BuildScope<'_>, platform: &str, found: &[String], missing: &[String]) {
    match (found, missing) {
        ([only], []) if only == "TARGETPLATFORM" && scope.global(only).as_deref() == Some(platform) => {
            let written = stage.platform.clone().unwrap_or_default();
            let message = format!(
                "Setting platform to predefined {written} in FROM is redundant as this is the default behavior"
            );
            scope.lints.found(LintRule::RedundantTargetPlatform, message);
        }
        ([], []) if !platform.is_empty() => {
            let named = |word: &str| stage.name.as_deref().is_some_and(|name| name.contains(word));
            if !platform.split('/').take(2).any(named) {
                let message = format!("FROM --platform flag should not use constant value {}", quote(platform));
                scope.lints.found(LintRule::FromPlatformFlagConstDisallowed, message);
            }
        }
        _ => {}
    }
}

fn base(dockerfile: &Dockerfile, number: usize, stage: &Stage, scope: &BuildScope<'_>) -> Result<Origin, BuildError> {
    scope.lints.enter(stage.span, &stage.comments);
    let expand = |word: &str| {
        let (found, missing) = (RefCell::new(Vec::new()), RefCell::new(Vec::new()));
        let expanded = Expander::for_words(scope.escape).expand(word, &|name| {
            let value = scope.global(name);
            let names = if value.is_some() { &found } else { &missing };
            names.borrow_mut().push(name.to_owned());
            value
        });
        let known: Vec<String> = scope.global.iter().map(|(name, _)| name.clone()).collect();
        scope.lints.undefined_in_from(&missing.borrow(), &known);
        expanded.map(|expanded| (expanded.text, found.into_inner(), missing.into_inner()))
    };
    let (name, ..) = expand(&stage.base)?;
    default_base(stage, scope);
    if name.is_empty() {
        return Err(BuildError::BlankBase(stage.base.clone()));
    }
    if let Some(platform) = &stage.platform {
        let (platform, found, missing) = expand(platform)?;
        platform_flag(stage, scope, &platform, &found, &missing);
        if !platform.is_empty() {
            platform::check(&platform).map_err(|wrong| match wrong {
                PlatformError::Malformed(message) => {
                    let platform = stage.platform.clone().unwrap_or_default();
                    BuildError::BadPlatform { platform, message }
                }
                PlatformError::Foreign => BuildError::Unsupported(format!("FROM --platform={platform}")),
            })?;
        }
    }
    if let Some(earlier) = named_before(dockerfile, &name, number) {
        return Ok(Origin::Stage(earlier));
    }
    if let Some(named) = named_context(scope.named, &name) {
        return Ok(named);
    }
    if name == "scratch" {
        return Ok(Origin::Scratch);
    }
    let reference = name.parse().map_err(|source| BuildError::BadBase { name: name.clone(), source })?;
    Ok(Origin::Image(name, reference))
}
