//! RUN: a command in a real container on top of what has been built; what it changed is the new layer.
//!
//! `mounts` reads `--mount`, `prepare` makes what is to be mounted, `container` runs the command, `stubs` takes away the
//! places mounts were put on, `leftover` what killed builds left; `apt_sandbox` lets apt work where there is one id.

mod apt_sandbox;
mod cache_mount;
mod clamp;
mod container;
mod leftover;
mod mounts;
mod prepare;
mod script;
mod stubs;

use super::plan::StageGraph;
use super::scope::BuildScope;
use super::state::StageState;
use super::syntax::{RunCommand, RunNetwork};
use super::{BuildError, BuildFrontend};

pub(super) use cache_mount::{is_taken, open_lock, read_record};
pub(super) use container::StepSetting;
pub(super) use mounts::{PlannedMount, source_path};
pub(super) use prepare::MountFiles;

/// A RUN whose command is known word by word.
#[derive(Debug, Clone)]
pub(super) struct RunPlan {
    /// The command.
    pub(super) words: Vec<String>,
    /// `NAME=value`, ARGs and ENVs.
    pub(super) environment: Vec<String>,
    /// Passed in, and no part of what the result depends on.
    pub(super) proxies: Vec<String>,
    /// `NAME=value` of the ARGs in scope, for the history.
    pub(super) arguments: Vec<String>,
    pub(super) user: String,
    pub(super) working_dir: String,
    pub(super) network: RunNetwork,
    pub(super) mounts: Vec<PlannedMount>,
    /// A program to be put in the container: its place and its text.
    pub(super) program: Option<(String, String)>,
    /// The beginning of the here-document it is, for the title.
    pub(super) summary: Option<String>,
}

impl RunPlan {
    /// Decides what a RUN runs.
    pub(super) fn make(
        run: &RunCommand,
        state: &StageState,
        scope: &BuildScope<'_>,
        graph: &StageGraph<'_>,
        stage: usize,
    ) -> Result<Self, BuildError> {
        let mounts = mounts::plan(run, state, scope, graph, stage)?;
        let script::Script { command, program, summary } = script::of(run)?;
        let words = state.command(scope, &command);
        if words.is_empty() {
            let message = match scope.frontend {
                BuildFrontend::BuildKit => "failed to marshal LLB definition: arguments are required",
                BuildFrontend::Classic => "No command specified",
            };
            return Err(BuildError::Invalid(message.to_owned()));
        }
        let config = &state.config.config;
        let mut environment = config.env.clone();
        for (name, value) in &state.arguments {
            let known = environment.iter().any(|entry| entry.split('=').next() == Some(name));
            if let (Some(value), false) = (value, known) {
                environment.push(format!("{name}={value}"));
            }
        }
        let proxies = scope.proxies().into_iter().filter(|(name, _)| state.lookup(name).is_none());
        Ok(Self {
            words,
            environment,
            proxies: proxies.map(|(name, value)| format!("{name}={value}")).collect(),
            arguments: state.argument_list(scope.frontend),
            user: config.user.clone(),
            working_dir: state.working_dir(),
            network: run.network.unwrap_or(scope.network),
            mounts,
            program,
            summary,
        })
    }

    /// The command as messages show it.
    pub(super) fn shown(&self) -> String {
        self.words.join(" ")
    }

    /// The command as the history keeps it: ARGs first, counted.
    pub(super) fn recorded(&self) -> String {
        if self.arguments.is_empty() {
            return self.shown();
        }
        format!("|{} {} {}", self.arguments.len(), self.arguments.join(" "), self.shown())
    }
}
