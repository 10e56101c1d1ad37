//! Asking again what failed for a moment: a few times, each wait twice as long as the last, ended by an interrupt.

use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use super::RegistryError;

/// Attempts in all.
const ATTEMPTS: u32 = 5;
const FIRST_WAIT: Duration = Duration::from_millis(100);
/// A registry that asks for more patience than this is reported instead.
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// Becomes readable when the user has had enough.
pub(super) type Interrupt = Option<Arc<OwnedFd>>;

/// The waits between attempts.
#[derive(Debug)]
pub(super) struct Retry<'a> {
    interrupt: &'a Interrupt,
    failures: u32,
}

impl<'a> Retry<'a> {
    pub(super) fn new(interrupt: &'a Interrupt) -> Self {
        Self { interrupt, failures: 0 }
    }

    /// Something was achieved: patience starts anew.
    pub(super) fn progressed(&mut self) {
        self.failures = 0;
    }

    /// Waits after a failure.
    ///
    /// # Errors
    /// The failure itself when it is final or one too many; [`RegistryError::Canceled`] on an interrupt.
    pub(super) fn wait(&mut self, failure: RegistryError) -> Result<(), RegistryError> {
        self.failures += 1;
        if self.failures >= ATTEMPTS || !failure.is_transient() {
            return Err(failure);
        }
        let wait = match failure {
            RegistryError::TooManyRequests { lifts_in: Some(wait), .. } if wait > LONGEST_WAIT => return Err(failure),
            RegistryError::TooManyRequests { lifts_in: Some(wait), .. } => wait,
            _ => FIRST_WAIT * 2_u32.pow(self.failures - 1),
        };
        wait_unless_interrupted(self.interrupt, wait)
    }

    /// Does something until it succeeds or fails for good.
    pub(super) fn run<T>(
        interrupt: &'a Interrupt,
        mut attempt: impl FnMut() -> Result<T, RegistryError>,
    ) -> Result<T, RegistryError> {
        let mut retry = Retry::new(interrupt);
        loop {
            match attempt() {
                Err(failure) => retry.wait(failure)?,
                done => return done,
            }
        }
    }
}

/// Fails at once when the user has had enough.
pub(super) fn check(interrupt: &Interrupt) -> Result<(), RegistryError> {
    wait_unless_interrupted(interrupt, Duration::ZERO)
}

fn wait_unless_interrupted(interrupt: &Interrupt, wait: Duration) -> Result<(), RegistryError> {
    let timeout = Timespec::try_from(wait).ok();
    let mut watched: Vec<PollFd<'_>> =
        interrupt.iter().map(|descriptor| PollFd::from_borrowed_fd(descriptor.as_fd(), PollFlags::IN)).collect();
    if watched.is_empty() && wait.is_zero() {
        return Ok(());
    }
    match poll(&mut watched, timeout.as_ref()) {
        Ok(0) | Err(Errno::INTR) => Ok(()),
        Ok(_) => Err(RegistryError::Canceled),
        Err(_) => Ok(()),
    }
}
