//! `docker logs`: reads the json-file log the monitor writes.

use std::collections::VecDeque;

use jiff::Timestamp;

use super::log_reader::LogReader;
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
        let record = self.container(id)?;
        if record.host_config.log_config.driver == "none" {
            let sentence = "configured logging driver does not support reading";
            return Err(EngineError::InvalidRequest(sentence.to_owned()));
        }
        let running = record.state.is_running();
        let path = self.paths.container(id).join(state_file::LOG);
        let mut follower = if request.follow && running { self.follow(id) } else { None };
        let failed = |error| EngineError::io(&path, error);
        let mut log = LogReader::open(&path).map_err(failed)?;
        let mut kept: VecDeque<LogLine> = VecDeque::new();
        let wanted = |line: &LogLine| {
            request.since.is_none_or(|since| line.time >= since) && request.until.is_none_or(|until| line.time <= until)
        };
        while let Some(line) = log.next_line().map_err(failed)? {
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
            while let Some(line) = log.next_line().map_err(failed)? {
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
