//! What the failure of a build means, by its kind, and what to do.

use crate::engine::build::{BuildError, BuildFailure};
use crate::verify::Message;

/// One sentence; `None` where the builder's own words are enough.
pub fn meaning(failure: &BuildFailure) -> Option<Message> {
    let named = |id, name: &str| Some(Message::new(id).text("name", name));
    match &*failure.error {
        BuildError::RunFailed { command, exit_code } => Some(run(command, *exit_code)),
        BuildError::SourceNotFound { path, .. } => {
            let outside = path.trim_start_matches('/').starts_with("..");
            let id = if outside { "failure-build-source-outside" } else { "failure-build-source-missing" };
            Some(Message::new(id).text("path", path.trim_start_matches('/')))
        }
        BuildError::NoDockerfile { name } => named("failure-build-no-dockerfile", name),
        BuildError::Empty => Some(Message::new("failure-build-empty")),
        BuildError::NoStage => Some(Message::new("failure-build-no-from")),
        BuildError::Syntax(_) | BuildError::Parse { .. } => Some(Message::new("failure-build-syntax")),
        BuildError::NoTarget(name) => named("failure-build-no-target", name),
        BuildError::Pull { name, .. } => named("failure-build-no-base", name),
        BuildError::Circular(name) => named("failure-build-circular", name),
        BuildError::Expansion(_) => Some(Message::new("failure-build-variable")),
        BuildError::NoSecret(name) => named("failure-build-no-secret", name),
        BuildError::Download { url, .. } => Some(Message::new("failure-build-download").text("url", url)),
        BuildError::ChecksumMismatch { .. } => Some(Message::new("failure-build-checksum")),
        BuildError::Lint(_) => Some(Message::new("failure-build-lint")),
        _ => None,
    }
}

fn run(command: &str, code: i32) -> Message {
    match code {
        126 => Message::new("failure-build-not-executable").text("command", command),
        127 => Message::new("failure-build-command-not-found").text("command", command),
        129..=192 => Message::new("failure-build-killed").number("signal", i64::from(code - 128)),
        _ => Message::new("failure-build-run").number("code", i64::from(code)),
    }
}
