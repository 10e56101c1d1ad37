//! `--init`: a process 1 of ours that runs the command, passes signals on and reaps orphans.
//!
//! It is this program executed again under the name Docker gives it, so that no descriptor of the monitor
//! survives in the container.

use std::ffi::{CString, OsString};
use std::io;
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

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
    let text =
        |text: &str| CString::new(text).map_err(|_| LaunchError::step(format!("read {text:?}"), "a NUL byte inside"));
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
    // The child would inherit the block, and so never hear a `docker stop`: it is lifted while the child is made.
    // Handlers note what comes meanwhile; the child's are the default ones again once it is executed.
    let Ok(noted) = note_early_signals() else { return ExitCode::from(CANNOT_RUN) };
    if SigSet::empty().thread_set_mask().is_err() {
        return ExitCode::from(CANNOT_RUN);
    }
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
    for (signal, early) in &noted {
        if early.load(Ordering::SeqCst) {
            let _ = kill(child, *signal);
        }
    }
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

/// Notes the signals people send, from now until they are blocked.
fn note_early_signals() -> io::Result<Vec<(Signal, Arc<AtomicBool>)>> {
    let sent = [
        Signal::SIGHUP,
        Signal::SIGINT,
        Signal::SIGQUIT,
        Signal::SIGTERM,
        Signal::SIGUSR1,
        Signal::SIGUSR2,
        Signal::SIGALRM,
        Signal::SIGCONT,
        Signal::SIGWINCH,
    ];
    let note = |signal: Signal| {
        let early = Arc::new(AtomicBool::new(false));
        signal_hook::flag::register(signal as i32, Arc::clone(&early)).map(|_| (signal, early))
    };
    sent.into_iter().map(note).collect()
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
