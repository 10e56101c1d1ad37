//! `find`: walks directories and does something with what passes its tests.

use std::ffi::OsString;
use std::fs;
use std::io::Write;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use super::failure::{AppletResult, Failure, complain, reason};
use super::find_test::{Action, Expression, parse};

struct Walk<'a> {
    expression: Expression,
    output: &'a mut dyn Write,
    code: u8,
    /// Paths waiting for `-exec … +`.
    gathered: Vec<OsString>,
}

/// `find [PATH…] [EXPRESSION]`
pub fn main(arguments: &[OsString], output: &mut dyn Write) -> AppletResult {
    let is_expression = |word: &OsString| {
        word.as_bytes().starts_with(b"-") && word.len() > 1 || matches!(word.to_str(), Some("!" | "("))
    };
    let split = arguments.iter().position(is_expression).unwrap_or(arguments.len());
    let (paths, words) = arguments.split_at(split);
    let expression = parse(words)?;
    let mut walk = Walk { expression, output, code: 0, gathered: Vec::new() };
    let here = [OsString::from(".")];
    for path in if paths.is_empty() { &here[..] } else { paths } {
        walk.visit(Path::new(path), 0)?;
    }
    walk.run_gathered()?;
    Ok(walk.code)
}

impl Walk<'_> {
    fn visit(&mut self, path: &Path, depth: usize) -> Result<(), Failure> {
        let status = match fs::symlink_metadata(path) {
            Ok(status) => status,
            Err(error) => {
                self.complain(path, &error);
                return Ok(());
            }
        };
        if !self.expression.depth_first {
            self.consider(path, &status, depth)?;
        }
        let pruned = self.expression.prunes(path, &status);
        if status.is_dir() && depth < self.expression.max_depth && !pruned {
            match fs::read_dir(path) {
                Ok(entries) => {
                    let mut inside: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
                    inside.sort();
                    for path in inside {
                        self.visit(&path, depth + 1)?;
                    }
                }
                Err(error) => self.complain(path, &error),
            }
        }
        if self.expression.depth_first {
            self.consider(path, &status, depth)?;
        }
        Ok(())
    }

    fn consider(&mut self, path: &Path, status: &fs::Metadata, depth: usize) -> Result<(), Failure> {
        if depth < self.expression.min_depth || !self.expression.holds(path, status) {
            return Ok(());
        }
        for action in self.expression.actions.clone() {
            match action {
                Action::Print(end) => {
                    self.output.write_all(path.as_os_str().as_bytes())?;
                    self.output.write_all(&[end])?;
                }
                Action::Delete => {
                    let removed = if status.is_dir() { fs::remove_dir(path) } else { fs::remove_file(path) };
                    if let Err(error) = removed {
                        self.complain(path, &error);
                    }
                }
                Action::Execute { command, gather: false } => {
                    let words =
                        command.iter().map(|word| word.to_string_lossy().replace("{}", &path.to_string_lossy()).into());
                    // What the program says must come after what we said.
                    self.output.flush()?;
                    run(&words.collect::<Vec<OsString>>())?;
                }
                Action::Execute { gather: true, .. } => self.gathered.push(path.into()),
            }
        }
        Ok(())
    }

    fn run_gathered(&mut self) -> Result<(), Failure> {
        let gathered = std::mem::take(&mut self.gathered);
        if gathered.is_empty() {
            return Ok(());
        }
        self.output.flush()?;
        for action in self.expression.actions.clone() {
            if let Action::Execute { mut command, gather: true } = action {
                command.retain(|word| word != "{}");
                command.extend(gathered.iter().cloned());
                if !run(&command)? {
                    self.code = 1;
                }
            }
        }
        Ok(())
    }

    fn complain(&mut self, path: &Path, error: &std::io::Error) {
        complain("find", format_args!("{}: {}", path.display(), reason(error)));
        self.code = 1;
    }
}

fn run(command: &[OsString]) -> Result<bool, Failure> {
    let [program, arguments @ ..] = command else { return Ok(false) };
    let status = std::process::Command::new(program).args(arguments).status();
    status.map(|status| status.success()).map_err(|error| Failure::at(program, &error))
}
