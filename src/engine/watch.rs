//! Waits until the files of a directory may have changed, without asking again and again.

use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;

use jiff::SignedDuration;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use rustix::fs::inotify::{self, CreateFlags, Reader, WatchFlags};

/// A watch on the files of a directory: written to, made, renamed.
pub(crate) struct DirectoryWatch {
    inotify: OwnedFd,
}

impl DirectoryWatch {
    /// Watches from now on.
    ///
    /// # Errors
    /// What `inotify_init1(2)` and `inotify_add_watch(2)` answer.
    pub(crate) fn new(directory: &Path) -> io::Result<Self> {
        let inotify = inotify::init(CreateFlags::NONBLOCK | CreateFlags::CLOEXEC)?;
        inotify::add_watch(&inotify, directory, WatchFlags::MODIFY | WatchFlags::CREATE | WatchFlags::MOVE)?;
        Ok(Self { inotify })
    }

    /// Waits for a change, for one of these descriptors to become readable, or for so long at most. Which of the
    /// descriptors are readable.
    ///
    /// # Errors
    /// What `poll(2)` answers.
    pub(crate) fn wait(&self, limit: Option<SignedDuration>, others: &[BorrowedFd<'_>]) -> io::Result<Vec<bool>> {
        let all = std::iter::once(self.inotify.as_fd()).chain(others.iter().copied());
        let mut watched: Vec<PollFd<'_>> = all.map(|descriptor| PollFd::new(descriptor, PollFlags::POLLIN)).collect();
        // Rounded up, so that the instant is past when we wake; a longer one than poll(2) counts is waited for again.
        let timeout = limit.map_or(PollTimeout::NONE, |limit| {
            PollTimeout::try_from(limit.as_millis().saturating_add(1)).unwrap_or(PollTimeout::MAX)
        });
        match poll(&mut watched, timeout) {
            Ok(_) => {}
            Err(nix::Error::EINTR) => return Ok(vec![false; others.len()]),
            Err(error) => return Err(error.into()),
        }
        let mut buffer = [MaybeUninit::uninit(); 4096];
        let mut reader = Reader::new(&self.inotify, &mut buffer);
        // What changed does not matter: whoever waits reads to the end either way.
        while reader.next().is_ok() {}
        Ok(watched[1..].iter().map(|other| other.any().unwrap_or(false)).collect())
    }
}
