//! A shell at work: everything a line may need, and how the course speaks in it.

use std::io::{self, Write};
use std::os::fd::{AsFd, OwnedFd};
use std::path::PathBuf;

use crate::app::host_hand::{HostHand, ShellDirectory};
use crate::app::program::Program;
use crate::course::{Sandbox, Session};
use crate::engine::Engine;
use crate::i18n::{Arguments, Language, Texts};
use crate::render::course::{CheckLine, Note, render_markdown, render_note};
use crate::render::terminal::Look;
use crate::trainer::EngineSandbox;
use crate::verify::Message;

/// Whether somebody is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// At a terminal: prompts, and everything in one stream.
    Interactive,
    /// Lines read from a file or pipe: a transcript on standard output, the course's remarks on standard error.
    Script,
}

/// A shell at work.
pub struct Shell {
    pub(super) program: Program,
    pub(super) texts: Texts,
    pub(super) look: Look,
    pub(super) mode: Mode,
    pub(super) engine: Engine,
    /// Where the course runs its own lines: set-ups, solutions, replays.
    pub(super) sandbox: EngineSandbox,
    /// Who runs the learner's lines that are not docker's.
    pub(super) hand: HostHand,
    /// Where the learner is.
    pub(super) directory: PathBuf,
    pub(super) session: Session,
    /// Exported variables, as the last host line left them.
    pub(super) variables: Vec<(String, String)>,
    /// `$?`
    pub(super) last_code: i32,
    /// The last docker command run here and what it went through, for `explique`.
    pub(super) last_docker: Option<LastDocker>,
    /// The checks as they were last shown.
    pub(super) shown: Vec<CheckLine>,
    /// The stand-ins already spoken of.
    pub(super) told_stand_ins: Vec<String>,
    /// Whether it was said that `docker pause` works by signals here.
    pub(super) told_signals: bool,
    /// Removed with the shell.
    pub(super) _directory: ShellDirectory,
}

/// A docker command that was run.
#[derive(Debug)]
pub struct LastDocker {
    /// The words after `docker`.
    pub typed: Vec<String>,
    /// What happened, as ids of `explain-…` messages, in order, without repetition.
    pub events: Vec<&'static str>,
    /// How it ended.
    pub exit_code: i32,
    /// What its error means.
    pub meaning: Option<Message>,
}

/// What a line may have done to the things the checks look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acted {
    /// Perhaps nothing: it looked, failed, or was not docker's.
    Elsewhere,
    /// It made or started something.
    Here,
    /// It made something that has gone again by itself (`--rm`).
    AndLeftNothing,
}

/// What becomes of the shell after a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// Another line.
    Continue,
    /// It closes.
    Quit,
}

impl Shell {
    pub(super) fn language(&self) -> Language {
        self.texts.language()
    }

    /// Takes the window as it is now: it may have changed since the last line.
    pub(super) fn measure(&mut self) {
        if self.mode == Mode::Interactive {
            self.look = self.program.look(&io::stdout());
        }
    }

    /// An answer to what was asked: standard output.
    #[allow(clippy::unused_self)] // the shell's own word, beside `remark`
    pub(super) fn answer(&self, text: &str) -> io::Result<()> {
        let mut out = io::stdout().lock();
        out.write_all(text.as_bytes())?;
        out.flush()
    }

    /// A remark nobody asked for: beside a transcript, on standard error.
    pub(super) fn remark(&self, text: &str) -> io::Result<()> {
        match self.mode {
            Mode::Interactive => self.answer(text),
            Mode::Script => io::stderr().lock().write_all(text.as_bytes()),
        }
    }

    pub(super) fn answer_markdown(&self, text: &str) -> io::Result<()> {
        self.answer(&render_markdown(text, self.look))
    }

    pub(super) fn note(&self, note: Note, text: &str) -> io::Result<()> {
        self.remark(&render_note(self.look, note, text))
    }

    /// A short answer of the course, behind its mark.
    pub(super) fn reply(&self, note: Note, text: &str) -> io::Result<()> {
        self.answer(&render_note(self.look, note, text))
    }

    pub(super) fn say(&self, id: &str, arguments: &Arguments) -> String {
        self.texts.with(id, arguments)
    }

    /// A lesson's text with its holes filled from the present state.
    pub(super) fn fill(&self, text: &str) -> String {
        self.session.fill(text, self.sandbox.facts().as_ref())
    }

    /// The streams a host line gets: ours, except input in a script, which holds the next lines.
    pub(super) fn streams(&self) -> io::Result<[OwnedFd; 3]> {
        let input = match self.mode {
            Mode::Interactive => io::stdin().as_fd().try_clone_to_owned()?,
            Mode::Script => std::fs::File::open("/dev/null")?.into(),
        };
        Ok([input, io::stdout().as_fd().try_clone_to_owned()?, io::stderr().as_fd().try_clone_to_owned()?])
    }
}
