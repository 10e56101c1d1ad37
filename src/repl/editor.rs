//! The line editor: prompt, completion, highlighting, grey hints, history, continuation.

use std::borrow::Cow;
use std::io;
use std::path::{Path, PathBuf};

use rustyline::completion::{Completer, Pair};
use rustyline::error::ReadlineError;
use rustyline::highlight::{CmdKind, Highlighter};
use rustyline::hint::{Hinter, HistoryHinter};
use rustyline::history::FileHistory;
use rustyline::validate::{ValidationContext, ValidationResult, Validator};
use rustyline::{ColorMode, CompletionType, Config, Context, Helper};

use super::completion::Completions;
use super::highlight::{Kind, highlight};
use super::line::{Line, understand};

/// Lines remembered.
const HISTORY_LINES_MAX: usize = 2000;

/// What came of asking for a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A whole line, several joined when continued.
    Line(String),
    /// Ctrl-C: the line is given up.
    Interrupted,
    /// Ctrl-D on an empty line.
    End,
}

/// Paints a piece of the line; the identity when colours are not wanted.
pub type Painter = Box<dyn Fn(Kind, &str) -> String>;

/// How the line is shown while it is typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Display {
    /// Colours and grey hints.
    Rich,
    /// The bare line: nothing appears that was not typed.
    Plain,
}

/// The line editor.
pub struct LineEditor {
    editor: rustyline::Editor<Assistant, FileHistory>,
    history: PathBuf,
}

impl LineEditor {
    /// Prepares the terminal for editing, with the history of former sessions.
    ///
    /// # Errors
    /// When the terminal refuses.
    pub fn new(history: &Path, display: Display, completions: Completions, painter: Painter) -> io::Result<Self> {
        let config = Config::builder()
            .completion_type(CompletionType::List)
            .color_mode(if display == Display::Rich { ColorMode::Enabled } else { ColorMode::Disabled })
            .history_ignore_space(true)
            .max_history_size(HISTORY_LINES_MAX)
            .map_err(other)?
            .build();
        let mut editor = rustyline::Editor::with_config(config).map_err(other)?;
        editor.set_helper(Some(Assistant { display, completions, painter, hinter: HistoryHinter::new() }));
        // A first session has no history, and a damaged one is no reason not to work.
        let _ = editor.load_history(history);
        Ok(Self { editor, history: history.to_owned() })
    }

    /// Asks for a line.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn read(&mut self, prompt: &str) -> io::Result<Input> {
        match self.editor.readline(prompt) {
            Ok(line) => {
                if !line.trim().is_empty() {
                    // Remembered at once: the window may be closed at any moment.
                    let _ = self.editor.add_history_entry(line.as_str());
                    let _ = self.editor.append_history(&self.history);
                }
                Ok(Input::Line(line))
            }
            Err(ReadlineError::Interrupted) => Ok(Input::Interrupted),
            Err(ReadlineError::Eof) => Ok(Input::End),
            Err(ReadlineError::Io(error)) => Err(error),
            Err(error) => Err(other(error)),
        }
    }
}

struct Assistant {
    display: Display,
    completions: Completions,
    painter: Painter,
    hinter: HistoryHinter,
}

impl Helper for Assistant {}

impl Completer for Assistant {
    type Candidate = Pair;

    fn complete(&self, line: &str, position: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<Pair>)> {
        let (start, words) = self.completions.complete(line, position);
        Ok((
            start,
            words.into_iter().map(|word| Pair { display: word.display, replacement: word.replacement }).collect(),
        ))
    }
}

impl Hinter for Assistant {
    type Hint = String;

    fn hint(&self, line: &str, position: usize, context: &Context<'_>) -> Option<String> {
        if self.display == Display::Plain || line.is_empty() {
            return None;
        }
        self.hinter.hint(line, position, context)
    }
}

impl Highlighter for Assistant {
    fn highlight<'l>(&self, line: &'l str, _: usize) -> Cow<'l, str> {
        let mut painted = String::with_capacity(line.len() * 2);
        let mut done = 0;
        for (range, kind) in highlight(line) {
            painted.push_str(&line[done..range.start]);
            painted.push_str(&(self.painter)(kind, &line[range.clone()]));
            done = range.end;
        }
        painted.push_str(&line[done..]);
        Cow::Owned(painted)
    }

    fn highlight_hint<'h>(&self, hint: &'h str) -> Cow<'h, str> {
        Cow::Owned((self.painter)(Kind::Comment, hint))
    }

    fn highlight_char(&self, _: &str, _: usize, _: CmdKind) -> bool {
        self.display == Display::Rich
    }
}

impl Validator for Assistant {
    fn validate(&self, context: &mut ValidationContext<'_>) -> rustyline::Result<ValidationResult> {
        Ok(match understand(context.input()) {
            Line::Incomplete(_) => ValidationResult::Incomplete,
            _ => ValidationResult::Valid(None),
        })
    }
}

fn other(error: ReadlineError) -> io::Error {
    match error {
        ReadlineError::Io(error) => error,
        error => io::Error::other(error),
    }
}
