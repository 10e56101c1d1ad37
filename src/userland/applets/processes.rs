//! `pidof`, `killall`, `time`, `mkfifo`.

use std::io::Write;
use std::os::unix::process::ExitStatusExt;
use std::process::Command;
use std::time::Instant;

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::stream::{close, complain, describe, output};
use crate::userland::shell;

/// The processes whose program or first word is called `name`, newest first; not this one.
fn called(name: &str) -> Vec<i32> {
    let own = std::process::id();
    let mut found = Vec::new();
    for pid in std::fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok())
        .filter(|pid| *pid != own)
    {
        let command = std::fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
        let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        let first = String::from_utf8_lossy(line.split(|byte| *byte == 0).next().unwrap_or_default()).into_owned();
        if command.trim_end() == name || first.rsplit('/').next() == Some(name) {
            found.extend(i32::try_from(pid));
        }
    }
    found.sort_unstable_by(|left, right| right.cmp(left));
    found
}

/// `pidof NAME…`
pub fn pidof(arguments: &[String]) -> i32 {
    let found: Vec<String> = arguments
        .iter()
        .filter(|name| !name.starts_with('-'))
        .flat_map(|name| called(name))
        .map(|pid| pid.to_string())
        .collect();
    if found.is_empty() {
        return 1;
    }
    let mut output = output();
    let written = writeln!(output, "{}", found.join(" "));
    close("pidof", output, i32::from(written.is_err()))
}

/// `killall [-SIGNAL] NAME…`
pub fn killall(arguments: &[String]) -> i32 {
    let (option, names) = match arguments.split_first() {
        Some((option, names)) if option.starts_with('-') => (&option[1..], names),
        _ => ("TERM", arguments),
    };
    let Some(signal): Option<Signal> = shell::parse_signal(option) else {
        return complain("killall", &format!("bad signal name '{option}'"));
    };
    if names.is_empty() {
        return complain("killall", "you need to specify whom to kill");
    }
    let mut status = 0;
    for name in names {
        let pids = called(name);
        if pids.is_empty() {
            status = complain("killall", &format!("{name}: no process killed"));
        }
        for pid in pids {
            if let Err(error) = kill(Pid::from_raw(pid), signal) {
                status = complain("killall", &format!("can't kill pid {pid}: {}", error.desc()));
            }
        }
    }
    status
}

/// `time PROGRAM [ARGUMENT]…`
pub fn time(arguments: &[String]) -> i32 {
    let Some((program, rest)) = arguments.split_first() else { return complain("time", "usage: time PROG ARGS") };
    let start = Instant::now();
    let status = match Command::new(program).args(rest).status() {
        Ok(status) => status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or(0)),
        Err(error) => {
            complain("time", &format!("can't execute '{program}': {}", describe(&error)));
            return if error.kind() == std::io::ErrorKind::NotFound { 127 } else { 126 };
        }
    };
    let elapsed = start.elapsed().as_secs_f64();
    let mut text = line("real", elapsed);
    if let Ok(usage) = getrusage(UsageWho::RUSAGE_CHILDREN) {
        let seconds = |time: nix::sys::time::TimeVal| {
            std::time::Duration::new(time.tv_sec().unsigned_abs(), u32::try_from(time.tv_usec()).unwrap_or(0) * 1000)
                .as_secs_f64()
        };
        text.push_str(&line("user", seconds(usage.user_time())));
        text.push_str(&line("sys", seconds(usage.system_time())));
    }
    std::io::stderr().write_all(text.as_bytes()).ok();
    status
}

fn line(title: &str, seconds: f64) -> String {
    let minutes = (seconds / 60.0).floor();
    format!("{title}\t{minutes:.0}m {:.2}s\n", seconds - minutes * 60.0)
}

/// `mkfifo NAME…`
pub fn mkfifo(arguments: &[String]) -> i32 {
    let mut status = 0;
    for path in arguments {
        if let Err(error) = nix::unistd::mkfifo(path.as_str(), nix::sys::stat::Mode::from_bits_truncate(0o666)) {
            status = complain("mkfifo", &format!("{path}: {}", error.desc()));
        }
    }
    status
}
