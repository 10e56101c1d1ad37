//! Waiting for programs in the foreground, with the terminal handed over and taken back.

use std::os::fd::AsFd;
use std::time::Duration;

use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::signal::{Signal, killpg};
use nix::unistd::{Pid, tcsetpgrp};

use super::Shell;
use super::flow::{Outcome, Stop};
use super::interpreter::JobControl;
use super::jobs::Ended;

impl Shell {
    /// Waits for a pipeline in the foreground. The status of each program, in order.
    pub(super) fn wait_foreground(&mut self, pids: &[Pid], group: Option<Pid>, source: &str) -> Result<Vec<i32>, Stop> {
        if let Some(group) = group {
            self.give_terminal(group);
        }
        let stops = group.is_some();
        while pids.iter().any(|pid| self.jobs.knows(*pid) && self.jobs.status(*pid).is_none()) {
            match self.jobs.reap(true, stops) {
                Ok(Some((pid, Ended::Stopped(signal)))) if pids.contains(&pid) => {
                    // Started before the terminal was theirs: let them go on.
                    if signal == Signal::SIGTTIN as i32 || signal == Signal::SIGTTOU as i32 {
                        if let Some(group) = group {
                            self.give_terminal(group);
                            killpg(group, Signal::SIGCONT).ok();
                        }
                        continue;
                    }
                    self.take_terminal();
                    let number = self.jobs.add(pids.to_vec(), group, source.to_owned(), true);
                    self.print_error(&format!("\n[{number}]+  {:<27}{source}\n", "Stopped"));
                    return Ok(vec![128 + signal]);
                }
                Ok(Some((pid, Ended::Killed(signal, dumped)))) if pids.contains(&pid) => {
                    self.tell_killed(signal, dumped);
                }
                Ok(_) | Err(Errno::EINTR) => {}
                Err(_) => break,
            }
        }
        if group.is_some() {
            self.take_terminal();
        }
        let statuses: Vec<i32> = pids.iter().map(|pid| self.jobs.status(*pid).unwrap_or(127)).collect();
        for pid in pids {
            self.jobs.forget(*pid);
        }
        self.after_foreground(&statuses)?;
        Ok(statuses)
    }

    fn after_foreground(&self, statuses: &[i32]) -> Result<(), Stop> {
        let last = statuses.last().copied().unwrap_or(0);
        let on_terminal = self.is_interactive() && matches!(self.job_control, JobControl::On { .. });
        if on_terminal && last == 128 + Signal::SIGINT as i32 {
            return Err(Stop::Interrupted);
        }
        Ok(())
    }

    /// Says what ended a program one waited for, as busybox's `ash` does; an interrupt and a broken pipe are no news.
    fn tell_killed(&self, signal: i32, dumped: bool) {
        let said = match Signal::try_from(signal) {
            Ok(Signal::SIGINT | Signal::SIGPIPE) => return,
            Ok(Signal::SIGHUP) => "Hangup",
            Ok(Signal::SIGQUIT) => "Quit",
            Ok(Signal::SIGILL) => "Illegal instruction",
            Ok(Signal::SIGTRAP) => "Trace/breakpoint trap",
            Ok(Signal::SIGABRT) => "Aborted",
            Ok(Signal::SIGBUS) => "Bus error",
            Ok(Signal::SIGFPE) => "Floating point exception",
            Ok(Signal::SIGKILL) => "Killed",
            Ok(Signal::SIGUSR1) => "User defined signal 1",
            Ok(Signal::SIGSEGV) => "Segmentation fault",
            Ok(Signal::SIGUSR2) => "User defined signal 2",
            Ok(Signal::SIGALRM) => "Alarm clock",
            Ok(Signal::SIGTERM) => "Terminated",
            Ok(Signal::SIGXCPU) => "CPU time limit exceeded",
            Ok(Signal::SIGXFSZ) => "File size limit exceeded",
            Ok(Signal::SIGSYS) => "Bad system call",
            _ => "",
        };
        let core = if dumped { " (core dumped)" } else { "" };
        match said {
            "" => self.print_error(&format!("Unknown signal {signal}{core}\n")),
            _ => self.print_error(&format!("{said}{core}\n")),
        }
    }

    /// Waits for a child as `wait` does: a trapped signal ends the wait.
    pub(super) fn wait_background(&mut self, pid: Pid) -> Outcome {
        if !self.jobs.knows(pid) {
            return Ok(127);
        }
        loop {
            self.jobs.reap_all();
            if let Some(status) = self.jobs.status(pid) {
                self.jobs.forget(pid);
                return Ok(status);
            }
            if let Some(status) = self.wait_for_change()? {
                return Ok(status);
            }
        }
    }

    /// Sleeps until a child ends or a watched signal comes; the status of the signal that came.
    pub(super) fn wait_for_change(&mut self) -> Result<Option<i32>, Stop> {
        if !self.signals.any_watched() {
            let reaped = self.jobs.reap(true, true);
            return if matches!(reaped, Err(Errno::ECHILD)) { Ok(Some(127)) } else { Ok(None) };
        }
        self.signals.watch(Signal::SIGCHLD).ok();
        // The child may have ended between the last look and the watch.
        self.jobs.reap_all();
        if let Some(descriptor) = self.signals.descriptor() {
            let mut watched = [PollFd::new(descriptor.as_fd(), PollFlags::POLLIN)];
            poll(&mut watched, PollTimeout::try_from(Duration::from_secs(1)).unwrap_or(PollTimeout::ZERO)).ok();
        }
        self.run_traps()
    }

    pub(super) fn give_terminal(&self, group: Pid) {
        if let JobControl::On { .. } = self.job_control {
            tcsetpgrp(std::io::stdin().as_fd(), group).ok();
        }
    }

    pub(super) fn take_terminal(&self) {
        if let JobControl::On { own_group } = self.job_control {
            tcsetpgrp(std::io::stdin().as_fd(), own_group).ok();
        }
    }
}
