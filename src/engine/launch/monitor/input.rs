//! What clients typed and a process has not read yet.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

use rustix::io::Errno;

/// Past this much unread input, clients are not read any more until the process catches up.
const FULL: usize = 64 * 1024;

/// A process's standard input, with what waits to be written to it.
#[derive(Debug)]
pub struct Input {
    descriptor: Option<OwnedFd>,
    waiting: Vec<u8>,
    closing: bool,
}

impl Input {
    /// Of a pipe or terminal set non-blocking.
    pub fn new(descriptor: Option<OwnedFd>) -> Self {
        Self { descriptor, waiting: Vec::new(), closing: false }
    }

    /// Adds bytes, unless it is closed.
    pub fn push(&mut self, bytes: &[u8]) {
        if self.descriptor.is_some() && !self.closing {
            self.waiting.extend_from_slice(bytes);
        }
    }

    /// Closes it once all that waits is written.
    pub fn close(&mut self) {
        self.closing = true;
        self.settle();
    }

    /// Whether clients should hold back.
    pub fn is_full(&self) -> bool {
        self.waiting.len() >= FULL
    }

    /// What to watch for writability, when something waits.
    pub fn wants_write(&self) -> Option<BorrowedFd<'_>> {
        if self.waiting.is_empty() { None } else { self.descriptor.as_ref().map(AsFd::as_fd) }
    }

    /// Writes what can be written; a reader that is gone takes the rest with it.
    pub fn flush(&mut self) {
        while let Some(descriptor) = &self.descriptor {
            if self.waiting.is_empty() {
                break;
            }
            match rustix::io::write(descriptor, &self.waiting) {
                Ok(count) => {
                    self.waiting.drain(..count);
                }
                Err(Errno::AGAIN) => return,
                Err(Errno::INTR) => {}
                Err(_) => {
                    self.waiting.clear();
                    self.descriptor = None;
                }
            }
        }
        self.settle();
    }

    fn settle(&mut self) {
        if self.closing && self.waiting.is_empty() {
            self.descriptor = None;
        }
    }
}
