//! `docker logs`: the json-file log the monitor writes.

use jiff::Timestamp;

use super::ContainerId;
use crate::engine::{Engine, EngineError};

/// Which lines `logs` wants.
#[derive(Debug, Clone, Default)]
pub struct LogRequest {
    /// `-f`: wait for more until the container ends.
    pub follow: bool,
    /// `--tail`: only the last so many lines.
    pub tail: Option<usize>,
    /// `--since`.
    pub since: Option<Timestamp>,
    /// `--until`.
    pub until: Option<Timestamp>,
}

/// Which stream a piece of output came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OutputStream {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// One record of the log, line end included when there was one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogLine {
    /// Where it was written.
    pub stream: OutputStream,
    /// When.
    pub time: Timestamp,
    /// What.
    pub bytes: Vec<u8>,
}

impl Engine {
    /// Hands each line to `sink`, oldest first; `sink` answers false to stop.
    pub fn container_logs(&self, id: &ContainerId, request: &LogRequest, sink: &mut dyn FnMut(LogLine) -> bool) -> Result<(), EngineError> {
        let _ = (id, request, sink);
        todo!()
    }
}
