//! What every applet of ours needs: writing, reading, complaining, dying quietly on a closed pipe.

use std::fs::File;
use std::io::{self, BufWriter, Read, StdoutLock, Write};

/// Standard output, buffered.
pub type Output = BufWriter<StdoutLock<'static>>;

/// Standard output, buffered; from here on a closed pipe ends the program without a word.
pub fn output() -> Output {
    uucore::signals::enable_pipe_errors().ok();
    BufWriter::new(io::stdout().lock())
}

/// Flushes; the status, 1 with a complaint when the output could not be written.
pub fn close(name: &str, mut output: Output, status: i32) -> i32 {
    match output.flush() {
        Ok(()) => status,
        Err(error) => complain(name, &format!("write error: {}", describe(&error))),
    }
}

/// Reports `NAME: MESSAGE`; returns the status 1. A failure to complain has nobody to be told to.
pub fn complain(name: &str, message: &str) -> i32 {
    writeln!(io::stderr(), "{name}: {message}").ok();
    1
}

/// The system's words for an error.
pub fn describe(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error").next().unwrap_or(&text).to_owned()
}

/// A file, or standard input for `-`.
pub fn open(path: &str) -> io::Result<Box<dyn Read>> {
    if path == "-" { Ok(Box::new(io::stdin().lock())) } else { Ok(Box::new(File::open(path)?)) }
}

/// The operands, or standard input alone when there is none.
pub fn or_input(operands: Vec<String>) -> Vec<String> {
    if operands.is_empty() { vec!["-".to_owned()] } else { operands }
}
