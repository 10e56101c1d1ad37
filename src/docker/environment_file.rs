//! `--env-file` and `--label-file`: one `NAME=value` or `NAME` a line. Source: docker/cli `pkg/kvfile`.

use super::context::World;
use super::failure::Failure;

const BYTE_ORDER_MARK: char = '\u{feff}';

/// The lines of a file; a name without value takes the client's, or is left out.
///
/// # Errors
/// The client's sentence: no such file, bytes that are no text, no name or a name with white space in it.
pub fn read(world: &World, typed: &str) -> Result<Vec<String>, Failure> {
    let invalid = |reason: String| Failure::client(format!("invalid env file ({typed}): {reason}"));
    let bytes = std::fs::read(world.path(typed)).map_err(|error| match error.kind() {
        std::io::ErrorKind::IsADirectory => invalid(format!("read {typed}: {}", crate::docker::go_error(&error))),
        _ => Failure::client(format!("open {typed}: {}", crate::docker::go_error(&error))),
    })?;
    entries(world, &bytes).map_err(invalid)
}

fn entries(world: &World, bytes: &[u8]) -> Result<Vec<String>, String> {
    let mut entries = Vec::new();
    for (number, line) in bytes.split(|byte| *byte == b'\n').enumerate() {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let text = std::str::from_utf8(line).map_err(|_| {
            let numbers: Vec<String> = line.iter().map(u8::to_string).collect();
            format!("invalid utf8 bytes at line {}: [{}]", number + 1, numbers.join(" "))
        })?;
        let text = if number == 0 { text.strip_prefix(BYTE_ORDER_MARK).unwrap_or(text) } else { text };
        let text = text.trim_start();
        if text.is_empty() || text.starts_with('#') {
            continue;
        }
        let (name, value) = text.split_once('=').map_or((text, None), |(name, value)| (name, Some(value)));
        if name.is_empty() {
            return Err(format!("no variable name on line '{text}'"));
        }
        if name.contains([' ', '\t']) {
            return Err(format!("variable '{name}' contains whitespaces"));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_as_docker_reads_them() {
        let world = World { variables: vec![("HERE".to_owned(), "yes".to_owned())], ..World::default() };
        let read = |bytes: &[u8]| entries(&world, bytes);
        let whole = "\u{feff}A=1\r\n\n# no\n  B=2 # kept\nHERE\nABSENT\nC=".as_bytes();
        assert_eq!(read(whole).unwrap(), ["A=1", "B=2 # kept", "HERE=yes", "C="]);
        assert_eq!(read(b"A=1\nB=\xff").unwrap_err(), "invalid utf8 bytes at line 2: [66 61 255]");
        assert_eq!(read(b"=1").unwrap_err(), "no variable name on line '=1'");
        for typed in [&b"A =1"[..], b"A ", b"A\tB"] {
            assert!(read(typed).unwrap_err().ends_with("contains whitespaces"));
        }
    }
}
