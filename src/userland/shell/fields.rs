//! Field splitting: expanded text becomes arguments. Source: POSIX XCU 2.6.5.

use super::pattern::{Mark, marks};

/// Arguments in the making.
pub struct Fields {
    done: Vec<Vec<Mark>>,
    current: Option<Vec<Mark>>,
    separators: String,
    splitting: Splitting,
    ended_by_blank: bool,
}

/// Whether unquoted results are split.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Splitting {
    /// As in the words of a command.
    Split,
    /// As in an assignment.
    Whole,
}

impl Fields {
    /// No field yet; `separators` is `$IFS`.
    pub fn new(separators: String, splitting: Splitting) -> Self {
        Self { done: Vec::new(), current: None, separators, splitting, ended_by_blank: false }
    }

    /// Whether unquoted results are split.
    pub fn splitting(&self) -> Splitting {
        self.splitting
    }

    /// Adds text that is never split.
    pub fn push(&mut self, text: &str, quoted: bool) {
        self.ended_by_blank = false;
        self.current.get_or_insert_default().extend(marks(text, quoted));
    }

    /// Adds the result of an unquoted expansion.
    pub fn push_result(&mut self, text: &str) {
        if self.splitting == Splitting::Whole {
            self.push(text, false);
            return;
        }
        for c in text.chars() {
            if !self.separators.contains(c) {
                self.ended_by_blank = false;
                self.current.get_or_insert_default().push(Mark { character: c, quoted: false });
            } else if c.is_whitespace() {
                if self.current.is_some() {
                    self.finish();
                    self.ended_by_blank = true;
                }
            } else if self.current.is_some() {
                self.finish();
            } else if self.ended_by_blank {
                self.ended_by_blank = false;
            } else {
                self.done.push(Vec::new());
            }
        }
    }

    /// Makes the present field exist even if empty, as quotation marks do.
    pub fn begin(&mut self) {
        self.current.get_or_insert_default();
    }

    /// Ends the present field.
    pub fn finish(&mut self) {
        self.done.extend(self.current.take());
    }

    /// All fields.
    pub fn into_fields(mut self) -> Vec<Vec<Mark>> {
        self.finish();
        self.done
    }
}
