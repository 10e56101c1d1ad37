//! `docker logs`: reads the json-file log the monitor writes.

use std::collections::VecDeque;
use std::io;
use std::os::fd::BorrowedFd;

use jiff::Timestamp;

use super::log_reader::LogReader;
use super::monitor_client::MonitorClient;
use super::{ContainerId, ContainerRecord, state_file};
use crate::engine::launch::protocol::Request;
use crate::engine::watch::DirectoryWatch;
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
        self.follow_logs(id, request, None, sink)
    }

    /// The same, until `interrupt` becomes readable at the latest.
    ///
    /// # Errors
    /// As [`Engine::container_logs`].
    pub fn follow_logs(
        &self,
        id: &ContainerId,
        request: &LogRequest,
        interrupt: Option<BorrowedFd<'_>>,
        sink: &mut dyn FnMut(LogLine) -> bool,
    ) -> Result<(), EngineError> {
        let record = self.container(id)?;
        if record.host_config.log_config.driver == "none" {
            let sentence = "configured logging driver does not support reading";
            return Err(EngineError::InvalidRequest(sentence.to_owned()));
        }
        let path = self.paths.container(id).join(state_file::LOG);
        let failed = |error| EngineError::io(&path, error);
        // Watched before it is read, so that nothing falls between.
        let follower = if request.follow { self.follower(&record).map_err(failed)? } else { None };
        let mut log = LogReader::open(&path).map_err(failed)?;
        let mut kept: VecDeque<LogLine> = VecDeque::new();
        while let Some(line) = log.next_line().map_err(failed)? {
            if !request.admits(&line) {
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
        let Some((watch, monitor)) = follower else { return Ok(()) };
        let others: Vec<BorrowedFd<'_>> = std::iter::once(monitor.as_fd()).chain(interrupt).collect();
        loop {
            let left = match request.until.map(|until| until.duration_since(self.clock.now())) {
                Some(left) if !left.is_positive() => return Ok(()),
                left => left,
            };
            let readable = watch.wait(left, &others).map_err(failed)?;
            // All that was written was written before the monitor spoke of the end.
            while let Some(line) = log.next_line().map_err(failed)? {
                if request.admits(&line) && !sink(line) {
                    return Ok(());
                }
            }
            if readable.contains(&true) {
                return Ok(());
            }
        }
    }

    /// What tells that the log has grown, and what tells that it will not grow any more; `None` when that is so already.
    fn follower(&self, record: &ContainerRecord) -> io::Result<Option<(DirectoryWatch, MonitorClient)>> {
        if !record.state.is_running() {
            return Ok(None);
        }
        let watch = DirectoryWatch::new(&self.paths.container(&record.id))?;
        let connected = MonitorClient::connect(&self.paths, &record.id).and_then(|mut client| {
            client.send(&Request::Wait)?;
            Ok(client)
        });
        Ok(connected.ok().map(|client| (watch, client)))
    }
}

impl LogRequest {
    fn admits(&self, line: &LogLine) -> bool {
        self.since.is_none_or(|since| line.time >= since) && self.until.is_none_or(|until| line.time <= until)
    }
}
