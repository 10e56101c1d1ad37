//! `trap`'s actions, run between commands.

use nix::sys::signal::Signal;

use super::Shell;
use super::flow::{INTERRUPTED, Outcome, Stop};
use super::parser::Parser;
use super::signals::signal_name;

impl Shell {
    /// Runs what came: traps, and Ctrl-C where it is ours. The status of the last signal trapped.
    pub(super) fn run_traps(&mut self) -> Result<Option<i32>, Stop> {
        let mut came = None;
        while let Some(signal) = self.signals.take() {
            if signal == Signal::SIGCHLD && !self.state.traps.contains_key("CHLD") {
                continue;
            }
            match self.state.traps.get(signal_name(signal)).cloned() {
                Some(action) => {
                    if !action.is_empty() {
                        self.run_action(&action)?;
                        came = Some(128 + signal as i32);
                    }
                }
                None if self.is_interactive() => {
                    if signal == Signal::SIGINT {
                        return Err(Stop::Interrupted);
                    }
                }
                None if signal == Signal::SIGINT => return Err(Stop::Exit(INTERRUPTED)),
                None => return Err(Stop::Exit(128 + signal as i32)),
            }
        }
        Ok(came)
    }

    /// Runs a trap's action; `$?` is what it was before.
    fn run_action(&mut self, action: &str) -> Result<(), Stop> {
        if self.in_trap {
            return Ok(());
        }
        let status = self.state.last_status;
        self.in_trap = true;
        let outcome = self.run_text(action);
        self.in_trap = false;
        self.state.last_status = status;
        outcome.map(|_| ())
    }

    /// Runs the EXIT trap; the shell's final status.
    pub(super) fn finish(&mut self, status: i32) -> i32 {
        self.state.last_status = status;
        let Some(action) = self.state.traps.remove("EXIT") else { return status };
        if let Err(Stop::Exit(chosen)) = self.run_text(&action) { chosen } else { status }
    }

    /// Parses and runs text in this shell, as `eval` does.
    pub(super) fn run_text(&mut self, text: &str) -> Outcome {
        self.run_source(text, false)
    }

    /// Runs text; when it is the `last` this process has to do, its last program takes the shell's place.
    pub(super) fn run_source(&mut self, text: &str, last: bool) -> Outcome {
        let mut status = 0;
        let mut line = self.state.line.max(1);
        let mut rest = text.to_owned();
        loop {
            let aliases = self.state.aliases.clone();
            let mut parser = Parser::new(&rest, line, &aliases);
            match parser.next_line() {
                Ok(None) => return Ok(status),
                Ok(Some(list)) => {
                    line = parser.line();
                    rest = parser.remaining();
                    if self.state.options.has('n') {
                        continue;
                    }
                    self.tail = last && rest.trim().is_empty();
                    let outcome = self.run_list(&list);
                    self.tail = false;
                    status = outcome?;
                }
                Err(error) => {
                    self.state.line = parser.line();
                    self.complain(&error.to_string());
                    return Err(Stop::Failed(2));
                }
            }
        }
    }
}
