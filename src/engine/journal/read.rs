//! Reads the journal: what happened, and what happens from now on.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::os::fd::BorrowedFd;
use std::os::unix::fs::MetadataExt;

use jiff::Timestamp;

use super::JournalEvent;
use crate::engine::watch::DirectoryWatch;
use crate::engine::{Engine, EngineError, Paths};

/// Which events are wanted.
#[derive(Debug, Clone, Default)]
pub struct JournalRequest {
    /// From this instant on. Without it, and without `until`, nothing of the past.
    pub since: Option<Timestamp>,
    /// Up to this instant: one to come is waited for. Without it, for ever.
    pub until: Option<Timestamp>,
}

impl Engine {
    /// Hands each wanted event to `sink`, oldest first, then those to come as they come; `sink` answers false to stop.
    /// Ends at `until`, or when `interrupt` becomes readable.
    ///
    /// # Errors
    /// [`EngineError::Io`].
    pub fn events(
        &self,
        request: &JournalRequest,
        interrupt: Option<BorrowedFd<'_>>,
        sink: &mut dyn FnMut(JournalEvent) -> bool,
    ) -> Result<(), EngineError> {
        let path = self.paths.journal();
        self.follow_journal(request, interrupt, sink).map_err(|error| EngineError::io(path, error))
    }

    fn follow_journal(
        &self,
        request: &JournalRequest,
        interrupt: Option<BorrowedFd<'_>>,
        sink: &mut dyn FnMut(JournalEvent) -> bool,
    ) -> io::Result<()> {
        // Watched before it is read, so that nothing falls between.
        let watch = DirectoryWatch::new(self.paths.root())?;
        let from_now_on = request.since.is_none() && request.until.is_none();
        let mut tail = Tail::open(&self.paths, from_now_on)?;
        let wanted = |event: &JournalEvent| {
            request.since.is_none_or(|since| event.time >= since)
                && request.until.is_none_or(|until| event.time <= until)
        };
        loop {
            while let Some(event) = tail.next(&self.paths)? {
                if wanted(&event) && !sink(event) {
                    return Ok(());
                }
            }
            let left = match request.until.map(|until| until.duration_since(self.clock.now())) {
                Some(left) if !left.is_positive() => return Ok(()),
                left => left,
            };
            if watch.wait(left, interrupt.as_slice())?.contains(&true) {
                return Ok(());
            }
        }
    }
}

/// Where a reader is: in the file set aside, or in the present one.
struct Tail {
    file: Option<(BufReader<File>, u64)>,
    partial: Vec<u8>,
}

impl Tail {
    fn open(paths: &Paths, at_end: bool) -> io::Result<Self> {
        let first = match open(&paths.journal_before())? {
            Some(file) if !at_end => Some(file),
            _ => open(&paths.journal())?,
        };
        let mut tail = Self { file: first, partial: Vec::new() };
        while at_end && tail.next(paths)?.is_some() {}
        Ok(tail)
    }

    /// The next whole event there is now; what is there of an unfinished line waits.
    fn next(&mut self, paths: &Paths) -> io::Result<Option<JournalEvent>> {
        loop {
            let Some((reader, inode)) = &mut self.file else {
                self.file = open(&paths.journal())?;
                if self.file.is_none() {
                    return Ok(None);
                }
                continue;
            };
            // Whether it is still the present one is asked before its end is looked for: nobody writes to one set aside.
            let present = std::fs::metadata(paths.journal()).is_ok_and(|there| there.ino() == *inode);
            reader.read_until(b'\n', &mut self.partial)?;
            if self.partial.ends_with(b"\n") {
                let line = std::mem::take(&mut self.partial);
                // A line cut short by a power loss is no reason to hide the others.
                if let Ok(event) = serde_json::from_slice(&line) {
                    return Ok(Some(event));
                }
            } else if present {
                return Ok(None);
            } else {
                self.partial.clear();
                // Ours was set aside; when it is not the last one that was, that one comes first.
                let before = open(&paths.journal_before())?.filter(|(_, other)| other != inode);
                match before.map_or_else(|| open(&paths.journal()), |before| Ok(Some(before)))? {
                    None => return Ok(None),
                    next => self.file = next,
                }
            }
        }
    }
}

fn open(path: &std::path::Path) -> io::Result<Option<(BufReader<File>, u64)>> {
    match File::open(path) {
        Ok(file) => {
            let inode = file.metadata()?.ino();
            Ok(Some((BufReader::new(file), inode)))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
#[path = "tests.rs"]
mod tests;
