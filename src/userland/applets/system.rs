//! `hostname`, `uname`, `nproc`, `free`, `sync`, `tty`, `uptime`: what the machine is.

use std::io::Write;

use super::options::{Options, short};
use super::stream::{close, complain, describe, output};

fn say(name: &str, text: &str, status: i32) -> i32 {
    let mut output = output();
    let written = writeln!(output, "{text}");
    close(name, output, status.max(i32::from(written.is_err())))
}

/// `hostname [-s|-f|-i] [NAME]`
pub fn hostname(arguments: &[String]) -> i32 {
    let options = match Options::parse(arguments, &short("sfid", "")) {
        Ok(options) => options,
        Err(message) => return complain("hostname", &message),
    };
    if let Some(name) = options.operands.first() {
        return match nix::unistd::sethostname(name) {
            Ok(()) => 0,
            Err(error) => complain("hostname", &format!("sethostname: {}", error.desc())),
        };
    }
    let name = rustix::system::uname().nodename().to_string_lossy().into_owned();
    if options.has('i') {
        return match crate::userland::net::own_address(&name) {
            Ok(addresses) => say("hostname", &addresses, 0),
            Err(reason) => complain("hostname", &reason),
        };
    }
    let shown = if options.has('s') { name.split('.').next().unwrap_or_default().to_owned() } else { name };
    say("hostname", &shown, 0)
}

/// `uname [-amnrspvio]`
pub fn uname(arguments: &[String]) -> i32 {
    let options = match Options::parse(arguments, &short("amnrspvio", "")) {
        Ok(options) => options,
        Err(message) => return complain("uname", &message),
    };
    let names = rustix::system::uname();
    let parts = [
        ('s', names.sysname().to_string_lossy()),
        ('n', names.nodename().to_string_lossy()),
        ('r', names.release().to_string_lossy()),
        ('v', names.version().to_string_lossy()),
        ('m', names.machine().to_string_lossy()),
        ('o', "Linux".into()),
    ];
    let all = options.has('a');
    let none = options.last_of("amnrspvio").is_none();
    let shown: Vec<&str> = parts
        .iter()
        .filter(|(letter, _)| all || options.has(*letter) || (none && *letter == 's'))
        .map(|(_, text)| text.as_ref())
        .collect();
    say("uname", &if shown.is_empty() { "unknown".to_owned() } else { shown.join(" ") }, 0)
}

/// `nproc`
pub fn nproc(_arguments: &[String]) -> i32 {
    say("nproc", &std::thread::available_parallelism().map_or(1, usize::from).to_string(), 0)
}

/// `sync`
pub fn sync(_arguments: &[String]) -> i32 {
    rustix::fs::sync();
    0
}

/// `tty [-s]`
pub fn tty(arguments: &[String]) -> i32 {
    let terminal = nix::unistd::ttyname(std::io::stdin()).ok();
    let status = i32::from(terminal.is_none());
    if arguments.first().is_some_and(|argument| argument == "-s") {
        return status;
    }
    say("tty", &terminal.map_or_else(|| "not a tty".to_owned(), |path| path.display().to_string()), status)
}

/// `free [-b|-k|-m|-g|-h]`
pub fn free(arguments: &[String]) -> i32 {
    let options = match Options::parse(arguments, &short("bkmgh", "")) {
        Ok(options) => options,
        Err(message) => return complain("free", &message),
    };
    let text = match std::fs::read_to_string("/proc/meminfo") {
        Ok(text) => text,
        Err(error) => return complain("free", &format!("/proc/meminfo: {}", describe(&error))),
    };
    let get = |name: &str| {
        text.lines()
            .find_map(|line| {
                line.strip_prefix(name)?.strip_prefix(':')?.trim().trim_end_matches(" kB").parse::<u64>().ok()
            })
            .unwrap_or(0)
    };
    let unit = options.last_of("bkmgh");
    let shown = |kibibytes: u64| match unit {
        Some('b') => (kibibytes * 1024).to_string(),
        Some('m') => (kibibytes / 1024).to_string(),
        Some('g') => (kibibytes / 1024 / 1024).to_string(),
        Some('h') => super::ls::human(kibibytes * 1024),
        _ => kibibytes.to_string(),
    };
    let (total, unused, shared, available) = (get("MemTotal"), get("MemFree"), get("Shmem"), get("MemAvailable"));
    let cached = get("Buffers") + get("Cached") + get("SReclaimable");
    let used = total.saturating_sub(unused + cached);
    let (swap, swap_free) = (get("SwapTotal"), get("SwapFree"));
    let row = |title: &str, cells: &[u64]| {
        format!("{title:<6}{}", cells.iter().map(|cell| format!(" {:>11}", shown(*cell))).collect::<String>())
    };
    let lines = [
        "              total        used        free      shared  buff/cache   available".to_owned(),
        row("Mem:", &[total, used, unused, shared, cached, available]),
        row("Swap:", &[swap, swap - swap_free.min(swap), swap_free]),
    ];
    say("free", &lines.join("\n"), 0)
}

/// `uptime`
pub fn uptime(_arguments: &[String]) -> i32 {
    let information = rustix::system::sysinfo();
    let seconds = u64::try_from(information.uptime).unwrap_or(0);
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3600 % 24, seconds / 60 % 60);
    let for_days = if days > 0 { format!("{days} days, ") } else { String::new() };
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let averages: Vec<&str> = load.split_whitespace().take(3).collect();
    let text = format!(
        " {} up {for_days}{hours:2}:{minutes:02},  load average: {}",
        jiff::Zoned::now().strftime("%H:%M:%S"),
        averages.join(", ")
    );
    say("uptime", &text, 0)
}
