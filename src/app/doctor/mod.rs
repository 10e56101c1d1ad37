//! `diagnostic`: what this machine allows, by running a container; with `--réparer`, what dead processes left is put right first.

mod repair;

use std::io::{self, Write};
use std::process::ExitCode;

use repair::Repaired;

use super::command::AnswerFormat;
use super::host_hand::HostShell;
use super::lessons::fresh_roots;
use super::namespace;
use super::problem::{Trouble, say_obstacle};
use super::program::Program;
use crate::course::model::Line;
use crate::engine::launch::Tier;
use crate::engine::rootfs::StorageDriver;
use crate::i18n::Arguments;
use crate::render::course::{Note, render_markdown, render_note};
use crate::trainer::Workbench;

/// What was found.
struct Findings {
    kernel: String,
    tier: Result<Tier, String>,
    /// What was put right, when that was asked.
    repaired: Option<Repaired>,
    /// How containers of the learner's own state root get their files; `None` when it cannot be opened.
    storage: Option<StorageDriver>,
    /// What the trial container said when it failed.
    container: Result<(), String>,
}

/// Puts right when asked, looks, tries, tells. The exit code says whether containers can be run.
///
/// # Errors
/// When the answer cannot be written.
pub fn run(program: &Program, repair: bool) -> Result<ExitCode, Trouble> {
    let findings = look_around(program, repair);
    let ready = findings.container.is_ok();
    let text = match program.format {
        AnswerFormat::Json => format!("{:#}\n", in_json(program, &findings)),
        AnswerFormat::Text => in_words(program, &findings),
    };
    io::stdout().lock().write_all(text.as_bytes()).map_err(Trouble::Terminal)?;
    Ok(if ready { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn look_around(program: &Program, repair: bool) -> Findings {
    let kernel = rustix::system::uname().release().to_string_lossy().into_owned();
    let entered = namespace::enter(&program.state_root);
    let tier = entered.map_err(|error| say_obstacle(&program.texts, error, &program.executable));
    let repaired = tier.as_ref().ok().filter(|_| repair).map(|tier| Repaired::now(program, *tier));
    let container = match &tier {
        Ok(tier) => try_container(program, *tier),
        Err(obstacle) => Err(obstacle.clone()),
    };
    let opened = tier.as_ref().ok().and_then(|tier| program.open_engine(*tier).ok());
    let storage = opened.and_then(|engine| engine.storage_driver().ok());
    Findings { kernel, tier, repaired, storage, container }
}

/// A whole `docker run` in a state root of its own.
fn try_container(program: &Program, tier: Tier) -> Result<(), String> {
    let mut roots = fresh_roots(program, tier);
    let mut sandbox = roots.fresh().map_err(|error| error.to_string())?;
    let line = Line::Plain("docker run --rm alpine true".to_owned());
    let outcome = sandbox.run(&line).map_err(|error| error.to_string())?;
    if outcome.exit_code == 0 { Ok(()) } else { Err(String::from_utf8_lossy(&outcome.output).trim().to_owned()) }
}

fn in_words(program: &Program, findings: &Findings) -> String {
    let texts = &program.texts;
    let look = program.look(&io::stdout());
    let say = |id: &str, name: &'static str, value: String| texts.with(id, &Arguments::new().text(name, value));
    let shell = HostShell::find(&program.environment.path).display().to_string();
    let mut lines = vec![
        say("diagnostic-state-root", "path", program.state_root.display().to_string()),
        say("diagnostic-kernel", "release", findings.kernel.clone()),
        say("diagnostic-shell", "program", shell),
    ];
    if let Ok(tier) = findings.tier {
        lines.push(texts.text(tier_id(tier)));
    }
    if let Some(driver) = &findings.storage {
        lines.push(texts.text(match driver {
            StorageDriver::Overlay => "diagnostic-storage-overlay",
            StorageDriver::Copy { .. } => "diagnostic-storage-copy",
        }));
    }
    let title = say("diagnostic-title", "version", env!("CARGO_PKG_VERSION").to_owned());
    let list: Vec<String> = lines.iter().map(|line| format!("- {line}")).collect();
    let mut out = render_markdown(&format!("{title}\n\n{}", list.join("\n")), look);
    if let Some(repaired) = &findings.repaired {
        out.push_str(&repaired.in_words(texts, look));
    }
    for missing in missing(program, findings) {
        out.push_str(&render_note(look, Note::Information, &missing));
    }
    match (&findings.tier, &findings.container) {
        (_, Ok(())) => {
            out.push_str(&render_note(look, Note::Success, &texts.text("diagnostic-container-ok")));
            out.push_str(&render_note(look, Note::Success, &texts.text("diagnostic-ready")));
        }
        (Err(obstacle), _) => out.push_str(&format!("\n{obstacle}\n")),
        (Ok(_), Err(reason)) => {
            out.push_str(&render_note(
                look,
                Note::Error,
                &say("diagnostic-container-failed", "reason", reason.clone()),
            ));
        }
    }
    if findings.container.is_err() {
        out.push_str(&render_note(look, Note::Error, &texts.text("diagnostic-not-ready")));
    }
    out
}

/// What containers do without here, each with its remedy.
fn missing(program: &Program, findings: &Findings) -> Vec<String> {
    let mut missing = Vec::new();
    if matches!(findings.tier, Ok(Tier::SingleId)) {
        let named = program.environment.variables.iter().find(|(name, _)| name == "USER");
        // Without a name, the reader's shell finds it.
        let user = named.map_or_else(|| "$(id -un)".to_owned(), |(_, user)| user.to_string_lossy().into_owned());
        missing.push(program.texts.with("diagnostic-subordinate-missing", &Arguments::new().text("user", user)));
    }
    if let Some(StorageDriver::Copy { reason }) = &findings.storage {
        missing.push(program.texts.with("diagnostic-overlay-missing", &Arguments::new().text("reason", reason)));
    }
    missing
}

fn in_json(program: &Program, findings: &Findings) -> serde_json::Value {
    let mut answer = serde_json::json!({
        "version": env!("CARGO_PKG_VERSION"),
        "state_root": program.state_root,
        "kernel": findings.kernel,
        "shell": HostShell::find(&program.environment.path),
        "tier": findings.tier.as_ref().ok().map(|tier| match tier {
            Tier::Root => "root",
            Tier::SubordinateIds => "subordinate-ids",
            Tier::SingleId => "single-id",
        }),
        "storage": findings.storage,
        "missing": missing(program, findings),
        "ready": findings.container.is_ok(),
        "reason": findings.container.as_ref().err(),
    });
    if let Some(repaired) = &findings.repaired {
        answer["repaired"] = serde_json::json!(repaired);
    }
    answer
}

fn tier_id(tier: Tier) -> &'static str {
    match tier {
        Tier::Root => "diagnostic-tier-root",
        Tier::SubordinateIds => "diagnostic-tier-subordinate",
        Tier::SingleId => "diagnostic-tier-single",
    }
}
