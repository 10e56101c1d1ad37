//! Waits until the journal may have grown, without asking again and again.

use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;

use jiff::SignedDuration;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use rustix::fs::inotify::{self, CreateFlags, Reader, WatchFlags};

/// A watch on the state root: the journal, and its successor once it is set aside, are files of it.
pub struct Watch {
    inotify: OwnedFd,
}

/// Why a wait is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Woken {
    /// The journal may have grown, or the time is over.
    Changed,
    /// Somebody wants us to stop.
    Interrupted,
}

impl Watch {
    /// Watches from now on.
    ///
    /// # Errors
    /// What `inotify_init1(2)` and `inotify_add_watch(2)` answer.
    pub fn new(root: &Path) -> io::Result<Self> {
        let inotify = inotify::init(CreateFlags::NONBLOCK | CreateFlags::CLOEXEC)?;
        inotify::add_watch(&inotify, root, WatchFlags::MODIFY | WatchFlags::CREATE | WatchFlags::MOVE)?;
        Ok(Self { inotify })
    }

    /// Waits for a change, at most so long.
    ///
    /// # Errors
    /// What `poll(2)` answers.
    pub fn wait(&self, limit: Option<SignedDuration>, interrupt: Option<BorrowedFd<'_>>) -> io::Result<Woken> {
        let mut watched = vec![PollFd::new(self.inotify.as_fd(), PollFlags::POLLIN)];
        watched.extend(interrupt.map(|descriptor| PollFd::new(descriptor, PollFlags::POLLIN)));
        // Rounded up, so that the instant is past when we wake; a longer one than poll(2) counts is waited for again.
        let timeout = limit.map_or(PollTimeout::NONE, |limit| {
            PollTimeout::try_from(limit.as_millis().saturating_add(1)).unwrap_or(PollTimeout::MAX)
        });
        match poll(&mut watched, timeout) {
            Ok(_) | Err(nix::Error::EINTR) => {}
            Err(error) => return Err(error.into()),
        }
        if watched.get(1).is_some_and(|interrupt| interrupt.any().unwrap_or(false)) {
            return Ok(Woken::Interrupted);
        }
        let mut buffer = [MaybeUninit::uninit(); 4096];
        let mut reader = Reader::new(&self.inotify, &mut buffer);
        // What changed does not matter: the journal is read to its end either way.
        while reader.next().is_ok() {}
        Ok(Woken::Changed)
    }
}
