//! `--env-file` and `--label-file`: one `NAME=value` or `NAME` a line. Source: docker/cli `opts/file.go`.

use super::context::World;
use super::failure::Failure;

/// The lines of a file; a name without value takes the client's, or is left out.
///
/// # Errors
/// The client's sentence: no such file, or a name with white space in it.
pub fn read(world: &World, typed: &str) -> Result<Vec<String>, Failure> {
    let text = std::fs::read_to_string(world.path(typed))
        .map_err(|error| Failure::client(format!("open {typed}: {}", crate::docker::go_error(&error))))?;
    let mut entries = Vec::new();
    for line in text.lines() {
        let line = line.trim_start_matches([' ', '\t']);
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (name, value) = line.split_once('=').map_or((line.trim_end(), None), |(name, value)| (name, Some(value)));
        if name.is_empty() {
            return Err(Failure::client(format!("invalid env file ({typed}): no variable name on line '{line}'")));
        }
        if name.contains(char::is_whitespace) {
            return Err(Failure::client(format!("invalid env file ({typed}): variable '{name}' contains whitespaces")));
        }
        match value {
            Some(value) => entries.push(format!("{name}={value}")),
            None => entries.extend(world.variable(name).map(|value| format!("{name}={value}"))),
        }
    }
    Ok(entries)
}

/// `NAME=value` as typed; `NAME` takes the client's value, or stays bare (it then removes the image's).
pub fn resolve(world: &World, entries: &[String]) -> Vec<String> {
    let value_of = |entry: &String| match world.variable(entry) {
        Some(value) if !entry.contains('=') => format!("{entry}={value}"),
        _ => entry.clone(),
    };
    entries.iter().map(value_of).collect()
}
