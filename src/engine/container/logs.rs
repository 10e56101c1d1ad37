//! `docker logs`: reads the json-file log the monitor writes.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{BufRead, BufReader};

use jiff::Timestamp;
use serde::Deserialize;

use super::monitor_client::MonitorClient;
use super::{ContainerId, state_file};
use crate::engine::launch::protocol::Request;
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
    Stdout = 0,
    /// Standard error.
    Stderr = 1,
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

#[derive(Deserialize)]
struct Record {
    log: String,
    stream: String,
    time: Timestamp,
}

impl Engine {
    /// Hands each line to `sink`, oldest first; `sink` answers false to stop.
    ///
    /// # Errors
    /// [`EngineError::NoSuchContainer`], [`EngineError::Io`].
    pub fn container_logs(
        &self,
        id: &ContainerId,
        request: &LogRequest,
        sink: &mut dyn FnMut(LogLine) -> bool,
    ) -> Result<(), EngineError> {
        let running = self.container(id)?.state.is_running();
        let path = self.paths.container(id).join(state_file::LOG);
        let mut follower = if request.follow && running { self.follow(id) } else { None };
        let mut log = match File::open(&path) {
            Ok(file) => BufReader::new(file),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(EngineError::io(&path, error)),
        };
        let mut partial = String::new();
        let mut kept: VecDeque<LogLine> = VecDeque::new();
        let wanted = |line: &LogLine| {
            request.since.is_none_or(|since| line.time >= since) && request.until.is_none_or(|until| line.time <= until)
        };
        while let Some(line) = next_line(&mut log, &mut partial).map_err(|error| EngineError::io(&path, error))? {
            if !wanted(&line) {
                continue;
            }
            match request.tail {
                None if !sink(line.clone()) => return Ok(()),
                None => {}
                Some(tail) => {
                    kept.push_back(line);
                    if kept.len() > tail {
                        kept.pop_front();
                    }
                }
            }
        }
        if !kept.into_iter().all(&mut *sink) {
            return Ok(());
        }
        // The monitor's words are not read for what they say: each one means that the log has grown.
        while let Some(client) = &mut follower {
            let over = !matches!(client.receive(None), Ok(Some(reply)) if !is_end(&reply));
            while let Some(line) = next_line(&mut log, &mut partial).map_err(|error| EngineError::io(&path, error))? {
                if wanted(&line) && !sink(line) {
                    return Ok(());
                }
            }
            if over {
                follower = None;
            }
        }
        Ok(())
    }

    fn follow(&self, id: &ContainerId) -> Option<MonitorClient> {
        use super::AttachRequest;
        let mut client = MonitorClient::connect(&self.paths, id).ok()?;
        let attach = AttachRequest { stdin: false, stdout: true, stderr: true, window: None };
        client.send(&Request::Attach(attach)).ok()?;
        Some(client)
    }
}

fn is_end(reply: &crate::engine::launch::protocol::Reply) -> bool {
    matches!(reply, crate::engine::launch::protocol::Reply::Exited(_))
}

/// The next whole record; what is there of an unfinished one waits in `partial`.
fn next_line(log: &mut BufReader<File>, partial: &mut String) -> std::io::Result<Option<LogLine>> {
    loop {
        log.read_line(partial)?;
        if !partial.ends_with('\n') {
            return Ok(None);
        }
        let text = std::mem::take(partial);
        // A line cut short by a power loss is no reason to hide the others.
        if let Ok(record) = serde_json::from_str::<Record>(&text) {
            let stream = if record.stream == "stderr" { OutputStream::Stderr } else { OutputStream::Stdout };
            return Ok(Some(LogLine { stream, time: record.time, bytes: record.log.into_bytes() }));
        }
    }
}
