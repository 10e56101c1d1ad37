//! The log of a container as one stream of lines, whatever number of files it is in, and while they are renamed under us.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::Deserialize;

use super::{LogLine, OutputStream};
use crate::engine::launch::numbered;

#[derive(Deserialize)]
struct Record {
    log: String,
    stream: String,
    time: Timestamp,
}

/// Reads a log from its beginning.
pub(super) struct LogReader {
    path: PathBuf,
    /// Oldest first; all are open, so that none is lost by being renamed.
    files: VecDeque<BufReader<Box<dyn Read>>>,
    /// Which file the last of them is.
    newest: Option<u64>,
    /// What is there of an unfinished record.
    partial: String,
    /// When the last line was written, and how many lines were written then.
    last: Option<(Timestamp, usize)>,
    /// Lines read before the files were opened again.
    behind: Option<(Timestamp, usize)>,
}

impl LogReader {
    /// Opens what is there.
    ///
    /// # Errors
    /// What `open(2)` answers, except that there may be nothing yet.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let mut reader = Self {
            path: path.to_path_buf(),
            files: VecDeque::new(),
            newest: None,
            partial: String::new(),
            last: None,
            behind: None,
        };
        reader.open_files()?;
        Ok(reader)
    }

    /// The next line; `None` when there is none yet.
    ///
    /// # Errors
    /// What `read(2)` answers.
    pub(super) fn next_line(&mut self) -> io::Result<Option<LogLine>> {
        loop {
            let Some(file) = self.files.front_mut() else {
                if self.is_current()? {
                    return Ok(None);
                }
                self.reopen()?;
                continue;
            };
            file.read_line(&mut self.partial)?;
            if !self.partial.ends_with('\n') {
                if self.files.len() > 1 {
                    // No record goes on in the next file.
                    self.partial.clear();
                    self.files.pop_front();
                    continue;
                }
                if self.is_current()? {
                    return Ok(None);
                }
                // Something may have been written between our reading and its being full.
                let file = self.files.front_mut().map_or(Ok(0), |file| file.read_line(&mut self.partial))?;
                if file == 0 {
                    self.reopen()?;
                }
                if !self.partial.ends_with('\n') {
                    continue;
                }
            }
            let text = std::mem::take(&mut self.partial);
            // A line cut short by a power loss is no reason to hide the others.
            let Ok(record) = serde_json::from_str::<Record>(&text) else { continue };
            if !self.is_new(record.time) {
                continue;
            }
            let stream = if record.stream == "stderr" { OutputStream::Stderr } else { OutputStream::Stdout };
            return Ok(Some(LogLine { stream, time: record.time, bytes: record.log.into_bytes() }));
        }
    }

    /// Notes a line; false when it was read before.
    fn is_new(&mut self, time: Timestamp) -> bool {
        if let Some((last, count)) = &mut self.behind {
            if time < *last {
                return false;
            }
            if time == *last && *count > 0 {
                *count -= 1;
                return false;
            }
            self.behind = None;
        }
        self.last = match self.last {
            Some((last, count)) if last == time => Some((last, count + 1)),
            _ => Some((time, 1)),
        };
        true
    }

    /// Whether the newest file we have open is the one being written.
    fn is_current(&self) -> io::Result<bool> {
        match std::fs::metadata(&self.path) {
            Ok(metadata) => Ok(self.newest == Some(metadata.ino())),
            // Between two files, or none at all.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
            Err(error) => Err(error),
        }
    }

    fn reopen(&mut self) -> io::Result<()> {
        self.partial.clear();
        self.behind = self.last;
        self.open_files()
    }

    fn open_files(&mut self) -> io::Result<()> {
        self.files.clear();
        let mut full = VecDeque::new();
        for number in 1.. {
            let plain = open_if_there(&numbered(&self.path, number, ""))?;
            let packed = open_if_there(&numbered(&self.path, number, ".gz"))?;
            let file: Box<dyn Read> = match (plain, packed) {
                (Some(file), _) => Box::new(file),
                (None, Some(file)) => Box::new(flate2::read::GzDecoder::new(file)),
                (None, None) => break,
            };
            full.push_front(BufReader::new(file));
        }
        self.files = full;
        if let Some(file) = open_if_there(&self.path)? {
            self.newest = Some(file.metadata()?.ino());
            self.files.push_back(BufReader::new(Box::new(file)));
        }
        Ok(())
    }
}

fn open_if_there(path: &Path) -> io::Result<Option<File>> {
    match File::open(path) {
        Ok(file) => Ok(Some(file)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn record(number: u32) -> String {
        format!(
            "{{\"log\":\"line {number}\\n\",\"stream\":\"stdout\",\"time\":\"2026-01-01T00:00:00.{number:03}Z\"}}\n"
        )
    }

    fn rest(reader: &mut LogReader) -> Vec<String> {
        let mut lines = Vec::new();
        while let Some(line) = reader.next_line().unwrap() {
            lines.push(String::from_utf8(line.bytes).unwrap().trim_end().to_owned());
        }
        lines
    }

    #[test]
    fn lines_go_on_across_files_and_while_files_are_renamed() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("log");
        fs::write(numbered(&path, 2, ""), record(1)).unwrap();
        fs::write(numbered(&path, 1, ""), record(2) + &record(3)).unwrap();
        fs::write(&path, record(4)).unwrap();
        let mut reader = LogReader::open(&path).unwrap();
        assert_eq!(rest(&mut reader), ["line 1", "line 2", "line 3", "line 4"]);

        fs::write(&path, record(4) + &record(5)).unwrap();
        fs::rename(numbered(&path, 1, ""), numbered(&path, 2, "")).unwrap();
        fs::rename(&path, numbered(&path, 1, "")).unwrap();
        fs::write(&path, record(6)).unwrap();
        assert_eq!(rest(&mut reader), ["line 5", "line 6"]);
        assert_eq!(rest(&mut reader), Vec::<String>::new());
    }

    #[test]
    fn a_log_without_a_file_is_empty_until_there_is_one() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("log");
        let mut reader = LogReader::open(&path).unwrap();
        assert_eq!(rest(&mut reader), Vec::<String>::new());
        fs::write(&path, record(1)).unwrap();
        assert_eq!(rest(&mut reader), ["line 1"]);
    }
}
