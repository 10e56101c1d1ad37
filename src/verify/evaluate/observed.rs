//! Logs, processes, and commands run since the step began.

use super::{Evaluation, Unreadable, hold_or, unbound, unmet};
use crate::verify::check::{FlagValue, LogsCheck, ProcessCheck, RanCheck};
use crate::verify::facts::CommandFact;
use crate::verify::world::cannot;
use crate::verify::{Binding, Bindings, Message, World};

pub(super) fn expected_logs(check: &LogsCheck, world: &World<'_>, bindings: &Bindings) -> Message {
    let name = world.said(check.container.as_str(), bindings);
    Message::new("expected-logs").text("name", name).text("text", check.contains.as_slice().join(", "))
}

pub(super) fn expected_process(check: &ProcessCheck, world: &World<'_>, bindings: &Bindings) -> Message {
    let name = world.said(check.container.as_str(), bindings);
    Message::new("expected-process").text("name", name).text("command", &check.command)
}

pub(super) fn expected_ran(check: &RanCheck) -> Message {
    Message::new("expected-ran").text("command", spelled(check))
}

pub(super) fn logs(
    check: &LogsCheck,
    world: &World<'_>,
    bindings: &Bindings,
    expected: Message,
) -> Result<Evaluation, Unreadable> {
    let texts = check.contains.as_slice();
    let name = world.said(check.container.as_str(), bindings);
    let said = |id, text: &str| Message::new(id).text("name", &name).text("text", text);
    let Some(container) = bound(check.container.as_str(), world, bindings)? else {
        return Ok(unbound(expected, check.container.as_str()));
    };
    let bytes = world.facts.logs(&container).map_err(|error| cannot(&error))?;
    let written = String::from_utf8_lossy(&bytes);
    Ok(match texts.iter().find(|text| !written.contains(text.as_str())) {
        None => Evaluation::Holds,
        Some(text) => {
            let observed = if written.is_empty() { "observed-no-logs" } else { "observed-logs" };
            unmet(expected, said(observed, text), said("next-logs", text))
        }
    })
}

pub(super) fn process(
    check: &ProcessCheck,
    world: &World<'_>,
    bindings: &Bindings,
    expected: Message,
) -> Result<Evaluation, Unreadable> {
    let name = world.said(check.container.as_str(), bindings);
    let said = |id| Message::new(id).text("name", &name).text("command", &check.command);
    let Some(container) = bound(check.container.as_str(), world, bindings)? else {
        return Ok(unbound(expected, check.container.as_str()));
    };
    let processes = world.facts.processes(&container).map_err(|error| cannot(&error))?;
    let holds = processes
        .iter()
        .any(|process| process.command.contains(&check.command) && check.pid.is_none_or(|pid| pid == process.pid));
    let shown: Vec<String> = processes.iter().take(5).map(|process| process.command.clone()).collect();
    let observed = if shown.is_empty() {
        said("observed-no-process")
    } else {
        Message::new("observed-processes").text("commands", shown.join(", "))
    };
    Ok(hold_or(holds, expected, observed, said("next-process")))
}

pub(super) fn ran(
    check: &RanCheck,
    world: &World<'_>,
    bindings: &Bindings,
    expected: Message,
) -> Result<Evaluation, Unreadable> {
    let said = |id| Message::new(id).text("command", spelled(check));
    let target = match &check.target {
        None => None,
        Some(name) => match bindings.get(name.as_str()) {
            Some(binding) => Some(binding),
            None => return Ok(unbound(expected, name.as_str())),
        },
    };
    let mut same_verb = None;
    let since = world.commands()?.iter().filter(|command| command.time >= world.began);
    for command in since.filter(|command| command.command == check.command) {
        let flags = check.flags.iter().all(|(name, value)| has_flag(command, name, value));
        let about = match target {
            Some(binding) => is_about(command, binding, world)?,
            None => true,
        };
        let ended = command.exit_code == check.exit_code.unwrap_or(0);
        if flags && about && ended {
            return Ok(Evaluation::Holds);
        }
        same_verb = Some(if !ended {
            Message::new("observed-ran-failed").text("code", command.exit_code.to_string())
        } else if !flags {
            said("observed-ran-flags")
        } else {
            said("observed-ran-other")
        });
    }
    let observed = same_verb.unwrap_or_else(|| said("observed-not-ran"));
    Ok(unmet(expected, observed, said("next-ran")))
}

/// The id of the container bound under `name`, while it exists.
fn bound(name: &str, world: &World<'_>, bindings: &Bindings) -> Result<Option<String>, Unreadable> {
    let Some(id) = bindings.container(name) else { return Ok(None) };
    Ok(world.container(id)?.map(|container| container.id.clone()))
}

fn has_flag(command: &CommandFact, name: &str, wanted: &FlagValue) -> bool {
    let found = command.flags.get(name).map(String::as_str);
    match wanted {
        FlagValue::Switch(wanted) => found.is_some_and(|value| value != "false") == *wanted,
        FlagValue::Number(wanted) => found.and_then(|value| value.parse().ok()) == Some(*wanted),
        FlagValue::Text(wanted) => found == Some(wanted),
    }
}

/// Whether an argument of the command names what is bound: by id, by the head of its id, or by name.
fn is_about(command: &CommandFact, binding: &Binding, world: &World<'_>) -> Result<bool, Unreadable> {
    let id = binding.id();
    let digits = id.rsplit(':').next().unwrap_or(id);
    let mut names = Vec::new();
    match binding {
        Binding::Container(id) => names.extend(world.container(id)?.map(|container| container.name.clone())),
        Binding::Image(id) => {
            let image = world.images()?.iter().find(|image| image.id == *id);
            names.extend(image.into_iter().flat_map(|image| image.tags.clone()));
        }
    }
    Ok(command.arguments.iter().any(|argument| {
        let plain = argument.trim_start_matches('/');
        let by_id = !plain.is_empty() && (digits.starts_with(plain) || id == plain);
        by_id || names.iter().any(|name| name == plain || *name == format!("{plain}:latest"))
    }))
}

/// The command as a person would type it: `docker ps --all`. The short verb is the one learners know.
fn spelled(check: &RanCheck) -> String {
    let verb = match check.command.as_str() {
        "container ls" => "ps",
        "image ls" => "images",
        "image rm" => "rmi",
        "container inspect" | "image inspect" => "inspect",
        other => {
            let (room, verb) = other.split_once(' ').unwrap_or(("", other));
            if ["container", "image"].contains(&room) { verb } else { other }
        }
    };
    let flags = check.flags.iter().filter_map(|(name, value)| match value {
        FlagValue::Switch(true) => Some(format!(" --{name}")),
        FlagValue::Switch(false) => None,
        FlagValue::Number(value) => Some(format!(" --{name} {value}")),
        FlagValue::Text(value) => Some(format!(" --{name} {value}")),
    });
    format!("docker {verb}{}", flags.collect::<String>())
}
