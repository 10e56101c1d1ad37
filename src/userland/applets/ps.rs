//! `ps`, in busybox's columns, from `/proc`.

use std::io::Write;
use std::os::unix::fs::MetadataExt;

use super::options::{Accepted, Options, Order};
use super::stream::{close, complain, output};
use crate::userland::accounts;

/// A process, as `/proc/PID` describes it.
struct Process {
    pid: i32,
    parent: i32,
    group: i32,
    session: i32,
    uid: u32,
    gid: u32,
    terminal: i64,
    state: String,
    ticks: u64,
    started: u64,
    size: u64,
    resident: u64,
    nice: i64,
    name: String,
    command: String,
}

/// Clock ticks in a second, the same on every Linux.
const TICKS_PER_SECOND: u64 = 100;

/// `ps [-o COLUMN[=TITLE],…]`; the options of other systems' `ps` are accepted and show the same.
pub fn ps(arguments: &[String]) -> i32 {
    let dashed: Vec<String> = arguments
        .iter()
        .enumerate()
        .map(|(index, argument)| {
            if index == 0 && argument.chars().all(char::is_alphabetic) {
                format!("-{argument}")
            } else {
                argument.clone()
            }
        })
        .collect();
    let accepted = Accepted { flags: "aAdeflxuwTZ", valued: "op", long: &[], order: Order::Mixed };
    let options = match Options::parse(&dashed, &accepted) {
        Ok(options) => options,
        Err(message) => return complain("ps", &message),
    };
    let asked = options.values('o').join(",");
    let specification = if asked.is_empty() { "pid,user,time,args" } else { &asked };
    let mut columns = Vec::new();
    for one in specification.split(',').filter(|one| !one.is_empty()) {
        let (name, title) = one.split_once('=').map_or((one, None), |(name, title)| (name, Some(title.to_owned())));
        match column(name) {
            Some((width, default)) => {
                columns.push((name.to_owned(), width, title.unwrap_or_else(|| default.to_owned())));
            }
            None => {
                return complain(
                    "ps",
                    &format!(
                        "bad -o argument '{name}', supported arguments: user,group,comm,args,pid,ppid,pgid,etime,nice,rgroup,ruser,time,tty,vsz,sid,stat,rss"
                    ),
                );
            }
        }
    }
    let only: Vec<i32> =
        options.value('p').map(|list| list.split(',').filter_map(|pid| pid.parse().ok()).collect()).unwrap_or_default();
    let mut processes: Vec<Process> = std::fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| read(entry.file_name().to_str()?.parse().ok()?))
        .collect();
    processes.retain(|process| only.is_empty() || only.contains(&process.pid));
    processes.sort_by_key(|process| process.pid);
    let mut output = output();
    let titles: Vec<String> = columns.iter().map(|(_, _, title)| title.clone()).collect();
    line(&mut output, &columns, &titles);
    for process in &processes {
        let cells: Vec<String> = columns.iter().map(|(name, ..)| process.cell(name)).collect();
        line(&mut output, &columns, &cells);
    }
    close("ps", output, 0)
}

fn line(output: &mut impl Write, columns: &[(String, usize, String)], cells: &[String]) {
    let mut text = String::new();
    for (index, ((name, width, _), cell)) in columns.iter().zip(cells).enumerate() {
        let last = index + 1 == columns.len();
        let right = ["pid", "ppid", "pgid", "sid", "nice"].contains(&name.as_str());
        if right {
            text.push_str(&format!("{cell:>width$}"));
        } else if last {
            text.push_str(cell);
        } else {
            text.push_str(&format!("{cell:<width$.width$}"));
        }
        if !last {
            text.push(' ');
        }
    }
    writeln!(output, "{text}").ok();
}

/// Width and title of a column.
fn column(name: &str) -> Option<(usize, &'static str)> {
    Some(match name {
        "user" => (8, "USER"),
        "group" => (8, "GROUP"),
        "ruser" => (8, "RUSER"),
        "rgroup" => (8, "RGROUP"),
        "comm" | "args" => (16, "COMMAND"),
        "cmd" => (16, "CMD"),
        "pid" => (5, "PID"),
        "ppid" => (5, "PPID"),
        "pgid" => (5, "PGID"),
        "sid" => (5, "SID"),
        "etime" => (7, "ELAPSED"),
        "nice" => (5, "NI"),
        "time" => (5, "TIME"),
        "tty" => (6, "TT"),
        "vsz" => (4, "VSZ"),
        "rss" => (4, "RSS"),
        "stat" => (4, "STAT"),
        _ => return None,
    })
}

impl Process {
    fn cell(&self, column: &str) -> String {
        match column {
            "user" | "ruser" => accounts::user_name(self.uid),
            "group" | "rgroup" => accounts::group_name(self.gid),
            "comm" => self.name.clone(),
            "args" | "cmd" => self.command.clone(),
            "pid" => self.pid.to_string(),
            "ppid" => self.parent.to_string(),
            "pgid" => self.group.to_string(),
            "sid" => self.session.to_string(),
            "etime" => clock(up_seconds().saturating_sub(self.started / TICKS_PER_SECOND)),
            "nice" => self.nice.to_string(),
            "time" => clock(self.ticks / TICKS_PER_SECOND),
            "tty" => terminal_name(self.terminal),
            "vsz" => size(self.size / 1024),
            "rss" => size(self.resident * 4),
            _ => self.state.clone(),
        }
    }
}

/// `0:00`, or `1h05` and `2d03` as busybox writes longer times.
fn clock(seconds: u64) -> String {
    let (minutes, seconds) = (seconds / 60, seconds % 60);
    if minutes < 100 {
        return format!("{minutes}:{seconds:02}");
    }
    let (hours, minutes) = (minutes / 60, minutes % 60);
    if hours < 100 { format!("{hours}h{minutes:02}") } else { format!("{}d{:02}", hours / 24, hours % 24) }
}

fn size(kibibytes: u64) -> String {
    if kibibytes < 10_000 { kibibytes.to_string() } else { format!("{}m", kibibytes / 1024) }
}

fn terminal_name(device: i64) -> String {
    if device == 0 {
        return "?".to_owned();
    }
    let device = u64::try_from(device).unwrap_or(0);
    format!("{},{}", rustix::fs::major(device), rustix::fs::minor(device))
}

fn up_seconds() -> u64 {
    u64::try_from(rustix::system::sysinfo().uptime).unwrap_or(0)
}

fn read(pid: i32) -> Option<Process> {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let owner = std::fs::metadata(format!("/proc/{pid}")).ok()?;
    let (head, tail) = stat.rsplit_once(") ")?;
    let name = head.split_once(" (")?.1.to_owned();
    let fields: Vec<&str> = tail.split_whitespace().collect();
    let field = |index: usize| fields.get(index).and_then(|text| text.parse::<i64>().ok()).unwrap_or(0);
    let unsigned = |index: usize| u64::try_from(field(index)).unwrap_or(0);
    let small = |index: usize| i32::try_from(field(index)).unwrap_or(0);
    let line = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    let line = String::from_utf8_lossy(&line).trim_end_matches('\0').replace('\0', " ");
    let command = if line.is_empty() { format!("[{name}]") } else { line };
    let mut state = (*fields.first()?).to_owned();
    if unsigned(20) == 0 && state != "Z" {
        state.push('W');
    }
    if field(16) < 0 {
        state.push('<');
    } else if field(16) > 0 {
        state.push('N');
    }
    Some(Process {
        pid,
        parent: small(1),
        group: small(2),
        session: small(3),
        uid: owner.uid(),
        gid: owner.gid(),
        terminal: field(4),
        state,
        ticks: unsigned(11) + unsigned(12),
        nice: field(16),
        started: unsigned(19),
        size: unsigned(20),
        resident: unsigned(21),
        name,
        command,
    })
}
