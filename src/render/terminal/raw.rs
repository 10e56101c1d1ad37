//! Raw mode, always given back: on drop, and on a panic even where panics abort.

use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::{Mutex, PoisonError};

use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};

/// What to give back, should the program die with the terminal in raw mode.
static BORROWED: Mutex<Option<(OwnedFd, Termios)>> = Mutex::new(None);

/// The terminal in raw mode for as long as this lives: every key goes to the container, none to us.
#[derive(Debug)]
pub struct RawGuard {
    terminal: OwnedFd,
    before: Termios,
}

impl RawGuard {
    /// Puts the terminal into raw mode, as Docker's client does (`cfmakeraw`).
    ///
    /// # Errors
    /// When it is not a terminal, or the kernel refuses.
    pub fn enter(terminal: BorrowedFd<'_>) -> io::Result<Self> {
        let before = tcgetattr(terminal)?;
        let mut raw = before.clone();
        raw.make_raw();
        let terminal = terminal.try_clone_to_owned()?;
        let spare = terminal.try_clone()?;
        *lock() = Some((spare, before.clone()));
        tcsetattr(&terminal, OptionalActions::Now, &raw)?;
        Ok(Self { terminal, before })
    }
}

impl Drop for RawGuard {
    fn drop(&mut self) {
        // `Drain`, not `Flush`: what was typed ahead belongs to the next prompt.
        let _ = tcsetattr(self.terminal.as_fd(), OptionalActions::Drain, &self.before);
        *lock() = None;
    }
}

/// Gives the terminal back before the panic message is written: destructors do not run when panics abort.
pub fn restore_on_panic() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        if let Some((terminal, before)) = lock().take() {
            let _ = tcsetattr(&terminal, OptionalActions::Now, &before);
        }
        usual(panic);
    }));
}

fn lock() -> std::sync::MutexGuard<'static, Option<(OwnedFd, Termios)>> {
    BORROWED.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::termios::LocalModes;

    fn pty() -> (OwnedFd, OwnedFd) {
        let controller =
            rustix::pty::openpt(rustix::pty::OpenptFlags::RDWR | rustix::pty::OpenptFlags::NOCTTY).unwrap();
        rustix::pty::grantpt(&controller).unwrap();
        rustix::pty::unlockpt(&controller).unwrap();
        let name = rustix::pty::ptsname(&controller, Vec::new()).unwrap();
        let flags = rustix::fs::OFlags::RDWR | rustix::fs::OFlags::NOCTTY;
        let terminal = rustix::fs::open(name.as_c_str(), flags, rustix::fs::Mode::empty()).unwrap();
        (controller, terminal)
    }

    #[test]
    fn raw_mode_is_entered_and_given_back() {
        let (_controller, terminal) = pty();
        let cooked = |fd: &OwnedFd| tcgetattr(fd).unwrap().local_modes.contains(LocalModes::ICANON | LocalModes::ECHO);
        assert!(cooked(&terminal));
        let guard = RawGuard::enter(terminal.as_fd()).unwrap();
        assert!(!cooked(&terminal));
        drop(guard);
        assert!(cooked(&terminal));
    }

    #[test]
    fn a_file_is_not_a_terminal() {
        let file = std::fs::File::open("/dev/null").unwrap();
        assert!(RawGuard::enter(file.as_fd()).is_err());
    }
}
