//! Commands from standard input, taking not one byte that a command should read.

use super::Shell;
use super::flow::{Outcome, Stop};
use super::parser::{Parser, SyntaxError};
use super::syntax::List;

/// What lines so far make.
pub(super) enum Reading {
    /// A command line.
    Complete(List),
    /// Nothing: blank or a comment.
    Nothing,
    /// The beginning of something.
    Unfinished(SyntaxError),
    /// No command.
    Wrong(SyntaxError),
}

impl Shell {
    /// Runs the commands of standard input until its end.
    pub(super) fn run_input(&mut self) -> Outcome {
        let mut status = 0;
        let mut text = String::new();
        let mut line = 1;
        loop {
            let read = self.read_input_line();
            let ended = read.is_empty();
            text.push_str(&read);
            match self.understand(&text, line) {
                Reading::Complete(list) => {
                    line += text.matches('\n').count();
                    text.clear();
                    status = self.run_list(&list)?;
                }
                Reading::Unfinished(error) if ended => {
                    self.complain(&error.to_string());
                    return Err(Stop::Failed(2));
                }
                Reading::Unfinished(_) => {}
                Reading::Nothing => {
                    line += text.matches('\n').count();
                    text.clear();
                }
                Reading::Wrong(error) => {
                    self.complain(&error.to_string());
                    return Err(Stop::Failed(2));
                }
            }
            if ended {
                return Ok(status);
            }
        }
    }

    /// What `text`, whose first line is `line`, means so far.
    pub(super) fn understand(&self, text: &str, line: usize) -> Reading {
        let mut parser = Parser::new(text, line, &self.state.aliases);
        match parser.next_line() {
            Ok(Some(list)) => Reading::Complete(list),
            Ok(None) => Reading::Nothing,
            Err(error) if error.wants_more() => Reading::Unfinished(error),
            Err(error) => Reading::Wrong(error),
        }
    }

    /// One line with its newline; empty at the end.
    fn read_input_line(&mut self) -> String {
        let mut bytes = Vec::new();
        if let Ok(input) = self.descriptors.get(0) {
            let mut byte = [0];
            while matches!(rustix::io::retry_on_intr(|| rustix::io::read(&input, &mut byte)), Ok(1)) {
                bytes.push(byte[0]);
                if byte[0] == b'\n' {
                    break;
                }
            }
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }
}
