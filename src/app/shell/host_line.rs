//! A line that is not ours nor docker's: the system's shell runs it.

use std::io;
use std::path::PathBuf;

use super::state::{Mode, Shell};
use crate::app::host_hand::HostRequest;
use crate::docker::suggest::is_nearly_docker;
use crate::i18n::Arguments;
use crate::render::course::Note;

/// What a shell gives a program it did not find.
const NOT_FOUND: i32 = 127;
/// 128 + SIGINT.
const INTERRUPTED: i32 = 130;

impl Shell {
    pub(super) fn host_line(&mut self, line: &str) -> io::Result<()> {
        let directory = self.present_directory();
        let request = HostRequest { line: line.to_owned(), directory, last_code: self.last_code };
        let streams = self.streams()?;
        match self.hand.run(&request, streams) {
            Ok(report) => {
                self.last_code = report.code;
                self.directory = report.directory;
                if let Some(variables) = report.variables {
                    self.variables = variables;
                }
                match report.code {
                    // The terminal has just written `^C`.
                    INTERRUPTED if self.mode == Mode::Interactive => self.answer("\n"),
                    NOT_FOUND if line.split_whitespace().next().is_some_and(is_nearly_docker) => {
                        let text = self.say("failure-suggestion", &Arguments::new().text("suggestion", "docker"));
                        self.note(Note::Information, &text)
                    }
                    _ => Ok(()),
                }
            }
            Err(error) => {
                self.last_code = 126;
                let text = self.say("host-hand-lost", &Arguments::new().text("reason", error.to_string()));
                self.note(Note::Error, &text)
            }
        }
    }

    /// Where the learner is; the workshop when that place is gone.
    pub(super) fn present_directory(&self) -> PathBuf {
        if self.directory.is_dir() { self.directory.clone() } else { self.program.workshop() }
    }
}
