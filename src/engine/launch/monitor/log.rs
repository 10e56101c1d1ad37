//! The log of a container: one JSON object a line, Docker's `json-file` format. A log that may not grow further becomes
//! `….1`, what was `….1` becomes `….2`, and so on; the oldest is forgotten.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

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

/// Whether and how a log is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum LogPlan {
    /// It is not.
    None,
    /// In files.
    Files {
        /// Bytes in one of them, roughly; `None`: it grows.
        max_size: Option<u64>,
        /// How many there are at most, at least one.
        max_files: usize,
        /// Whether those that are full are compressed.
        compress: bool,
    },
}

/// Appends what a container writes.
#[derive(Debug)]
pub struct LogWriter {
    file: Option<File>,
    path: PathBuf,
    plan: LogPlan,
    size: u64,
    clock: Clock,
    /// The unfinished line of each stream.
    pending: [Vec<u8>; 2],
}

impl LogWriter {
    /// Opens, or makes, the log.
    ///
    /// # Errors
    /// What `open(2)` answers.
    pub fn open(path: &Path, plan: &LogPlan, clock: Clock) -> io::Result<Self> {
        let file = match plan {
            LogPlan::None => None,
            LogPlan::Files { .. } => Some(OpenOptions::new().create(true).append(true).open(path)?),
        };
        let size = file.as_ref().map(File::metadata).transpose()?.map_or(0, |metadata| metadata.len());
        let (path, plan) = (path.to_path_buf(), plan.clone());
        Ok(Self { file, path, plan, size, clock, pending: [Vec::new(), Vec::new()] })
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
        self.write(&text)
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
                self.write(&text)?;
            }
        }
        Ok(())
    }

    /// Writes whole records; a new file is begun between two of them when the old one is full.
    fn write(&mut self, text: &[u8]) -> io::Result<()> {
        for record in text.split_inclusive(|byte| *byte == b'\n') {
            let LogPlan::Files { max_size, max_files, compress } = self.plan else { return Ok(()) };
            if max_size.is_some_and(|limit| self.size >= limit) {
                self.begin_anew(max_files, compress)?;
            }
            if let Some(file) = &mut self.file {
                file.write_all(record)?;
                self.size += record.len() as u64;
            }
        }
        Ok(())
    }

    fn begin_anew(&mut self, files: usize, compress: bool) -> io::Result<()> {
        if files > 1 {
            for number in (1..files - 1).rev() {
                for ending in ["", ".gz"] {
                    // Not every number is there, nor in both ways.
                    let _ = fs::rename(numbered(&self.path, number, ending), numbered(&self.path, number + 1, ending));
                }
            }
            let first = numbered(&self.path, 1, "");
            fs::rename(&self.path, &first)?;
            if compress {
                compress_file(&first, &numbered(&self.path, 1, ".gz"))?;
            }
        } else {
            fs::remove_file(&self.path)?;
        }
        self.file = Some(OpenOptions::new().create_new(true).append(true).open(&self.path)?);
        self.size = 0;
        Ok(())
    }
}

/// The place of a full log: `….3.gz`.
pub fn numbered(path: &Path, number: usize, ending: &str) -> PathBuf {
    PathBuf::from(format!("{}.{number}{ending}", path.display()))
}

fn compress_file(from: &Path, to: &Path) -> io::Result<()> {
    let mut encoder = flate2::write::GzEncoder::new(File::create(to)?, flate2::Compression::default());
    io::copy(&mut File::open(from)?, &mut encoder)?;
    encoder.finish()?;
    fs::remove_file(from)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_files_are_numbered_and_the_oldest_is_forgotten() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("log");
        for compress in [false, true] {
            let plan = LogPlan::Files { max_size: Some(200), max_files: 3, compress };
            let mut log = LogWriter::open(&path, &plan, Clock::System).unwrap();
            for number in 0..40 {
                log.append(OutputStream::Stdout, format!("line {number}\n").as_bytes()).unwrap();
            }
            let ending = if compress { ".gz" } else { "" };
            assert!(path.exists() && numbered(&path, 1, ending).exists() && numbered(&path, 2, ending).exists());
            assert!(!numbered(&path, 3, ending).exists());
            let last = fs::read_to_string(&path).unwrap();
            assert!(last.contains("line 39") && last.len() < 400, "{last}");
            for number in [1, 2] {
                fs::remove_file(numbered(&path, number, ending)).unwrap();
            }
        }
    }

    #[test]
    fn nothing_is_kept_when_nothing_is_to_be() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("log");
        let mut log = LogWriter::open(&path, &LogPlan::None, Clock::System).unwrap();
        log.append(OutputStream::Stderr, b"said\nunfinished").unwrap();
        log.finish().unwrap();
        assert!(!path.exists());
    }
}
