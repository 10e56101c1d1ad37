//! Script mode: lines read from a file or pipe, and a transcript that reads as if they had been typed.

use std::io::{self, BufRead};
use std::process::ExitCode;

use super::state::{Mode, Next, Shell};
use crate::app::problem::Trouble;
use crate::app::program::Program;
use crate::repl::{Line, understand};

/// Runs every line of the input. The exit code is the last command's.
///
/// # Errors
/// When the output is gone.
pub fn run(shell: &mut Shell, input: impl BufRead) -> io::Result<ExitCode> {
    shell.take_up()?;
    let mut gathered = String::new();
    for line in input.lines() {
        let line = line?;
        let first = gathered.is_empty();
        if first && line.trim().is_empty() {
            continue;
        }
        let comment = first && line.trim_start().starts_with('#');
        let mark = if comment {
            ""
        } else if first {
            "$ "
        } else {
            "> "
        };
        shell.answer(&format!("{mark}{line}\n"))?;
        if comment {
            continue;
        }
        gathered.push_str(&line);
        if let Line::Incomplete(_) = understand(&gathered) {
            gathered.push('\n');
            continue;
        }
        if shell.line(&std::mem::take(&mut gathered))? == Next::Quit {
            return Ok(code(shell.last_code));
        }
    }
    if !gathered.is_empty() {
        // The host's shell says what is missing, in its own words.
        shell.line(&gathered)?;
    }
    Ok(code(shell.last_code))
}

/// Runs one line, without echo: `moussaillon -c LINE`.
///
/// # Errors
/// When the machine, the state root or the terminal refuses.
pub fn run_line(program: Program, line: &str) -> Result<ExitCode, Trouble> {
    let mut shell = super::open::open(program, Mode::Script)?;
    shell.take_up().and_then(|()| shell.line(line)).map_err(Trouble::Terminal)?;
    Ok(code(shell.last_code))
}

fn code(code: i32) -> ExitCode {
    ExitCode::from(u8::try_from(code & 0xff).unwrap_or(u8::MAX))
}
