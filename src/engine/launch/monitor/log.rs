//! The log of a container: one JSON object a line, Docker's `json-file` format.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::engine::Clock;
use crate::engine::container::OutputStream;

/// A longer line is cut into records of this size, as Docker does.
const MAX_RECORD: usize = 16 * 1024;

/// One record, in Docker's order.
#[derive(Debug, Serialize, Deserialize)]
struct Record<'a> {
    log: &'a str,
    stream: &'a str,
    time: jiff::Timestamp,
}

/// Appends what a container writes.
#[derive(Debug)]
pub struct LogWriter {
    file: File,
    clock: Clock,
    /// The unfinished line of each stream.
    pending: [Vec<u8>; 2],
}

impl LogWriter {
    /// Opens, or makes, the log.
    ///
    /// # Errors
    /// What `open(2)` answers.
    pub fn open(path: &Path, clock: Clock) -> io::Result<Self> {
        let file = OpenOptions::new().create(true).append(true).open(path)?;
        Ok(Self { file, clock, pending: [Vec::new(), Vec::new()] })
    }

    /// Takes bytes as they come and writes the lines that are whole.
    ///
    /// # Errors
    /// What `write(2)` answers.
    pub fn append(&mut self, stream: OutputStream, bytes: &[u8]) -> io::Result<()> {
        let pending = &mut self.pending[stream as usize];
        pending.extend_from_slice(bytes);
        let mut taken = 0;
        let mut text = Vec::new();
        let time = self.clock.now();
        while taken < pending.len() {
            let rest = &pending[taken..];
            let length = match rest.iter().take(MAX_RECORD).position(|byte| *byte == b'\n') {
                Some(end) => end + 1,
                None if rest.len() >= MAX_RECORD => MAX_RECORD,
                None => break,
            };
            write_record(&mut text, stream, &rest[..length], time)?;
            taken += length;
        }
        pending.drain(..taken);
        self.file.write_all(&text)
    }

    /// Writes the lines that never ended.
    ///
    /// # Errors
    /// What `write(2)` answers.
    pub fn finish(&mut self) -> io::Result<()> {
        for stream in [OutputStream::Stdout, OutputStream::Stderr] {
            let rest = std::mem::take(&mut self.pending[stream as usize]);
            if !rest.is_empty() {
                let mut text = Vec::new();
                write_record(&mut text, stream, &rest, self.clock.now())?;
                self.file.write_all(&text)?;
            }
        }
        Ok(())
    }
}

fn write_record(text: &mut Vec<u8>, stream: OutputStream, bytes: &[u8], time: jiff::Timestamp) -> io::Result<()> {
    let log = String::from_utf8_lossy(bytes);
    let stream = match stream {
        OutputStream::Stdout => "stdout",
        OutputStream::Stderr => "stderr",
    };
    serde_json::to_writer(&mut *text, &Record { log: &log, stream, time })?;
    text.push(b'\n');
    Ok(())
}
