//! What happens while a command runs, told as it happens.

use std::cell::Cell;
use std::path::PathBuf;
use std::rc::Rc;

use super::failure::Complaint;
use super::outcome::StatsListing;
use crate::engine::archive::LoadEvent;
use crate::engine::build::BuildEvent;
use crate::engine::container::LogLine;
use crate::engine::journal::JournalEvent;
use crate::engine::oci::Digest;
use crate::engine::registry::{PushEvent, Pushed};
use crate::engine::store::PullEvent;

/// Something that happened.
#[derive(Debug)]
pub enum Event {
    /// The client left a container that goes on; what is shown next begins in the middle of a line.
    Detached,
    /// A step of `load`.
    Load(LoadEvent),
    /// `cp` is over, well or not.
    Copied {
        /// Of the archive.
        bytes: u64,
        /// Where it went.
        path: String,
    },
    /// One of several targets is done: its name as typed, or the id of what was made.
    Done(String),
    /// One of several targets failed, and is said at once.
    Failed(Complaint),
    /// A container was paused by signals: no control group was to be had.
    PausedBySignals,
    /// What containers use, again and again.
    Stats(StatsFrame),
    /// The daemon's warning.
    Warning(String),
    /// `run` and `create` found no such image here.
    ImageMissing(String),
    /// `pull` was given no tag.
    DefaultTag(String),
    /// A step of a pull.
    Pull(OutputTarget, PullEvent),
    /// A pull is over.
    Pulled {
        /// Where to say it.
        output: OutputTarget,
        /// The reference, as Docker shows it.
        reference: String,
        /// Of the manifest.
        digest: Digest,
        /// False when it was up to date.
        downloaded: bool,
        /// True for a stand-in that lives inside this program.
        embedded: bool,
        /// Whether it is one of several tags: [`Event::AllPulled`] says how it went then.
        among_others: bool,
    },
    /// Every tag of a repository has come; whether any was new.
    AllPulled(String, bool),
    /// A push begins: to this repository.
    PushStarted(String),
    /// A step of a push.
    Push(PushEvent),
    /// A push is over.
    Pushed(Pushed),
    /// A secret will be readable by whoever can read this file.
    StoredInTheClear(PathBuf),
    /// A secret was typed for everybody to see.
    PasswordOnCommandLine,
    /// A registry is asked with what is stored, under this name.
    StoredCredentials(String),
    /// What is stored is not good: why, where the registry does not only refuse it.
    StoredCredentialsFailed(Option<String>),
    /// A registry took our name and secret.
    LoggedIn,
    /// The credentials of this registry are taken away.
    LoggingOut(String),
    /// A record of a container's log.
    Log {
        /// What was written.
        line: LogLine,
        /// Whether its time is shown.
        timestamps: bool,
    },
    /// Something that happened in the engine (`events`).
    Journal {
        /// What.
        event: Box<JournalEvent>,
        /// `--format`.
        format: Option<String>,
    },
    /// The classic builder is about to be used.
    BuildDeprecated,
    /// A step of a build.
    Build(BuildOutput, Box<BuildEvent>),
}

/// One picture of `docker stats`, over the one before.
#[derive(Debug)]
pub struct StatsFrame {
    /// What it shows.
    pub listing: StatsListing,
    /// Set by whoever cannot show it: the template is wrong, or nobody reads any more.
    pub refused: Rc<Cell<bool>>,
}

/// How a build is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BuildOutput {
    /// As it happens: redrawn on a terminal, line by line elsewhere.
    Progress,
    /// Redrawn, whatever standard error is.
    Terminal,
    /// Line by line.
    Plain,
    /// One JSON object a line.
    RawJson,
    /// As it happens, without the list of warnings: they are the result.
    Check,
    /// Only the id, at the end (`-q`).
    Quiet,
}

/// Where progress goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputTarget {
    /// Standard output (`pull`).
    Stdout,
    /// Standard error (`run`).
    Stderr,
    /// Nowhere (`-q`).
    Nowhere,
}
