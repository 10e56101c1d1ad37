//! A line that is not ours nor docker's: the system's shell runs it.

use std::io;
use std::path::PathBuf;

use super::state::{Mode, Shell};
use crate::app::host_hand::HostRequest;
use crate::i18n::Arguments;
use crate::render::course::Note;

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
                // The terminal has just written `^C`.
                if self.mode == Mode::Interactive && report.code == INTERRUPTED { self.answer("\n") } else { Ok(()) }
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
