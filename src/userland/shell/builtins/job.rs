//! `jobs`, `wait`, `fg`, `bg`, `kill`.

use nix::sys::signal::{Signal, kill as send, killpg};
use nix::unistd::Pid;

use super::super::Shell;
use super::super::flow::Outcome;
use super::super::signals::{parse_signal, signal_name};

/// `jobs [-l|-p]`
#[allow(clippy::unnecessary_wraps)] // the signature of every builtin
pub fn jobs(shell: &mut Shell, arguments: &[String]) -> Outcome {
    shell.jobs.reap_all();
    let mode = arguments.first().map_or("", String::as_str);
    let text: String = shell.job_lines(mode);
    shell.print(&text);
    shell.forget_finished();
    Ok(0)
}

impl Shell {
    fn job_lines(&self, mode: &str) -> String {
        let current = self.jobs.list.last().map(|job| job.number);
        let mut text = String::new();
        for job in &self.jobs.list {
            let pid = job.pids.first().map_or(0, |pid| pid.as_raw());
            if mode == "-p" {
                text.push_str(&format!("{pid}\n"));
                continue;
            }
            let state = match self.jobs.job_status(job) {
                Some(0) => "Done".to_owned(),
                Some(status) if status > 128 => Signal::try_from(status - 128)
                    .map_or_else(|_| format!("Done({status})"), |signal| said(signal).to_owned()),
                Some(status) => format!("Done({status})"),
                None if job.stopped => "Stopped".to_owned(),
                None => "Running".to_owned(),
            };
            let mark = if Some(job.number) == current { '+' } else { ' ' };
            let shown = if mode == "-l" { format!("{pid} ") } else { String::new() };
            text.push_str(&format!("[{}]{mark}  {shown}{state:<27}{}\n", job.number, job.source));
        }
        text
    }

    fn forget_finished(&mut self) {
        let finished: Vec<Pid> = self
            .jobs
            .list
            .iter()
            .filter(|job| self.jobs.job_status(job).is_some())
            .filter_map(|job| job.pids.last().copied())
            .collect();
        for pid in finished {
            self.jobs.forget(pid);
        }
    }

    /// Before a prompt: says which background jobs have ended.
    pub(in super::super) fn announce_jobs(&mut self) {
        self.jobs.reap_all();
        let current = self.job_lines("");
        let finished: String = current
            .lines()
            .filter(|line| !line.contains("  Running ") && !line.contains("  Stopped "))
            .map(|line| format!("{line}\n"))
            .collect();
        self.print_error(&finished);
        self.forget_finished();
    }
}

fn said(signal: Signal) -> &'static str {
    match signal {
        Signal::SIGTERM => "Terminated",
        Signal::SIGKILL => "Killed",
        Signal::SIGINT => "Interrupt",
        Signal::SIGHUP => "Hangup",
        other => signal_name(other),
    }
}

/// `wait [PID|%JOB]…`
pub fn wait(shell: &mut Shell, arguments: &[String]) -> Outcome {
    if arguments.is_empty() {
        loop {
            shell.jobs.reap_all();
            let waiting = shell.jobs.list.iter().any(|job| !job.stopped && shell.jobs.job_status(job).is_none());
            if !waiting {
                shell.forget_finished();
                return Ok(0);
            }
            if let Some(status) = shell.wait_for_change()?
                && status != 127
            {
                return Ok(status);
            }
        }
    }
    let mut status = 0;
    for argument in arguments {
        let pid = match shell.jobs.find(argument) {
            Some(job) if argument.starts_with('%') => job.pids.last().copied(),
            _ => argument.parse().ok().map(Pid::from_raw),
        };
        status = match pid {
            Some(pid) => shell.wait_background(pid)?,
            None => {
                shell.complain(&format!("{argument}: no such job"));
                2
            }
        };
    }
    Ok(status)
}

/// `fg [%JOB]`
pub fn foreground(shell: &mut Shell, arguments: &[String]) -> Outcome {
    let Some(number) = resume(shell, arguments) else { return Ok(1) };
    let Some(position) = shell.jobs.list.iter().position(|job| job.number == number) else { return Ok(1) };
    let job = shell.jobs.list.remove(position);
    shell.print(&format!("{}\n", job.source));
    if let Some(group) = job.group {
        shell.give_terminal(group);
        killpg(group, Signal::SIGCONT).ok();
    }
    let statuses = shell.wait_foreground(&job.pids, job.group, &job.source)?;
    Ok(statuses.last().copied().unwrap_or(0))
}

/// `bg [%JOB]`
#[allow(clippy::unnecessary_wraps)] // the signature of every builtin
pub fn background(shell: &mut Shell, arguments: &[String]) -> Outcome {
    let Some(number) = resume(shell, arguments) else { return Ok(1) };
    if let Some(job) = shell.jobs.list.iter_mut().find(|job| job.number == number) {
        job.stopped = false;
        if let Some(group) = job.group {
            killpg(group, Signal::SIGCONT).ok();
        }
        let text = format!("[{number}] {}\n", job.source);
        shell.print(&text);
    }
    Ok(0)
}

fn resume(shell: &mut Shell, arguments: &[String]) -> Option<usize> {
    shell.jobs.reap_all();
    let reference = arguments.first().map_or("%+", String::as_str);
    let number = shell.jobs.find(reference).map(|job| job.number);
    if number.is_none() {
        shell.complain(&if arguments.is_empty() {
            "no current job".to_owned()
        } else {
            format!("{reference}: no such job")
        });
    }
    number
}

/// `kill [-SIGNAL] PID|%JOB…`, `kill -l`
#[allow(clippy::unnecessary_wraps)] // the signature of every builtin
pub fn kill(shell: &mut Shell, arguments: &[String]) -> Outcome {
    let mut signal = Some(Signal::SIGTERM);
    let mut targets = arguments;
    match arguments.first().map(String::as_str) {
        Some("-l") => {
            let names: Vec<String> =
                Signal::iterator().map(|signal| format!("{:2}) {}", signal as i32, signal_name(signal))).collect();
            return Ok(shell.print(&(names.join("\n") + "\n")));
        }
        Some("-s") if arguments.len() > 1 => {
            signal = Some(match parse_signal(&arguments[1]) {
                Some(signal) => signal,
                None => return Ok(bad_signal(shell, &arguments[1])),
            });
            targets = &arguments[2..];
        }
        Some("--") => targets = &arguments[1..],
        Some(option) if option.len() > 1 && option.starts_with('-') => {
            let name = &option[1..];
            signal = if name == "0" { None } else { parse_signal(name) };
            if signal.is_none() && name != "0" {
                return Ok(bad_signal(shell, name));
            }
            targets = &arguments[1..];
        }
        _ => {}
    }
    if targets.is_empty() {
        shell.complain("you need to specify whom to kill");
        return Ok(1);
    }
    let mut status = 0;
    for target in targets {
        let pid = if target.starts_with('%') {
            shell.jobs.find(target).and_then(|job| {
                job.group.map(|group| -group.as_raw()).or_else(|| job.pids.first().map(|pid| pid.as_raw()))
            })
        } else {
            target.parse().ok()
        };
        let Some(pid) = pid else {
            shell.complain(&format!("invalid number '{target}'"));
            status = 1;
            continue;
        };
        if let Some(signal @ (Signal::SIGSEGV | Signal::SIGBUS)) = signal
            && Pid::from_raw(pid) == Pid::this()
            && pid != 1
            && !shell.signals.is_watched(signal)
        {
            // Our language's own handler for these two takes them for a full stack and lets the first one pass.
            signal_hook::low_level::emulate_default_handler(signal as i32).ok();
        }
        if let Err(error) = send(Pid::from_raw(pid), signal) {
            shell.complain(&format!("can't kill pid {pid}: {}", error.desc()));
            status = 1;
        } else if target.starts_with('%') {
            // A stopped job must run to die.
            send(Pid::from_raw(pid), Signal::SIGCONT).ok();
        }
    }
    Ok(status)
}

fn bad_signal(shell: &Shell, name: &str) -> i32 {
    shell.complain(&format!("bad signal name '{name}'"));
    1
}
