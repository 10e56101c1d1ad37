//! [`Journal`]: the docker commands that were run in a state root, so that *look* steps can be judged.
//!
//! One JSON object a line, appended by whoever runs a docker command there: the shell itself, or our `docker`
//! called from a pipeline. It says what was understood, never what was typed.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::verify::facts::CommandFact;

/// Past this many bytes the older half is dropped.
const LIMIT: u64 = 256 * 1024;

/// The journal of a state root.
#[derive(Debug, Clone)]
pub struct Journal {
    path: PathBuf,
}

impl Journal {
    /// The journal of the state root `root`.
    pub fn of(root: &Path) -> Self {
        Self { path: root.join("journal.jsonl") }
    }

    /// Notes a command, once it has ended.
    pub fn append(&self, command: &CommandFact) -> io::Result<()> {
        let mut line = serde_json::to_vec(command).map_err(io::Error::other)?;
        line.push(b'\n');
        let mut file = OpenOptions::new().create(true).append(true).open(&self.path)?;
        // One write: lines of commands that end together do not mix.
        file.write_all(&line)?;
        if file.metadata()?.len() > LIMIT {
            self.shorten()?;
        }
        Ok(())
    }

    /// Every command noted, oldest first. A line that was cut short is left out.
    pub fn read(&self) -> io::Result<Vec<CommandFact>> {
        let text = match fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        Ok(text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect())
    }

    /// Forgets everything.
    pub fn clear(&self) -> io::Result<()> {
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    fn shorten(&self) -> io::Result<()> {
        let text = fs::read_to_string(&self.path)?;
        let lines: Vec<&str> = text.lines().collect();
        let mut kept = lines[lines.len() / 2..].join("\n");
        kept.push('\n');
        let staged = self.path.with_extension("tmp");
        fs::write(&staged, kept)?;
        fs::rename(&staged, &self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_noted_is_read_back_and_stays_short() {
        let root = tempfile::tempdir().unwrap();
        let journal = Journal::of(root.path());
        assert_eq!(journal.read().unwrap(), []);
        let command = CommandFact {
            time: jiff::Timestamp::UNIX_EPOCH,
            command: "container ls".to_owned(),
            flags: [("all".to_owned(), "true".to_owned())].into(),
            arguments: vec!["x".repeat(1000)],
            exit_code: 0,
        };
        for _ in 0..400 {
            journal.append(&command).unwrap();
        }
        let read = journal.read().unwrap();
        assert!((100..400).contains(&read.len()), "{}", read.len());
        assert_eq!(read[0], command);
        journal.clear().unwrap();
        assert_eq!(journal.read().unwrap(), []);
    }
}
