//! Signals read as a descriptor while a container holds the terminal: SIGWINCH and those to pass on.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};

use nix::sys::signal::{SigSet, Signal};
use nix::sys::signalfd::{SfdFlags, SignalFd};

/// Signals that arrive as bytes of a descriptor for as long as this lives, instead of interrupting us.
#[derive(Debug)]
pub struct SignalGuard {
    descriptor: SignalFd,
    before: SigSet,
}

impl SignalGuard {
    /// Blocks these signals for the thread and opens the descriptor (non-blocking, close-on-exec).
    ///
    /// # Errors
    /// When the kernel refuses.
    pub fn block(signals: &[Signal]) -> io::Result<Self> {
        let set: SigSet = signals.iter().copied().collect();
        let before = SigSet::thread_get_mask()?;
        set.thread_block()?;
        match SignalFd::with_flags(&set, SfdFlags::SFD_NONBLOCK | SfdFlags::SFD_CLOEXEC) {
            Ok(descriptor) => Ok(Self { descriptor, before }),
            Err(error) => {
                let _ = before.thread_set_mask();
                Err(error.into())
            }
        }
    }
}

impl AsFd for SignalGuard {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.descriptor.as_fd()
    }
}

impl Drop for SignalGuard {
    fn drop(&mut self) {
        // What was not read must not strike us the moment the mask is lifted.
        while let Ok(Some(_)) = self.descriptor.read_signal() {}
        let _ = self.before.thread_set_mask();
    }
}
