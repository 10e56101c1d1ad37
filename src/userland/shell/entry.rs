//! How the shell is entered: `sh`, `sh -c`, `sh FILE`, and as a subshell of itself.

use std::ffi::OsString;
use std::process::ExitCode;

use nix::sys::signal::Signal;

use super::Shell;
use super::flow::{Outcome, Stop};
use super::signals::parse_signal;
use super::subshell::{self, MARK};
use super::syntax::List;

/// Where commands come from.
enum Source {
    /// `-c`
    Text(String),
    /// A file.
    Script(String),
    /// Standard input.
    Input,
}

/// Runs the shell called `name` with its arguments; `login` when its name began with a dash.
pub fn enter_shell(name: &str, arguments: &[OsString], login: bool) -> ExitCode {
    let arguments: Vec<String> = arguments.iter().map(|argument| argument.to_string_lossy().into_owned()).collect();
    let mut shell = Shell::new(name.to_owned());
    let mut login = login;
    let source = match shell.parse_arguments(&arguments, &mut login) {
        Ok(source) => source,
        Err(message) => {
            shell.complain(&message);
            return code(2);
        }
    };
    let terminal = rustix::termios::isatty(std::io::stdin()) && rustix::termios::isatty(std::io::stderr());
    let interactive = shell.is_interactive() || (matches!(source, Source::Input) && terminal);
    shell.state.options.switch('i', interactive);
    if std::process::id() == 1 || interactive {
        // Process 1 is deaf to signals it does not handle: Ctrl-C must still end a script.
        shell.signals.watch(Signal::SIGINT).ok();
    }
    if login {
        let home = shell.state.get("HOME").unwrap_or("/").to_owned();
        for file in ["/etc/profile".to_owned(), format!("{home}/.profile")] {
            shell.read_if_present(&file);
        }
    }
    if interactive && let Some(file) = shell.state.get("ENV").map(str::to_owned) {
        shell.read_if_present(&file);
    }
    let status = match source {
        Source::Text(text) => {
            let outcome = shell.run_source(&text, !interactive);
            shell.conclude(outcome)
        }
        Source::Script(path) => shell.run_script(&path),
        Source::Input if interactive => shell.converse(),
        Source::Input => {
            let outcome = shell.run_input();
            shell.conclude(outcome)
        }
    };
    code(status)
}

/// Whether this process was started as a subshell.
pub fn is_subshell() -> bool {
    std::env::var_os(MARK).is_some()
}

/// Runs the subshell this process was started for.
pub fn enter_subshell() -> ExitCode {
    rustix::thread::set_name(c"sh").ok();
    let Ok((mut shell, command)) = subshell::receive() else { return code(2) };
    let ignored: Vec<String> = shell.state.traps.keys().cloned().collect();
    for signal in ignored.iter().filter_map(|name| parse_signal(name)) {
        shell.signals.watch(signal).ok();
    }
    shell.tail = true;
    let outcome = shell.run_list(&List::of(command));
    code(shell.conclude(outcome))
}

fn code(status: i32) -> ExitCode {
    ExitCode::from(u8::try_from(status & 0xff).unwrap_or(u8::MAX))
}

impl Shell {
    /// The final status, after the EXIT trap.
    pub(super) fn conclude(&mut self, outcome: Outcome) -> i32 {
        let status = outcome.unwrap_or_else(Stop::status);
        self.finish(status)
    }

    fn parse_arguments(&mut self, arguments: &[String], login: &mut bool) -> Result<Source, String> {
        let mut rest = arguments.iter();
        let mut takes_text = false;
        let mut takes_input = false;
        let mut first = None;
        while let Some(argument) = rest.next() {
            if argument == "--" || argument == "-" {
                first = rest.next();
                break;
            }
            if argument == "--login" {
                *login = true;
                continue;
            }
            let on = argument.starts_with('-');
            if !on && !argument.starts_with('+') {
                first = Some(argument);
                break;
            }
            for letter in argument.chars().skip(1) {
                match letter {
                    'c' => takes_text = true,
                    's' => takes_input = true,
                    'l' => *login = true,
                    'o' => {
                        let name = rest.next().ok_or("-o requires an argument")?;
                        let letter = super::state::OPTION_NAMES
                            .iter()
                            .find(|(_, known)| known == name)
                            .map(|(letter, _)| *letter);
                        match letter {
                            Some(letter) => {
                                self.state.options.switch(letter, on);
                            }
                            None if name == "pipefail" => self.state.options.pipefail = on,
                            None => return Err(format!("illegal option -o {name}")),
                        }
                    }
                    other if self.state.options.switch(other, on) => {}
                    other => return Err(format!("illegal option -{other}")),
                }
            }
        }
        let source = if takes_text {
            let text = first.ok_or("-c requires an argument")?.clone();
            if let Some(name) = rest.next() {
                self.state.name.clone_from(name);
            }
            Source::Text(text)
        } else {
            match first {
                Some(path) if !takes_input => {
                    self.state.name.clone_from(path);
                    Source::Script(path.clone())
                }
                first => {
                    self.state.positional.extend(first.cloned());
                    Source::Input
                }
            }
        };
        self.state.positional.extend(rest.cloned());
        Ok(source)
    }

    fn read_if_present(&mut self, path: &str) {
        if let Ok(text) = std::fs::read(path) {
            // What goes wrong in a profile is reported, and does not keep anybody out.
            self.run_text(&String::from_utf8_lossy(&text)).ok();
        }
    }

    fn run_script(&mut self, path: &str) -> i32 {
        match std::fs::read(path) {
            Ok(text) => {
                self.state.reads_script = true;
                let outcome = self.run_source(&String::from_utf8_lossy(&text), false);
                self.conclude(outcome)
            }
            Err(error) => {
                "sh".clone_into(&mut self.state.name);
                self.complain(&format!("can't open '{path}': {}", super::redirect::describe(&error)));
                2
            }
        }
    }
}
