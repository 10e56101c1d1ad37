//! Stopping a build: a descriptor that becomes readable when the user has had enough.

use std::os::fd::{AsFd, BorrowedFd};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use super::BuildError;
use super::request::BuildRequest;

/// Fails once the user has had enough.
pub(super) fn check(request: &BuildRequest) -> Result<(), BuildError> {
    match &request.interrupt {
        Some(interrupt) if is_readable(interrupt.as_fd(), PollTimeout::ZERO) => Err(BuildError::Canceled),
        _ => Ok(()),
    }
}

/// Does some work; `stop` is called from beside it, once, when the user has had enough before it is done.
pub(super) fn while_watching<T>(
    request: &BuildRequest,
    stop: impl FnOnce() + Send,
    work: impl FnOnce() -> T,
) -> Result<T, BuildError> {
    let Some(interrupt) = &request.interrupt else { return Ok(work()) };
    let Ok((done, work_goes_on)) = nix::unistd::pipe() else { return Ok(work()) };
    let stopped = AtomicBool::new(false);
    let result = thread::scope(|scope| {
        scope.spawn(|| {
            let mut watched =
                [PollFd::new(interrupt.as_fd(), PollFlags::POLLIN), PollFd::new(done.as_fd(), PollFlags::POLLIN)];
            while poll(&mut watched, PollTimeout::NONE) == Err(nix::Error::EINTR) {}
            if watched[0].any().unwrap_or(false) {
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

fn is_readable(descriptor: BorrowedFd<'_>, timeout: PollTimeout) -> bool {
    let mut watched = [PollFd::new(descriptor, PollFlags::POLLIN)];
    matches!(poll(&mut watched, timeout), Ok(count) if count > 0)
}
