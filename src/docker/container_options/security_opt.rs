//! `--security-opt`: what the client itself looks at. Source: docker/cli `opts.go`.

use crate::docker::context::World;
use crate::docker::failure::Failure;
use crate::docker::go_error;

const OPEN_PATHS: &str = "systempaths=unconfined";
const SECCOMP: &str = "seccomp";

/// Refuses an option without a value.
///
/// # Errors
/// The client's sentence.
pub(super) fn check(options: Vec<String>) -> Result<Vec<String>, Failure> {
    for option in &options {
        if option.split('=').next() == Some("no-new-privileges") {
            continue;
        }
        let value = option.split_once('=').or_else(|| option.split_once(':')).map(|(_, value)| value);
        if value.is_none_or(str::is_empty) {
            return Err(Failure::client(format!("Invalid --security-opt: \"{option}\"")));
        }
    }
    Ok(options)
}

/// The options as the engine takes them (a seccomp profile is sent as its content), and whether the system's paths are
/// left open, which is no option for the engine.
///
/// # Errors
/// A profile that cannot be read or is no JSON.
pub(super) fn resolve(world: &World, options: &[String]) -> Result<(Vec<String>, bool), Failure> {
    let open = options.iter().any(|option| option == OPEN_PATHS);
    let kept = options.iter().filter(|option| *option != OPEN_PATHS);
    let resolved = kept.map(|option| match option.split_once('=').or_else(|| option.split_once(':')) {
        Some((SECCOMP, profile)) if !matches!(profile, "builtin" | "unconfined") => {
            profile_text(world, profile).map(|text| format!("{SECCOMP}={text}"))
        }
        _ => Ok(option.clone()),
    });
    Ok((resolved.collect::<Result<_, _>>()?, open))
}

fn profile_text(world: &World, typed: &str) -> Result<String, Failure> {
    let failed = |what: &str, why: String| Failure::client(format!("{what} seccomp profile ({typed}) failed: {why}"));
    let bytes = std::fs::read(world.path(typed))
        .map_err(|error| failed("opening", format!("open {typed}: {}", go_error(&error))))?;
    let profile: serde_json::Value =
        serde_json::from_slice(&bytes).map_err(|error| failed("compacting json for", error.to_string()))?;
    Ok(profile.to_string())
}
