//! `diagnostic --réparer`: the engine's repairs, those of the course around it, and how both are told.

use serde::Serialize;

use crate::app::host_hand::ShellDirectory;
use crate::app::lessons::sweep_trials;
use crate::app::program::Program;
use crate::engine::Engine;
use crate::engine::launch::Tier;
use crate::engine::repair::{Repair, RepairFailure};
use crate::i18n::{Arguments, Texts};
use crate::render::course::{Note, render_markdown, render_note};
use crate::render::terminal::Look;

/// What was put right.
#[derive(Debug, Serialize)]
pub(super) struct Repaired {
    engine: Vec<Repair>,
    /// Directories of trials that were killed.
    trials: usize,
    /// Directories of shells that were killed.
    shells: usize,
    failed: Vec<RepairFailure>,
}

impl Repaired {
    /// Puts right what there is.
    pub(super) fn now(program: &Program, tier: Tier) -> Self {
        let trials = sweep_trials(program, tier);
        let shells = ShellDirectory::sweep(&program.state_root);
        match Engine::open_and_repair(program.engine_options(tier)) {
            Ok((_, report)) => Self { engine: report.done, trials, shells, failed: report.failed },
            Err(error) => {
                let what = program.state_root.display().to_string();
                let failed = vec![RepairFailure { what, reason: error.to_string() }];
                Self { engine: Vec::new(), trials, shells, failed }
            }
        }
    }

    /// In the course's voice: a list, or that there was nothing.
    pub(super) fn in_words(&self, texts: &Texts, look: Look) -> String {
        let mut lines: Vec<String> = self.engine.iter().map(|repair| said(texts, repair)).collect();
        for (id, count) in [("repair-trials", self.trials), ("repair-shells", self.shells)] {
            if count > 0 {
                lines.push(texts.with(id, &counted(count)));
            }
        }
        let mut out = String::new();
        if !lines.is_empty() {
            let list: Vec<String> = lines.iter().map(|line| format!("- {line}")).collect();
            out.push_str(&render_markdown(&list.join("\n"), look));
        } else if self.failed.is_empty() {
            out.push_str(&render_note(look, Note::Success, &texts.text("repair-nothing")));
        }
        for failure in &self.failed {
            let arguments = Arguments::new().text("what", failure.what.clone()).text("reason", failure.reason.clone());
            out.push_str(&render_note(look, Note::Error, &texts.with("repair-failed", &arguments)));
        }
        out
    }
}

fn said(texts: &Texts, repair: &Repair) -> String {
    let text = |name, value: &str| Arguments::new().text(name, value);
    match repair {
        Repair::Process { name, pid } => texts.with("repair-process", &text("name", name).text("pid", pid.to_string())),
        Repair::Orphan { container } => texts.with("repair-orphan", &text("container", container)),
        Repair::Status { container } => texts.with("repair-status", &text("container", container)),
        Repair::Removed { container } => texts.with("repair-removed", &text("container", container)),
        Repair::BuildSteps { count } => texts.with("repair-build-steps", &counted(*count)),
        Repair::Name { name } => texts.with("repair-name", &text("name", name)),
        Repair::Staged { count } => texts.with("repair-staged", &counted(*count)),
        Repair::Scraps { count } => texts.with("repair-scraps", &counted(*count)),
        Repair::Mount { path } => texts.with("repair-mount", &text("path", &path.display().to_string())),
        Repair::Group { container } => texts.with("repair-group", &text("container", container)),
        Repair::Device { name } => texts.with("repair-device", &text("name", name)),
        Repair::Forwarding => texts.text("repair-forwarding"),
    }
}

fn counted(count: usize) -> Arguments {
    Arguments::new().number("count", i64::try_from(count).unwrap_or(i64::MAX))
}
