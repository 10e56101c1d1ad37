//! Children: their statuses, the jobs they form, waiting for them.
//!
//! Every child is reaped here, ours or an orphan that fell to us as process 1.

use std::collections::BTreeMap;

use nix::errno::Errno;
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;

/// Processes started together.
#[derive(Debug, Clone)]
pub struct Job {
    /// The number in `%1`.
    pub number: usize,
    /// In the order of the pipeline.
    pub pids: Vec<Pid>,
    /// Their process group, when they have one of their own.
    pub group: Option<Pid>,
    /// As it was written.
    pub source: String,
    /// Whether Ctrl-Z stopped it.
    pub stopped: bool,
}

/// What a wait ended with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Exit status.
    Status(i32),
    /// Ended by this signal, leaving its memory behind or not: its status is 128 + n.
    Killed(i32, bool),
    /// Stopped by this signal.
    Stopped(i32),
}

/// The children of this shell.
#[derive(Debug, Default)]
pub struct Jobs {
    /// In order of their numbers.
    pub list: Vec<Job>,
    statuses: BTreeMap<Pid, Option<i32>>,
}

impl Jobs {
    /// Remembers a child.
    pub fn started(&mut self, pid: Pid) {
        self.statuses.insert(pid, None);
    }

    /// Whether this child is ours and has not been waited for.
    pub fn knows(&self, pid: Pid) -> bool {
        self.statuses.contains_key(&pid)
    }

    /// Adds a job; returns its number.
    pub fn add(&mut self, pids: Vec<Pid>, group: Option<Pid>, source: String, stopped: bool) -> usize {
        let number = self.list.last().map_or(1, |job| job.number + 1);
        self.list.push(Job { number, pids, group, source, stopped });
        number
    }

    /// Waits until a child changes, and notes it. `Ok(None)` when nothing has changed (only without blocking).
    pub fn reap(&mut self, blocking: bool, stops: bool) -> Result<Option<(Pid, Ended)>, Errno> {
        let mut flags = WaitPidFlag::empty();
        flags.set(WaitPidFlag::WNOHANG, !blocking);
        flags.set(WaitPidFlag::WUNTRACED, stops);
        let (pid, ended) = match waitpid(None, Some(flags))? {
            WaitStatus::Exited(pid, status) => (pid, Ended::Status(status)),
            WaitStatus::Signaled(pid, signal, dumped) => (pid, Ended::Killed(signal as i32, dumped)),
            WaitStatus::Stopped(pid, signal) => (pid, Ended::Stopped(signal as i32)),
            _ => return Ok(None),
        };
        let status = match ended {
            Ended::Status(status) => Some(status),
            Ended::Killed(signal, _) => Some(128 + signal),
            Ended::Stopped(_) => None,
        };
        if let (Some(status), Some(known)) = (status, self.statuses.get_mut(&pid)) {
            *known = Some(status);
        }
        Ok(Some((pid, ended)))
    }

    /// Notes all children that have ended.
    pub fn reap_all(&mut self) {
        while let Ok(Some((pid, ended))) = self.reap(false, true) {
            if let (Ended::Stopped(_), Some(job)) = (ended, self.list.iter_mut().find(|job| job.pids.contains(&pid))) {
                job.stopped = true;
            }
        }
    }

    /// The status of a child that has ended.
    pub fn status(&self, pid: Pid) -> Option<i32> {
        self.statuses.get(&pid).copied().flatten()
    }

    /// Forgets a child that was waited for.
    pub fn forget(&mut self, pid: Pid) {
        self.statuses.remove(&pid);
        for job in &mut self.list {
            if job.pids.last() == Some(&pid) {
                job.pids.clear();
            }
        }
        self.list.retain(|job| !job.pids.is_empty());
    }

    /// The status of a job whose processes have all ended.
    pub fn job_status(&self, job: &Job) -> Option<i32> {
        let statuses: Option<Vec<i32>> = job.pids.iter().map(|pid| self.status(*pid)).collect();
        statuses?.last().copied()
    }

    /// `%1`, `%+`, `%%`, `%name` or a process id.
    pub fn find(&self, reference: &str) -> Option<&Job> {
        match reference.strip_prefix('%') {
            Some("" | "%" | "+") => self.list.last(),
            Some("-") => self.list.iter().rev().nth(1),
            Some(text) => match text.parse::<usize>() {
                Ok(number) => self.list.iter().find(|job| job.number == number),
                Err(_) => self.list.iter().find(|job| job.source.starts_with(text)),
            },
            None => {
                let pid = Pid::from_raw(reference.parse().ok()?);
                self.list.iter().find(|job| job.pids.contains(&pid))
            }
        }
    }
}
