//! [`Sandbox`]: what the course asks of the machine: run a line, start afresh, tell the facts.
//!
//! The course itself knows no engine: the shell and the trainer each bring their own sandbox.

use crate::course::model::Line;
use crate::verify::Facts;

/// How a line ended.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LineOutcome {
    /// As `$?` would say.
    pub exit_code: i32,
    /// Both streams as they appeared; empty when they went to the terminal.
    pub output: Vec<u8>,
}

impl LineOutcome {
    /// How much of a line is kept.
    const LONGEST: usize = 200;

    /// The last line shown, without control characters; empty when nothing was.
    pub fn last_line(&self) -> String {
        let text = String::from_utf8_lossy(&self.output);
        let last = text.lines().rev().find(|line| !line.trim().is_empty()).unwrap_or_default();
        last.chars().filter(|letter| !letter.is_control()).take(Self::LONGEST).collect()
    }
}

/// Why the machine could not do what was asked, in its own words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SandboxError(pub String);

/// A place where lines are run and their effects seen.
pub trait Sandbox {
    /// Runs a line, placeholders filled, as the learner's shell would, in the lesson's working directory.
    /// A line that ends with an error is not an error here.
    fn run(&mut self, line: &Line) -> Result<LineOutcome, SandboxError>;

    /// Removes every container, image, volume and journal entry, and empties the working directory. Progress stays.
    fn reset(&mut self) -> Result<(), SandboxError>;

    /// Lays a file in the working directory, in place of what was there.
    fn lay(&mut self, path: &std::path::Path, content: &[u8]) -> Result<(), SandboxError>;

    /// The state as it is now.
    fn facts(&self) -> Box<dyn Facts + '_>;
}
