//! Signals the shell itself attends to: trapped ones, and Ctrl-C at its prompt.
//!
//! They are blocked and read from a descriptor, so nothing runs behind the shell's back and a wait can
//! watch them beside something else. A started program must not inherit the mask: it is lifted while one
//! is started, and a handler that only raises a flag keeps a signal of that instant from being lost.

use std::collections::BTreeMap;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use nix::sys::signal::{SigSet, Signal};
use nix::sys::signalfd::{SfdFlags, SignalFd};

/// The watched signals and those that came.
#[derive(Default)]
pub struct Signals {
    watched: Option<(SigSet, SignalFd)>,
    /// Raised by the handlers, when a signal comes while none is blocked.
    flags: BTreeMap<i32, Arc<AtomicBool>>,
}

impl Signals {
    /// Starts attending to a signal.
    pub fn watch(&mut self, signal: Signal) -> io::Result<()> {
        let mut mask = self.watched.as_ref().map_or_else(SigSet::empty, |(mask, _)| *mask);
        mask.add(signal);
        mask.thread_block()?;
        let number = signal as i32;
        if signal != Signal::SIGCHLD && !self.flags.contains_key(&number) {
            let flag = Arc::new(AtomicBool::new(false));
            signal_hook::flag::register(number, Arc::clone(&flag))?;
            self.flags.insert(number, flag);
        }
        match &mut self.watched {
            Some((known, descriptor)) => {
                descriptor.set_mask(&mask)?;
                *known = mask;
            }
            None => {
                let flags = SfdFlags::SFD_CLOEXEC | SfdFlags::SFD_NONBLOCK;
                self.watched = Some((mask, SignalFd::with_flags(&mask, flags)?));
            }
        }
        Ok(())
    }

    /// Does something with no signal blocked: starting a program, which inherits the mask.
    pub fn unblocked<T>(&self, work: impl FnOnce() -> T) -> T {
        let Some((mask, _)) = &self.watched else { return work() };
        mask.thread_unblock().ok();
        let result = work();
        mask.thread_block().ok();
        result
    }

    /// Whether this signal is attended to.
    pub fn is_watched(&self, signal: Signal) -> bool {
        self.watched.as_ref().is_some_and(|(mask, _)| mask.contains(signal))
    }

    /// Whether any signal is attended to.
    pub fn any_watched(&self) -> bool {
        self.watched.is_some()
    }

    /// The next signal that came, if any; does not wait.
    pub fn take(&self) -> Option<Signal> {
        for (number, flag) in &self.flags {
            if flag.swap(false, Ordering::Relaxed) {
                return Signal::try_from(*number).ok();
            }
        }
        let (_, descriptor) = self.watched.as_ref()?;
        let information = descriptor.read_signal().ok()??;
        Signal::try_from(i32::try_from(information.ssi_signo).ok()?).ok()
    }

    /// Readable when a signal has come.
    pub fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        self.watched.as_ref().map(|(_, descriptor)| descriptor.as_fd())
    }
}

/// A signal by number or by name, with or without `SIG`.
pub fn parse_signal(text: &str) -> Option<Signal> {
    if let Ok(number) = text.parse::<i32>() {
        return Signal::try_from(number).ok();
    }
    let upper = text.to_ascii_uppercase();
    let name = upper.strip_prefix("SIG").unwrap_or(&upper);
    format!("SIG{name}").parse().ok()
}

/// A signal's name without `SIG`.
pub fn signal_name(signal: Signal) -> &'static str {
    signal.as_str().trim_start_matches("SIG")
}
