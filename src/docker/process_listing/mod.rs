//! What `docker top` shows: the processes of a container laid out as the host's `ps` would. A host need not have one.

mod columns;
mod options;

pub use options::PsOptions;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use crate::engine::launch::ProcessFacts;
use columns::Column;

const TICKS_PER_SECOND: u64 = 100;
const SECONDS_PER_DAY: u64 = 86_400;
/// A longer name of a user is cut.
const LONGEST_NAME: usize = 8;

/// What the numbers of processes are compared with.
#[derive(Debug, Clone)]
pub struct Surroundings {
    /// The present.
    pub now: Timestamp,
    /// Where it is shown.
    pub zone: TimeZone,
    /// Since boot, in hundredths of a second.
    pub uptime: u64,
    /// In KiB.
    pub memory: u64,
    /// The host's passwd file.
    pub users: String,
    /// The host's group file.
    pub groups: String,
}

impl Surroundings {
    /// Those of this machine, now. What cannot be read is empty.
    pub fn here(now: Timestamp) -> Self {
        let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
        let uptime = read("/proc/uptime");
        let seconds: f64 = uptime.split_whitespace().next().and_then(|text| text.parse().ok()).unwrap_or_default();
        let memory = read("/proc/meminfo");
        let memory = memory.lines().find_map(|line| line.strip_prefix("MemTotal:"));
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // centuries fit
        let uptime = (seconds * 100.0) as u64;
        Self {
            now,
            zone: TimeZone::system(),
            uptime,
            memory: memory.and_then(|text| text.split_whitespace().next()?.parse().ok()).unwrap_or_default(),
            users: read("/etc/passwd"),
            groups: read("/etc/group"),
        }
    }
}

/// The headings and the rows.
///
/// # Errors
/// The daemon's sentence when no column is headed `PID`.
pub fn lay_out(
    options: &PsOptions,
    processes: &[ProcessFacts],
    around: &Surroundings,
) -> Result<(Vec<String>, Vec<Vec<String>>), String> {
    let headings: Vec<String> = options.columns.iter().map(|(_, heading)| heading.clone()).collect();
    if !headings.iter().any(|heading| heading == "PID") {
        return Err("Couldn't find PID field in ps output".to_owned());
    }
    let ordered =
        if options.forest { as_forest(processes) } else { processes.iter().map(|one| (one, String::new())).collect() };
    let rows = ordered.into_iter().map(|(process, branch)| {
        let cells = options.columns.iter().map(|(column, _)| match column {
            Column::Arguments | Column::Name => format!("{branch}{}", cell(*column, process, around)),
            _ => cell(*column, process, around),
        });
        cells.collect()
    });
    Ok((headings, rows.collect()))
}

/// Parents before their children, each with the lines that lead to it. The first ones hang on the container's monitor.
fn as_forest(processes: &[ProcessFacts]) -> Vec<(&ProcessFacts, String)> {
    fn below<'a>(
        processes: &'a [ProcessFacts],
        children: &[&'a ProcessFacts],
        stems: &str,
        shown: &mut Vec<(&'a ProcessFacts, String)>,
    ) {
        for (index, child) in children.iter().enumerate() {
            // What is shown is cut at spaces by Docker: only the lines themselves are left.
            let branch = format!("{stems}\\_ ");
            shown.push((child, branch));
            let next: Vec<_> = processes.iter().filter(|process| process.parent == child.pid).collect();
            let stem = if index + 1 < children.len() { format!("{stems}| ") } else { stems.to_owned() };
            below(processes, &next, &stem, shown);
        }
    }
    let known = |pid| processes.iter().any(|process| process.pid == pid);
    let roots: Vec<_> = processes.iter().filter(|process| !known(process.parent)).collect();
    let mut shown = Vec::new();
    below(processes, &roots, "", &mut shown);
    shown
}

fn cell(column: Column, process: &ProcessFacts, around: &Surroundings) -> String {
    match column {
        Column::Address | Column::Waiting => "-".to_owned(),
        Column::Arguments => command(process),
        Column::Cpu => format!("{}", thousandths_of_processor(process, around) / 10),
        Column::CpuPercent => decimal(thousandths_of_processor(process, around)),
        Column::Elapsed => elapsed(age(process, around)),
        Column::ElapsedSeconds => age(process, around).to_string(),
        Column::Flags => format!("{:o}", process.flags >> 6 & 7),
        Column::Group => name_of(&around.groups, process.owner.1),
        Column::GroupId => process.owner.1.to_string(),
        Column::MemoryPercent => decimal((process.resident * 1000).checked_div(around.memory).unwrap_or_default()),
        Column::Name if process.state == 'Z' => format!("{} <defunct>", process.name),
        Column::Name => process.name.clone(),
        Column::Nice => process.nice.to_string(),
        Column::Parent => process.parent.to_string(),
        Column::Pid => process.pid.to_string(),
        Column::Priority => process.priority.to_string(),
        Column::Processor => process.processor.to_string(),
        Column::ProcessGroup => process.group.to_string(),
        Column::Resident => process.resident.to_string(),
        Column::Session => process.session.to_string(),
        Column::Size => (process.virtual_size / 4).to_string(),
        Column::Start => start(process, around),
        Column::StartLong => began(process, around).strftime("%a %b %e %H:%M:%S %Y").to_string(),
        Column::State => process.state.to_string(),
        Column::StateFlags => state(process),
        Column::Terminal => terminal(process.terminal),
        Column::TerminalGroup => process.foreground.to_string(),
        Column::Threads => process.threads.to_string(),
        Column::Time => whole_time(process.used / TICKS_PER_SECOND),
        Column::TimeShort => {
            let seconds = process.used / TICKS_PER_SECOND;
            format!("{}:{:02}", seconds / 60, seconds % 60)
        }
        Column::User => name_of(&around.users, process.owner.0),
        Column::UserId => process.owner.0.to_string(),
        Column::VirtualSize => process.virtual_size.to_string(),
    }
}

/// The command line with what cannot be shown replaced; the name in brackets when there is none.
fn command(process: &ProcessFacts) -> String {
    if process.arguments.is_empty() {
        let defunct = if process.state == 'Z' { " <defunct>" } else { "" };
        return format!("[{}]{defunct}", process.name);
    }
    let line = process.arguments.join(" ");
    // Docker cuts at spaces and joins again with one.
    let visible: String = line.chars().map(|letter| if letter.is_control() { '?' } else { letter }).collect();
    visible.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
}

/// In seconds.
fn age(process: &ProcessFacts, around: &Surroundings) -> u64 {
    around.uptime.saturating_sub(process.started) / TICKS_PER_SECOND
}

fn thousandths_of_processor(process: &ProcessFacts, around: &Surroundings) -> u64 {
    let lived = around.uptime.saturating_sub(process.started);
    (process.used * 1000).checked_div(lived).unwrap_or_default().min(999)
}

fn decimal(thousandths: u64) -> String {
    format!("{}.{}", thousandths / 10, thousandths % 10)
}

fn began(process: &ProcessFacts, around: &Surroundings) -> jiff::Zoned {
    let age = i64::try_from(age(process, around)).unwrap_or_default();
    let instant = around.now.checked_sub(SignedDuration::from_secs(age)).unwrap_or(around.now);
    instant.to_zoned(around.zone.clone())
}

/// The hour when it began today, else the day, else the year.
fn start(process: &ProcessFacts, around: &Surroundings) -> String {
    let (began, now) = (began(process, around), around.now.to_zoned(around.zone.clone()));
    let format = if began.year() != now.year() {
        "%Y"
    } else if began.day_of_year() != now.day_of_year() {
        "%b%d"
    } else {
        "%H:%M"
    };
    began.strftime(format).to_string()
}

fn whole_time(seconds: u64) -> String {
    let (days, seconds) = (seconds / SECONDS_PER_DAY, seconds % SECONDS_PER_DAY);
    let day = if days > 0 { format!("{days}-") } else { String::new() };
    format!("{day}{:02}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60)
}

fn elapsed(seconds: u64) -> String {
    match whole_time(seconds).strip_prefix("00:") {
        Some(short) => short.to_owned(),
        None => whole_time(seconds),
    }
}

/// `Ss+`: the state, then session leader, threads, foreground and the like.
fn state(process: &ProcessFacts) -> String {
    let mut text = process.state.to_string();
    if process.nice < 0 {
        text.push('<');
    } else if process.nice > 0 {
        text.push('N');
    }
    if process.session == process.pid {
        text.push('s');
    }
    if process.threads > 1 {
        text.push('l');
    }
    if process.foreground == process.group {
        text.push('+');
    }
    text
}

/// Major numbers 136 to 143 are pseudo-terminals, 4 the console's.
fn terminal(device: u64) -> String {
    let (major, minor) = (device >> 8 & 0xfff, device & 0xff | device >> 12 & 0xfff00);
    match major {
        136..=143 => format!("pts/{}", (major - 136) * 256 + minor),
        4 if minor < 64 => format!("tty{minor}"),
        4 => format!("ttyS{}", minor - 64),
        _ => "?".to_owned(),
    }
}

/// A name by its number in a passwd or group file.
fn name_of(file: &str, number: u32) -> String {
    let found = file.lines().find_map(|line| {
        let mut fields = line.split(':');
        let name = fields.next()?;
        (fields.nth(1)?.parse() == Ok(number)).then_some(name)
    });
    match found {
        Some(name) if name.chars().count() > LONGEST_NAME => {
            format!("{}+", name.chars().take(LONGEST_NAME - 1).collect::<String>())
        }
        Some(name) => name.to_owned(),
        None => number.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn around() -> Surroundings {
        Surroundings {
            now: "2026-11-21T15:00:00Z".parse().unwrap(),
            zone: TimeZone::UTC,
            uptime: 1_000_000,
            memory: 1_000_000,
            users: "root:x:0:0::/:/bin/sh\nalongername:x:7:7::/:/bin/sh\n".to_owned(),
            groups: String::new(),
        }
    }

    fn process(pid: i32, parent: i32, arguments: &str) -> ProcessFacts {
        ProcessFacts {
            pid,
            parent,
            session: pid,
            state: 'S',
            threads: 1,
            started: 820_000,
            arguments: arguments.split(' ').map(str::to_owned).collect(),
            ..ProcessFacts::default()
        }
    }

    fn rows(words: &str, processes: &[ProcessFacts]) -> Vec<String> {
        let words: Vec<String> = words.split_whitespace().map(str::to_owned).collect();
        let (_, rows) = lay_out(&PsOptions::read(&words).unwrap(), processes, &around()).unwrap();
        rows.into_iter().map(|row| row.join("|")).collect()
    }

    #[test]
    fn a_row_is_that_of_ps() {
        let sleeping = process(22594, 22567, "sleep 1000");
        assert_eq!(rows("", std::slice::from_ref(&sleeping)), ["root|22594|22567|0|14:30|?|00:00:00|sleep 1000"]);
        let busy = ProcessFacts {
            used: 90_000,
            resident: 45_600,
            terminal: 136 << 8 | 3,
            owner: (7, 0),
            group: 9,
            foreground: 9,
            ..sleeping
        };
        assert_eq!(rows("aux", &[busy]), ["alonger+|22594|50.0|4.5|0|45600|pts/3|Ss+|14:30|15:00|sleep 1000"]);
    }

    #[test]
    fn children_hang_on_their_parents() {
        let family = [process(10, 5, "sh"), process(11, 10, "a"), process(12, 11, "b"), process(13, 10, "c")];
        assert_eq!(rows("-eo pid,args --forest", &family), ["10|\\_ sh", "11|\\_ a", "12|| \\_ b", "13|\\_ c"]);
    }

    #[test]
    fn without_a_number_nothing_can_be_found() {
        let options = PsOptions::read(&["-eo".to_owned(), "comm".to_owned()]).unwrap();
        assert_eq!(lay_out(&options, &[], &around()).unwrap_err(), "Couldn't find PID field in ps output");
    }
}
