//! `--init`: a process 1 of ours that runs the command, passes signals on and reaps orphans.
//!
//! It is this program executed again under the name Docker gives it, so that no descriptor of the monitor
//! survives in the container.

use std::ffi::{CString, OsString};
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode};

use nix::sys::signal::{SigSet, Signal, kill};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;

use super::LaunchError;

/// The name it goes by, in `ps` too.
pub const NAME: &str = "/sbin/docker-init";
const CANNOT_RUN: u8 = 126;

/// How to execute the reaper so that it runs `program` with these arguments.
///
/// # Errors
/// [`LaunchError::Step`] for a NUL byte.
pub fn command_line(program: &CString, command: &[String]) -> Result<(CString, Vec<CString>), LaunchError> {
    let text = |text: &str| CString::new(text).map_err(|_| LaunchError::step(format!("read {text:?}"), "a NUL byte inside"));
    let mut arguments = vec![text(NAME)?, text("--")?, program.clone()];
    for word in command {
        arguments.push(text(word)?);
    }
    Ok((text("/proc/self/exe")?, arguments))
}

/// Runs `-- PROGRAM ARGV0 ARGUMENTS…` and answers with its exit code.
pub fn run(arguments: &[OsString]) -> ExitCode {
    let _ = nix::sys::prctl::set_dumpable(false);
    let [_, program, name, rest @ ..] = arguments else {
        return ExitCode::from(CANNOT_RUN);
    };
    let mut signals = SigSet::all();
    for synchronous in [Signal::SIGSEGV, Signal::SIGBUS, Signal::SIGFPE, Signal::SIGILL, Signal::SIGTRAP] {
        signals.remove(synchronous);
    }
    // Before the block, which the child would inherit and so never hear a `docker stop`.
    let Ok(child) = Command::new(program).arg0(name).args(rest).process_group(0).spawn() else {
        return ExitCode::from(CANNOT_RUN);
    };
    if signals.thread_block().is_err() {
        return ExitCode::from(CANNOT_RUN);
    }
    let Ok(child) = i32::try_from(child.id()).map(Pid::from_raw) else {
        return ExitCode::from(CANNOT_RUN);
    };
    // Fails without a terminal, which is fine.
    let _ = rustix::termios::tcsetpgrp(
        std::io::stdin(),
        rustix::process::Pid::from_raw(child.as_raw()).unwrap_or(rustix::process::Pid::INIT),
    );
    // It may have ended before the block, its signal unheard.
    if let Some(code) = reap(child) {
        return ExitCode::from(code);
    }
    loop {
        match signals.wait() {
            Ok(Signal::SIGCHLD) => {
                if let Some(code) = reap(child) {
                    return ExitCode::from(code);
                }
            }
            Ok(signal) => {
                let _ = kill(child, signal);
            }
            Err(_) => {}
        }
    }
}

/// Reaps all that ended; the exit code when the command is among them.
fn reap(child: Pid) -> Option<u8> {
    let mut answer = None;
    loop {
        match waitpid(None, Some(WaitPidFlag::WNOHANG)) {
            Ok(WaitStatus::Exited(pid, code)) if pid == child => answer = u8::try_from(code).ok(),
            Ok(WaitStatus::Signaled(pid, signal, _)) if pid == child => {
                answer = u8::try_from(128 + signal as i32).ok();
            }
            Ok(WaitStatus::StillAlive) | Err(_) => return answer,
            Ok(_) => {}
        }
    }
}

