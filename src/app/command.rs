//! What the program is asked to do, once.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::PathBuf;

/// What the program is asked to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Open the course; script mode when the input is not a terminal.
    Shell,
    /// Be `docker`, with these arguments.
    Docker(Vec<OsString>),
    /// List the lessons and the learner's progress.
    Lessons,
    /// Say what holds of a lesson, without a human.
    Check {
        /// Its name or number.
        lesson: String,
    },
    /// Prove the lessons: ours, or those of a directory.
    Validate {
        /// The one that holds `lessons` and `locales`; ours when absent.
        directory: Option<PathBuf>,
    },
    /// Say what this machine allows.
    Doctor {
        /// `--réparer`: put right what dead processes left, first.
        repair: bool,
    },
    /// Run the solution of a lesson.
    Play {
        /// Its name or number.
        lesson: String,
    },
    /// Serve the local images as a registry.
    Registry {
        /// Where; the loopback unless said otherwise.
        address: SocketAddr,
        /// Whether clients may delete.
        deletion: bool,
    },
    /// Make, check or install a course pack.
    Pack(PackCommand),
    /// Print the options.
    Help,
    /// Print the version.
    Version,
}

/// What is done with a course pack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PackCommand {
    /// Make one.
    Create {
        /// Where.
        file: PathBuf,
        /// Names or numbers; all when empty.
        lessons: Vec<String>,
        /// `--image`: beside those the lessons name.
        images: Vec<String>,
    },
    /// Use its lessons and images from now on.
    Install {
        /// Which.
        file: PathBuf,
    },
    /// Check it from end to end.
    Verify {
        /// Which.
        file: PathBuf,
    },
}

/// Every word that names a command: the French one first, then its spelling without accents, then English.
pub(super) const COMMAND_WORDS: [(&str, CommandWord); 24] = [
    ("docker", CommandWord::Docker),
    ("leçons", CommandWord::Lessons),
    ("lecons", CommandWord::Lessons),
    ("lessons", CommandWord::Lessons),
    ("vérifier", CommandWord::Check),
    ("verifier", CommandWord::Check),
    ("check", CommandWord::Check),
    ("valider", CommandWord::Validate),
    ("validate", CommandWord::Validate),
    ("diagnostic", CommandWord::Doctor),
    ("doctor", CommandWord::Doctor),
    ("registre", CommandWord::Registry),
    ("registry", CommandWord::Registry),
    ("jouer", CommandWord::Play),
    ("play", CommandWord::Play),
    ("paquet", CommandWord::Pack),
    ("pack", CommandWord::Pack),
    ("aide", CommandWord::Help),
    ("help", CommandWord::Help),
    ("--help", CommandWord::Help),
    ("-h", CommandWord::Help),
    ("--aide", CommandWord::Help),
    ("--version", CommandWord::Version),
    ("-V", CommandWord::Version),
];

/// A command's name, before its arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CommandWord {
    Docker,
    Lessons,
    Check,
    Validate,
    Doctor,
    Play,
    Registry,
    Pack,
    Help,
    Version,
}

/// For whom an answer is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AnswerFormat {
    /// People.
    #[default]
    Text,
    /// Programs.
    Json,
}
