//! The shell itself: what it holds, and how it speaks.

use std::rc::Rc;

use super::descriptors::Descriptors;
use super::jobs::Jobs;
use super::signals::Signals;
use super::state::{State, Variable};

/// A running shell.
pub struct Shell {
    /// What a subshell would inherit.
    pub(super) state: State,
    /// What its descriptor numbers mean.
    pub(super) descriptors: Descriptors,
    /// Its children.
    pub(super) jobs: Jobs,
    /// The signals it attends to.
    pub(super) signals: Signals,
    /// Whether programs get process groups and the terminal.
    pub(super) job_control: JobControl,
    /// Loops and functions being run, innermost last; what `break` counts.
    pub(super) loops: usize,
    /// Above zero where a failure does not end a `set -e` shell.
    pub(super) unchecked: usize,
    /// The builtin being run, for its messages.
    pub(super) builtin: Option<String>,
    /// True while the command about to run is the last thing this process has to do.
    pub(super) tail: bool,
    /// Status of the last `$(…)`, which an assignment alone takes as its own.
    pub(super) substituted: Option<i32>,
    /// Sourced files being read, to refuse endless nesting.
    pub(super) nesting: usize,
    /// True while a trap's action runs.
    pub(super) in_trap: bool,
    /// Lines typed, for `history`.
    pub(super) typed: Vec<String>,
}

/// Whether programs get process groups and the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum JobControl {
    /// They stay in the shell's group.
    Off,
    /// An interactive shell with a terminal.
    On {
        /// The shell's own group.
        own_group: nix::unistd::Pid,
    },
}

impl Shell {
    /// A shell with the process's environment and descriptors.
    pub(super) fn new(name: String) -> Self {
        let mut state = State { name, shell_pid: std::process::id(), ..State::default() };
        for (name, value) in std::env::vars_os() {
            let (Some(name), Some(value)) = (name.to_str(), value.to_str()) else { continue };
            if super::state::is_name(name) {
                state.variables.insert(
                    name.to_owned(),
                    Variable { value: Some(value.to_owned()), exported: true, readonly: false },
                );
            }
        }
        let mut defaults = vec![
            ("PATH", "/sbin:/usr/sbin:/bin:/usr/bin".to_owned()),
            ("PS1", "\\w \\$ ".to_owned()),
            ("PS2", "> ".to_owned()),
            ("PS4", "+ ".to_owned()),
        ];
        let logical = state.get("PWD").filter(|path| same_directory(path)).map(str::to_owned);
        let directory =
            logical.or_else(|| std::env::current_dir().ok().map(|path| path.to_string_lossy().into_owned()));
        state.variables.entry("PWD".to_owned()).or_default().value = directory;
        defaults.retain(|(name, _)| state.get(name).is_none());
        for (name, value) in defaults {
            state.variables.entry(name.to_owned()).or_default().value = Some(value);
        }
        for (name, value) in
            [("IFS", " \t\n".to_owned()), ("OPTIND", "1".to_owned()), ("PPID", nix::unistd::getppid().to_string())]
        {
            state.variables.insert(name.to_owned(), Variable { value: Some(value), exported: false, readonly: false });
        }
        Self::from_state(state, Descriptors::inherited())
    }

    /// A shell that goes on from `state`.
    pub(super) fn from_state(state: State, descriptors: Descriptors) -> Self {
        Self {
            state,
            descriptors,
            jobs: Jobs::default(),
            signals: Signals::default(),
            job_control: JobControl::Off,
            loops: 0,
            unchecked: 0,
            builtin: None,
            tail: false,
            substituted: None,
            nesting: 0,
            in_trap: false,
            typed: Vec::new(),
        }
    }

    /// Whether a person types to it.
    pub(super) fn is_interactive(&self) -> bool {
        self.state.options.has('i')
    }

    /// Reports an error as ash does: `sh: cd: line 3: can't cd to /x`.
    pub(super) fn complain(&self, message: &str) {
        let mut text = format!("{}: ", self.state.name);
        if let Some(builtin) = &self.builtin {
            text.push_str(builtin);
            text.push_str(": ");
        }
        if !self.is_interactive() && (self.builtin.is_some() || self.state.reads_script) {
            text.push_str(&format!("line {}: ", self.state.line));
        }
        self.print_error(&format!("{text}{message}\n"));
    }

    /// Writes to the shell's standard error. A failure to complain has nobody to be told to.
    pub(super) fn print_error(&self, text: &str) {
        self.descriptors.write(2, text.as_bytes()).ok();
    }

    /// Writes a builtin's output; the status is 1 when it could not be written.
    pub(super) fn print(&self, text: &str) -> i32 {
        self.print_bytes(text.as_bytes())
    }

    /// Writes a builtin's output; the status is 1 when it could not be written.
    pub(super) fn print_bytes(&self, bytes: &[u8]) -> i32 {
        match self.descriptors.write(1, bytes) {
            Ok(()) => 0,
            Err(error) => {
                if error.kind() != std::io::ErrorKind::BrokenPipe {
                    self.complain(&format!("write error: {}", super::redirect::describe(&error)));
                }
                1
            }
        }
    }

    /// A function's body.
    pub(super) fn function(&self, name: &str) -> Option<Rc<super::syntax::Command>> {
        self.state.functions.get(name).map(Rc::clone)
    }
}

fn same_directory(path: &str) -> bool {
    use std::os::unix::fs::MetadataExt;
    let identity = |path: &str| std::fs::metadata(path).map(|data| (data.dev(), data.ino())).ok();
    path.starts_with('/') && identity(path).is_some() && identity(path) == identity(".")
}
