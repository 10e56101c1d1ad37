//! Stopping a build: descriptors that become readable, or hang up, when it is to end. One is the user's; a stage that
//! fails has one for the stages at work beside it.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::{io, thread};

use nix::fcntl::OFlag;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::unistd::pipe2;

use super::BuildError;
use super::request::BuildRequest;

/// What ends a build before its time.
#[derive(Debug, Clone, Default)]
pub(super) struct Interrupt {
    watched: Vec<Arc<OwnedFd>>,
}

impl Interrupt {
    /// The user has had enough.
    pub(super) fn of(request: &BuildRequest) -> Self {
        Self { watched: request.interrupt.iter().cloned().collect() }
    }

    /// The same, or this one too.
    pub(super) fn or(&self, halt: &Halt) -> Self {
        let mut watched = self.watched.clone();
        watched.push(Arc::clone(&halt.heard));
        Self { watched }
    }

    /// Fails once it is time to end.
    pub(super) fn check(&self) -> Result<(), BuildError> {
        let readable = |descriptor: &Arc<OwnedFd>| {
            let mut watched = [PollFd::new(descriptor.as_fd(), PollFlags::POLLIN)];
            matches!(poll(&mut watched, PollTimeout::ZERO), Ok(count) if count > 0)
        };
        if self.watched.iter().any(readable) { Err(BuildError::Canceled) } else { Ok(()) }
    }

    /// Does some work; `stop` is called from beside it, once, when it is time to end before it is done.
    pub(super) fn while_watching<T>(
        &self,
        stop: impl FnOnce() + Send,
        work: impl FnOnce() -> T,
    ) -> Result<T, BuildError> {
        if self.watched.is_empty() {
            return Ok(work());
        }
        // No process of another stage inherits an end: it would never hang up.
        let Ok((done, work_goes_on)) = pipe2(OFlag::O_CLOEXEC) else { return Ok(work()) };
        let stopped = AtomicBool::new(false);
        let result = thread::scope(|scope| {
            scope.spawn(|| {
                if any_but_last(self.watched.iter().map(AsFd::as_fd).chain([done.as_fd()])) {
                    stopped.store(true, Ordering::SeqCst);
                    stop();
                }
            });
            let result = work();
            // The other end hangs up: the watcher has nothing left to watch.
            drop(work_goes_on);
            result
        });
        if stopped.into_inner() { Err(BuildError::Canceled) } else { Ok(result) }
    }
}

/// Waits for one of these; whether it is another than the last.
fn any_but_last<'a>(descriptors: impl Iterator<Item = BorrowedFd<'a>>) -> bool {
    let mut watched: Vec<PollFd<'_>> =
        descriptors.map(|descriptor| PollFd::new(descriptor, PollFlags::POLLIN)).collect();
    while poll(&mut watched, PollTimeout::NONE) == Err(nix::Error::EINTR) {}
    watched[..watched.len() - 1].iter().any(|watched| watched.any().unwrap_or(false))
}

/// Ends what listens to it; once, and for good.
#[derive(Debug)]
pub(super) struct Halt {
    heard: Arc<OwnedFd>,
    held: Mutex<Option<OwnedFd>>,
}

impl Halt {
    /// Makes one.
    pub(super) fn new() -> io::Result<Self> {
        let (heard, held) = pipe2(OFlag::O_CLOEXEC)?;
        Ok(Self { heard: Arc::new(heard), held: Mutex::new(Some(held)) })
    }

    /// Now.
    pub(super) fn now(&self) {
        self.held.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_halt_ends_work_that_listens_and_no_other() {
        let halt = Halt::new().unwrap();
        let interrupt = Interrupt::default().or(&halt);
        assert!(interrupt.check().is_ok());
        assert_eq!(interrupt.while_watching(|| unreachable!(), || 7).unwrap(), 7);
        let (stopped, told) = std::sync::mpsc::channel();
        let ended = interrupt.while_watching(
            move || stopped.send(()).unwrap(),
            || {
                halt.now();
                told.recv().unwrap();
            },
        );
        assert!(matches!(ended, Err(BuildError::Canceled)) && interrupt.check().is_err());
        assert!(Interrupt::default().check().is_ok());
    }
}
