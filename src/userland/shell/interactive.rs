//! The shell in conversation: prompt, line editing, history, job control.

use std::io::Write;
use std::os::fd::AsFd;

use nix::sys::signal::Signal;
use nix::unistd::{getpgrp, getpid, setpgid, tcgetpgrp, tcsetpgrp};
use rustyline::completion::FilenameCompleter;
use rustyline::config::Configurer;
use rustyline::error::ReadlineError;
use rustyline::history::DefaultHistory;
use rustyline::{CompletionType, Config, Editor};

use super::Shell;
use super::flow::{INTERRUPTED, Stop};
use super::interpreter::JobControl;
use super::reader::Reading;

/// Completes file names; nothing else.
struct Helper {
    names: FilenameCompleter,
}

impl rustyline::completion::Completer for Helper {
    type Candidate = rustyline::completion::Pair;

    fn complete(
        &self,
        line: &str,
        position: usize,
        _context: &rustyline::Context<'_>,
    ) -> rustyline::Result<(usize, Vec<Self::Candidate>)> {
        self.names.complete_path(line, position)
    }
}

impl rustyline::hint::Hinter for Helper {
    type Hint = String;
}
impl rustyline::highlight::Highlighter for Helper {}
impl rustyline::validate::Validator for Helper {}
impl rustyline::Helper for Helper {}

impl Shell {
    /// Reads and runs lines until `exit` or Ctrl-D.
    pub(super) fn converse(&mut self) -> i32 {
        self.take_charge();
        let mut editor = new_editor();
        let history = self.history_path();
        if let (Some(editor), Some(path)) = (&mut editor, &history) {
            editor.load_history(path).ok();
        }
        let mut text = String::new();
        loop {
            if text.is_empty() {
                self.announce_jobs();
            }
            let prompt = self.prompt(if text.is_empty() { "PS1" } else { "PS2" });
            match self.ask(editor.as_mut(), &prompt) {
                Ok(line) => {
                    text.push_str(&line);
                    text.push('\n');
                }
                Err(ReadlineError::Interrupted) => {
                    self.state.last_status = INTERRUPTED;
                    text.clear();
                    continue;
                }
                Err(_) if !text.is_empty() => {
                    self.complain("syntax error: unexpected end of file");
                    text.clear();
                    continue;
                }
                Err(_) => {
                    if self.is_interactive() {
                        self.print_error("\n");
                    }
                    return self.finish(self.state.last_status);
                }
            }
            // What ended while the line was typed: orphans too, for process 1.
            self.jobs.reap_all();
            let reading = self.understand(&text, 1);
            if matches!(reading, Reading::Unfinished(_)) {
                continue;
            }
            self.remember(editor.as_mut(), history.as_deref(), text.trim_end());
            text.clear();
            match reading {
                Reading::Complete(list) => match self.run_list(&list) {
                    Ok(_) | Err(Stop::Break(_) | Stop::Continue(_)) => {}
                    Err(Stop::Exit(status) | Stop::Return(status)) => return self.finish(status),
                    Err(stop) => {
                        self.take_terminal();
                        if stop == Stop::Interrupted {
                            self.print_error("\n");
                        }
                        self.builtin = None;
                        self.loops = 0;
                        self.unchecked = 0;
                        while !self.state.hidden.is_empty() {
                            self.state.leave_function();
                        }
                        self.state.last_status = stop.status();
                    }
                },
                Reading::Wrong(error) => {
                    self.complain(&error.to_string());
                    self.state.last_status = 2;
                }
                Reading::Nothing | Reading::Unfinished(_) => {}
            }
        }
    }

    /// Takes the terminal and a process group of its own; without them, there is no job control.
    fn take_charge(&mut self) {
        for signal in [Signal::SIGTSTP, Signal::SIGTTOU, Signal::SIGTTIN, Signal::SIGQUIT, Signal::SIGTERM] {
            self.signals.watch(signal).ok();
        }
        let input = std::io::stdin();
        if tcgetpgrp(input.as_fd()).is_err() {
            return;
        }
        let own = getpid();
        if getpgrp() != own && setpgid(own, own).is_err() {
            return;
        }
        if tcsetpgrp(input.as_fd(), own).is_ok() {
            self.job_control = JobControl::On { own_group: own };
            self.state.options.switch('m', true);
        }
    }

    fn ask(&mut self, editor: Option<&mut Editor<Helper, DefaultHistory>>, prompt: &str) -> rustyline::Result<String> {
        let answer = match editor {
            Some(editor) => editor.readline(prompt),
            None => {
                let mut error = std::io::stderr();
                write!(error, "{prompt}")?;
                error.flush()?;
                let mut line = String::new();
                match std::io::stdin().read_line(&mut line)? {
                    0 => Err(ReadlineError::Eof),
                    _ => Ok(line.trim_end_matches('\n').to_owned()),
                }
            }
        };
        // A Ctrl-C typed at the prompt has been dealt with.
        while self.signals.take().is_some() {}
        answer
    }

    fn remember(&mut self, editor: Option<&mut Editor<Helper, DefaultHistory>>, path: Option<&str>, line: &str) {
        if line.trim().is_empty() {
            return;
        }
        self.typed.push(line.to_owned());
        if let Some(editor) = editor
            && editor.add_history_entry(line).unwrap_or(false)
            && let Some(path) = path
        {
            let file = std::fs::OpenOptions::new().append(true).create(true).open(path);
            // A read-only home is no reason to disturb anybody.
            file.and_then(|mut file| writeln!(file, "{}", line.replace('\n', " "))).ok();
        }
    }

    fn history_path(&self) -> Option<String> {
        match self.state.get("HISTFILE") {
            Some("") => None,
            Some(path) => Some(path.to_owned()),
            None => self.state.get("HOME").map(|home| format!("{}/.ash_history", home.trim_end_matches('/'))),
        }
    }
}

fn new_editor() -> Option<Editor<Helper, DefaultHistory>> {
    let config = Config::builder()
        .completion_type(CompletionType::List)
        .bracketed_paste(false)
        .auto_add_history(false)
        .max_history_size(1000)
        .ok()?
        .build();
    let mut editor = Editor::with_config(config).ok()?;
    editor.enable_synchronized_output(false);
    editor.set_helper(Some(Helper { names: FilenameCompleter::new() }));
    Some(editor)
}
