//! `Are you sure you want to continue? [y/N]`. Source: docker/cli `internal/prompt`.

use std::os::fd::AsFd;

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use super::context::Context;
use super::failure::Failure;
use super::session::catch_interrupts;

/// Longest answer we listen to.
const MAX_ANSWER: usize = 1024;

/// Asks; anything but `y` is no, an interruption too.
///
/// # Errors
/// The engine's, when the kernel refuses to catch signals.
pub fn confirm(context: &mut Context<'_>, warning: &str) -> Result<bool, Failure> {
    let question = format!("{warning}\nAre you sure you want to continue? [y/N] ");
    let out = &mut context.streams.stdout;
    let asked = out.write_all(question.as_bytes()).and_then(|()| out.flush());
    if asked.is_err() {
        return Ok(false);
    }
    let guard = catch_interrupts()?;
    let interrupt = guard.watch()?;
    let mut answer = Vec::new();
    while answer.len() < MAX_ANSWER {
        let mut watched =
            [PollFd::new(context.streams.stdin, PollFlags::POLLIN), PollFd::new(interrupt.as_fd(), PollFlags::POLLIN)];
        match poll(&mut watched, PollTimeout::NONE) {
            Ok(_) => {}
            Err(nix::Error::EINTR) => continue,
            Err(_) => return Ok(false),
        }
        if watched[1].any().unwrap_or(false) {
            let _ = context.streams.stdout.write_all(b"\n");
            return Ok(false);
        }
        // One byte at a time: what follows the line is somebody else's.
        let mut byte = [0];
        match nix::unistd::read(context.streams.stdin, &mut byte) {
            Ok(1) if byte[0] != b'\n' => answer.push(byte[0]),
            Err(nix::Error::EINTR | nix::Error::EAGAIN) => {}
            _ => break,
        }
    }
    Ok(String::from_utf8_lossy(&answer).trim().eq_ignore_ascii_case("y"))
}
