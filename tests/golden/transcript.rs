//! A command, what it was given, what it printed, how it ended.

use std::fs;
use std::path::Path;

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
    /// The exit code, as written.
    pub exit: String,
}

impl Transcript {
    /// Reads `$ command`, `--- stdin`, `--- stdout`, `--- stderr`, `exit=N`.
    pub fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut transcript = Self::default();
        let mut section = "";
        for line in text.split_inclusive('\n') {
            let bare = line.trim_end_matches('\n');
            if section.is_empty() && transcript.command.is_empty() {
                bare.strip_prefix("$ ").expect("a command first").clone_into(&mut transcript.command);
            } else if let Some(heading) = bare.strip_prefix("--- ") {
                section = match heading.split(' ').next() {
                    Some("stdin") => "stdin",
                    Some("stdout") => "stdout",
                    Some("stderr") => "stderr",
                    // Part of what was printed.
                    _ => section,
                };
            } else if let Some(exit) = bare.strip_prefix("exit=").filter(|_| section == "stderr") {
                exit.clone_into(&mut transcript.exit);
            } else {
                match section {
                    "stdin" => transcript.stdin.push_str(line),
                    "stdout" => transcript.stdout.push_str(line),
                    _ => transcript.stderr.push_str(line),
                }
            }
        }
        transcript
    }
}
