//! Runs a container's health check again and again and keeps the score. Source of the rules: moby `daemon/health.go`.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::time::Instant;

use jiff::Timestamp;

use super::process::Process;
use crate::engine::Clock;
use crate::engine::build::go;
use crate::engine::container::{HealthCheckResult, HealthState, HealthStatus, OutputStream};
use crate::engine::launch::{CgroupPlan, HealthPlan, LaunchError, spawn};

/// Checks kept in the log.
const LOG_LENGTH: usize = 5;
/// Bytes kept of what a check wrote.
const OUTPUT_LENGTH: usize = 4096;
/// The exit code of a check that could not be started, or took too long.
const NOT_CHECKED: i32 = -1;

/// The health of a running container.
#[derive(Debug)]
pub struct Health<'a> {
    plan: &'a HealthPlan,
    clock: Clock,
    /// When the container started.
    started: Instant,
    /// When the next check begins.
    next: Instant,
    check: Option<Check>,
    /// The id events know the check under way by.
    pub exec_id: String,
    /// The score.
    pub state: HealthState,
}

/// A check under way.
#[derive(Debug)]
struct Check {
    process: Process,
    start: Timestamp,
    deadline: Instant,
    timed_out: bool,
    output: Vec<u8>,
}

/// What a turn of the loop changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HealthChange {
    /// A check has begun.
    Begun,
    /// A check is over, with this exit code, and the status is another one now, or the same (`None`).
    Over(i32, Option<HealthStatus>),
}

impl<'a> Health<'a> {
    /// Of a container that has just started; the log of its last run goes on.
    pub fn new(plan: &'a HealthPlan, clock: Clock, log: Vec<HealthCheckResult>) -> Self {
        let now = Instant::now();
        let state = HealthState { status: HealthStatus::Starting, failing_streak: 0, log };
        let mut health = Self { plan, clock, started: now, next: now, check: None, exec_id: String::new(), state };
        health.schedule(now);
        health
    }

    /// When [`Health::turn`] wants to be called at the latest.
    pub fn deadline(&self) -> Option<Instant> {
        match &self.check {
            None => Some(self.next),
            Some(check) => (!check.timed_out).then_some(check.deadline),
        }
    }

    /// The end of the check under way.
    pub fn exit(&self) -> Option<BorrowedFd<'_>> {
        self.check.as_ref().map(|check| check.process.pidfd.as_fd())
    }

    /// The outputs of the check under way.
    pub fn outputs(&self) -> impl Iterator<Item = (OutputStream, BorrowedFd<'_>)> {
        let outputs = self.check.iter().flat_map(|check| &check.process.outputs);
        outputs.map(|(stream, descriptor)| (*stream, descriptor.as_fd()))
    }

    /// Reads what the check under way wrote; false when there was nothing.
    pub fn take_output(&mut self, stream: OutputStream) -> bool {
        let Some(check) = &mut self.check else { return false };
        let Some(bytes) = check.process.read(stream) else { return false };
        // One byte more than is kept tells that there was more.
        let room = (OUTPUT_LENGTH + 1).saturating_sub(check.output.len());
        check.output.extend(bytes.into_iter().take(room));
        true
    }

    /// Puts the check that is due off: what stands still answers nothing.
    pub fn put_off(&mut self) {
        self.schedule(Instant::now());
    }

    /// Whether a check is about to begin.
    pub fn is_due(&self) -> bool {
        self.check.is_none() && Instant::now() >= self.next
    }

    /// Begins what is due, ends what takes too long, notes what is over.
    pub fn turn(&mut self, first: &OwnedFd, cgroup: &CgroupPlan) -> Option<HealthChange> {
        let now = Instant::now();
        let Some(check) = &mut self.check else {
            return (now >= self.next).then(|| self.begin(first, cgroup, now));
        };
        check.process.reap();
        if let Some(exit_code) = check.process.exit_code {
            for stream in [OutputStream::Stdout, OutputStream::Stderr] {
                while self.take_output(stream) {}
            }
            return self.check.take().map(|check| self.conclude(check, exit_code));
        }
        if now >= check.deadline && !check.timed_out {
            check.timed_out = true;
            check.process.signal(nix::libc::SIGKILL);
        }
        None
    }

    fn begin(&mut self, first: &OwnedFd, cgroup: &CgroupPlan, now: Instant) -> HealthChange {
        let start = self.clock.now();
        let started = spawn::start_joined(&self.plan.process, cgroup, first).and_then(|started| {
            Process::new(started).map_err(|error| LaunchError::step("take over the streams", error))
        });
        match started {
            Ok(process) => {
                let deadline = now + self.plan.timeout;
                self.check = Some(Check { process, start, deadline, timed_out: false, output: Vec::new() });
                HealthChange::Begun
            }
            Err(error) => self.score(start, NOT_CHECKED, error.of_exec()),
        }
    }

    fn conclude(&mut self, check: Check, exit_code: i32) -> HealthChange {
        let kept = &check.output[..check.output.len().min(OUTPUT_LENGTH)];
        let mut output = String::from_utf8_lossy(kept).into_owned();
        if check.output.len() > OUTPUT_LENGTH {
            output.push_str("...");
        }
        if !check.timed_out {
            return self.score(check.start, exit_code, output);
        }
        let limit = go::duration(i64::try_from(self.plan.timeout.as_nanos()).unwrap_or(i64::MAX));
        let separator = if output.is_empty() { "" } else { ": " };
        self.score(check.start, NOT_CHECKED, format!("Health check exceeded timeout ({limit}){separator}{output}"))
    }

    fn score(&mut self, start: Timestamp, exit_code: i32, output: String) -> HealthChange {
        let before = self.state.status;
        let began = self.clock.now().duration_since(start).unsigned_abs();
        let now = Instant::now();
        if exit_code == 0 {
            self.state.failing_streak = 0;
            self.state.status = HealthStatus::Healthy;
        } else {
            let at = now.duration_since(self.started).saturating_sub(began);
            let forgiven = before == HealthStatus::Starting && at < self.plan.start_period;
            if !forgiven {
                self.state.failing_streak = self.state.failing_streak.saturating_add(1);
                if self.state.failing_streak >= self.plan.retries {
                    self.state.status = HealthStatus::Unhealthy;
                }
            }
        }
        self.state.log.push(HealthCheckResult { start, end: self.clock.now(), exit_code, output });
        let surplus = self.state.log.len().saturating_sub(LOG_LENGTH);
        self.state.log.drain(..surplus);
        self.schedule(now);
        HealthChange::Over(exit_code, (self.state.status != before).then_some(self.state.status))
    }

    fn schedule(&mut self, now: Instant) {
        let starting = self.state.status == HealthStatus::Starting && now < self.started + self.plan.start_period;
        self.next = now + if starting { self.plan.start_interval } else { self.plan.interval };
    }
}
