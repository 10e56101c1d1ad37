//! From a call to an exit code.

use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::process::ExitCode;

use super::command::Command;
use super::environment::Environment;
use super::options::Options;
use super::problem::EXIT_USAGE;
use crate::i18n::{Arguments, Language, Texts};
use crate::render::terminal;

/// Runs the program as the learner called it.
pub fn run(name: &OsStr, arguments: Vec<OsString>) -> ExitCode {
    terminal::restore_on_panic();
    let environment = Environment::read();
    let spoken = |language: Option<Language>| Texts::new(language.or(environment.language).unwrap_or_default());
    let options = match Options::parse(name, arguments) {
        Ok(options) => options,
        Err((problem, language)) => {
            let _ = writeln!(std::io::stderr(), "{}", problem.say(&spoken(language)));
            return ExitCode::from(EXIT_USAGE);
        }
    };
    let texts = spoken(options.language);
    match options.command {
        Command::Help => print(&texts.text("usage")),
        Command::Version => print(&texts.with("version", &Arguments::new().text("version", env!("CARGO_PKG_VERSION")))),
        _ => ExitCode::SUCCESS,
    }
}

fn print(text: &str) -> ExitCode {
    match writeln!(std::io::stdout(), "{text}") {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}
