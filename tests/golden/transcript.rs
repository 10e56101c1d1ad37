//! A command, what it was given, what it printed, how it ended.

use std::fs;
use std::path::Path;

use super::screen;

/// One transcript.
#[derive(Debug, Default)]
pub struct Transcript {
    /// A line for `bash`.
    pub command: String,
    /// What it reads.
    pub stdin: String,
    /// What it printed.
    pub stdout: String,
    /// What it complained.
    pub stderr: String,
    /// The exit code, as written; `TIMEOUT` when it had to be ended.
    pub exit: String,
    /// What was pressed, one after the other, on a terminal: then everything it printed is in `stdout`.
    pub keys: Option<Vec<Vec<u8>>>,
}

impl Transcript {
    /// Reads `$ command`, `--- stdin`, `--- stdout`, `--- stderr`, `exit=N`; on a terminal `--- keys [b'…']`, `--- tty`.
    pub fn read(path: &Path) -> Self {
        let bytes = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let text = String::from_utf8_lossy(&bytes);
        let mut transcript = Self::default();
        let mut section = "";
        for line in text.split_inclusive('\n') {
            let bare = line.trim_end_matches('\n');
            if section.is_empty() && transcript.command.is_empty() {
                bare.strip_prefix("$ ").expect("a command first").clone_into(&mut transcript.command);
            } else if let Some(keys) = bare.strip_prefix("--- keys ") {
                transcript.keys = Some(pressed(keys));
            } else if let Some(heading) = bare.strip_prefix("--- ") {
                section = match heading.split(' ').next() {
                    Some("tty") => "tty",
                    Some("stdin") => "stdin",
                    Some("stdout") => "stdout",
                    Some("stderr") => "stderr",
                    // Part of what was printed.
                    _ => section,
                };
            } else if let Some(exit) = bare.strip_prefix("exit=").filter(|_| matches!(section, "stderr" | "tty")) {
                exit.clone_into(&mut transcript.exit);
            } else {
                match section {
                    "stdin" => transcript.stdin.push_str(line),
                    "stdout" | "tty" => transcript.stdout.push_str(line),
                    _ => transcript.stderr.push_str(line),
                }
            }
        }
        if section == "tty" {
            transcript.keys.get_or_insert_default();
            transcript.stdout = screen::shown(&transcript.stdout);
        }
        transcript
    }
}

/// `[b'echo hi\n', b'\x10']`: the only escapes there are.
fn pressed(list: &str) -> Vec<Vec<u8>> {
    let each = list.trim_matches(['[', ']']).split(", ").filter_map(|one| one.strip_prefix("b'")?.strip_suffix('\''));
    each.map(|text| {
        let mut bytes = Vec::new();
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let length = if let Some(hexadecimal) = rest.strip_prefix("\\x") {
                bytes.push(u8::from_str_radix(&hexadecimal[..2], 16).expect("two digits"));
                4
            } else if rest.starts_with("\\n") {
                bytes.push(b'\n');
                2
            } else {
                bytes.extend_from_slice(first.to_string().as_bytes());
                first.len_utf8()
            };
            rest = &rest[length..];
        }
        bytes
    })
    .collect()
}
