//! How an applet fails: with one line on standard error, or quietly when its reader has gone.

use std::fmt::Display;
use std::io::{self, Write};
use std::path::Path;

/// The exit code of an applet, or why there is none.
pub type AppletResult = Result<u8, Failure>;

/// Why an applet stopped.
#[derive(Debug)]
pub enum Failure {
    /// Whoever read our output has gone.
    BrokenPipe,
    /// One line for standard error, without the applet's name.
    Message {
        /// What to say.
        text: String,
        /// What to exit with.
        code: u8,
    },
}

impl Failure {
    /// A failure with exit code 1.
    pub fn new(text: impl Into<String>) -> Self {
        Self::Message { text: text.into(), code: 1 }
    }

    /// Wrong use, with the code the applet gives it.
    pub fn usage(text: impl Into<String>, code: u8) -> Self {
        Self::Message { text: text.into(), code }
    }

    /// What the system says about a path.
    pub fn at(path: impl AsRef<Path>, error: &io::Error) -> Self {
        Self::new(format!("{}: {}", path.as_ref().display(), reason(error)))
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe { Self::BrokenPipe } else { Self::new(reason(&error)) }
    }
}

impl From<lexopt::Error> for Failure {
    fn from(error: lexopt::Error) -> Self {
        Self::new(error.to_string())
    }
}

/// The system's words without Rust's number behind them.
pub fn reason(error: &io::Error) -> String {
    error
        .raw_os_error()
        .map_or_else(|| error.to_string(), |number| nix::errno::Errno::from_raw(number).desc().to_owned())
}

/// Says `name: text` on standard error.
pub fn complain(name: &str, text: impl Display) {
    let _ = writeln!(io::stderr(), "{name}: {text}");
}
