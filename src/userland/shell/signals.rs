//! Signals the shell itself attends to: trapped ones, and Ctrl-C at its prompt.
//!
//! They are blocked and read from a descriptor, so nothing runs behind the shell's back, a wait can
//! watch them beside something else, and started programs (whose mask is cleared) know nothing of it.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};

use nix::sys::signal::{SigSet, Signal};
use nix::sys::signalfd::{SfdFlags, SignalFd};

/// The watched signals and those that came.
#[derive(Default)]
pub struct Signals {
    watched: Option<(SigSet, SignalFd)>,
}

impl Signals {
    /// Starts attending to a signal.
    pub fn watch(&mut self, signal: Signal) -> io::Result<()> {
        let mut mask = self.watched.as_ref().map_or_else(SigSet::empty, |(mask, _)| *mask);
        mask.add(signal);
        mask.thread_block()?;
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

    /// Leaves a signal to its default action again.
    pub fn forget(&mut self, signal: Signal) -> io::Result<()> {
        if let Some((mask, descriptor)) = &mut self.watched {
            mask.remove(signal);
            descriptor.set_mask(mask)?;
            let mut one = SigSet::empty();
            one.add(signal);
            one.thread_unblock()?;
        }
        Ok(())
    }

    /// Whether any signal is attended to.
    pub fn any_watched(&self) -> bool {
        self.watched.is_some()
    }

    /// The next signal that came, if any; does not wait.
    pub fn take(&self) -> Option<Signal> {
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
