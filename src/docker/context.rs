//! What a command is lent while it runs: the engine, the streams, the world around it, and an ear for events.

use std::any::Any;
use std::io::{self, Write};
use std::os::fd::BorrowedFd;
use std::path::PathBuf;

use super::event::Event;
use super::value::parse_bool;
use crate::engine::Engine;

/// What a command is lent.
pub struct Context<'a> {
    /// Where it is done.
    pub engine: &'a Engine,
    /// The client's own streams.
    pub streams: Streams<'a>,
    /// What surrounds the client.
    pub world: &'a World,
    /// Who is told what happens.
    pub events: &'a mut dyn FnMut(Event),
}

/// A terminal in raw mode for as long as this lives.
pub type RawMode = Box<dyn Any>;

/// The client's own streams, for the conversation with a container.
pub struct Streams<'a> {
    /// Standard input.
    pub stdin: BorrowedFd<'a>,
    /// Where a container's output goes.
    pub stdout: &'a mut dyn Write,
    /// Where a container's errors go.
    pub stderr: &'a mut dyn Write,
    /// Whether standard input is a terminal.
    pub stdin_is_terminal: bool,
    /// Whether standard output is one.
    pub stdout_is_terminal: bool,
    /// Whether standard error is one.
    pub stderr_is_terminal: bool,
    /// The terminal whose size the container's follows, when there is one.
    pub terminal: Option<BorrowedFd<'a>>,
    /// Puts a terminal into raw mode until the value is dropped.
    pub raw_mode: &'a dyn Fn(BorrowedFd<'_>) -> io::Result<RawMode>,
}

/// What surrounds the client, read once by `app`.
#[derive(Debug, Clone, Default)]
pub struct World {
    /// The environment, for `-e NAME`.
    pub variables: Vec<(String, String)>,
    /// Where relative paths start.
    pub working_directory: PathBuf,
    /// Which of Docker's two builders is imitated.
    pub buildkit: BuildKit,
    /// What was written to a terminal may be drawn over, as far as the user is concerned.
    pub redraws: bool,
}

/// Which of Docker's two builders is imitated (`DOCKER_BUILDKIT`).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum BuildKit {
    /// The present one.
    #[default]
    On,
    /// The classic one, `DOCKER_BUILDKIT=0`.
    Off,
}

/// What chooses between the two.
pub const BUILDKIT_VARIABLE: &str = "DOCKER_BUILDKIT";

impl BuildKit {
    /// What the variables say; the present one when they say nothing that can be read.
    pub fn of_variables(variables: &[(String, String)]) -> Self {
        let value = variables.iter().find(|(name, _)| name == BUILDKIT_VARIABLE).map(|(_, value)| value);
        if value.and_then(|value| parse_bool(value)) == Some(false) { Self::Off } else { Self::On }
    }
}

impl World {
    /// A variable of the environment.
    pub fn variable(&self, name: &str) -> Option<&str> {
        self.variables.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// A path as the client sees it.
    pub fn path(&self, typed: &str) -> PathBuf {
        self.working_directory.join(typed)
    }
}

impl Context<'_> {
    /// Tells what happens.
    pub fn tell(&mut self, event: Event) {
        (self.events)(event);
    }
}
