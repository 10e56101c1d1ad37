//! The columns of `ps`: their names, their headings, and the formats made of them. Source: ps(1) of procps.

/// A column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// Where a process sleeps: not told.
    Address,
    /// Program and arguments.
    Arguments,
    /// Whole percents of a processor.
    Cpu,
    /// Percents of a processor, with a decimal.
    CpuPercent,
    /// Time since the start.
    Elapsed,
    /// Seconds since the start.
    ElapsedSeconds,
    /// The kernel's flags.
    Flags,
    /// Group by name.
    Group,
    /// Group by number.
    GroupId,
    /// Percents of memory.
    MemoryPercent,
    /// The program's short name.
    Name,
    /// Politeness.
    Nice,
    /// Its parent.
    Parent,
    /// Its number.
    Pid,
    /// Its priority.
    Priority,
    /// The processor it ran on.
    Processor,
    /// Its process group.
    ProcessGroup,
    /// Memory in use.
    Resident,
    /// Its session.
    Session,
    /// Address space in pages.
    Size,
    /// When it began: an hour or a day.
    Start,
    /// When it began, to the second.
    StartLong,
    /// One letter.
    State,
    /// The letter and what goes with it.
    StateFlags,
    /// Its terminal.
    Terminal,
    /// The foreground group of its terminal.
    TerminalGroup,
    /// Threads.
    Threads,
    /// Processor time, `00:00:00`.
    Time,
    /// Processor time, `0:00`.
    TimeShort,
    /// User by name.
    User,
    /// User by number.
    UserId,
    /// Address space in KiB.
    VirtualSize,
    /// What it waits for: not told.
    Waiting,
}

/// A set of columns with a name of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Nothing said.
    Plain,
    /// `-f`
    Full,
    /// `-F`
    ExtraFull,
    /// `-l`
    Long,
    /// `-j`
    Jobs,
    /// Nothing said, in BSD's dialect.
    Bsd,
    /// `u`
    BsdUser,
    /// `l`
    BsdLong,
    /// `j`
    BsdJobs,
}

/// Names as `-o` takes them, several for some; what they stand for; their heading.
static NAMES: &[(&[&str], Column, &str)] = &[
    (&["args", "command"], Column::Arguments, "COMMAND"),
    (&["cmd"], Column::Arguments, "CMD"),
    (&["c"], Column::Cpu, "C"),
    (&["pcpu", "%cpu"], Column::CpuPercent, "%CPU"),
    (&["etime"], Column::Elapsed, "ELAPSED"),
    (&["etimes"], Column::ElapsedSeconds, "ELAPSED"),
    (&["f", "flag", "flags"], Column::Flags, "F"),
    (&["group"], Column::Group, "GROUP"),
    (&["egroup"], Column::Group, "EGROUP"),
    (&["gid"], Column::GroupId, "GID"),
    (&["egid"], Column::GroupId, "EGID"),
    (&["pmem", "%mem"], Column::MemoryPercent, "%MEM"),
    (&["comm"], Column::Name, "COMMAND"),
    (&["ucmd", "ucomm"], Column::Name, "CMD"),
    (&["ni", "nice"], Column::Nice, "NI"),
    (&["ppid"], Column::Parent, "PPID"),
    (&["pid", "tgid"], Column::Pid, "PID"),
    (&["pri"], Column::Priority, "PRI"),
    (&["psr"], Column::Processor, "PSR"),
    (&["pgid"], Column::ProcessGroup, "PGID"),
    (&["pgrp"], Column::ProcessGroup, "PGRP"),
    (&["rss", "rssize", "rsz"], Column::Resident, "RSS"),
    (&["sid"], Column::Session, "SID"),
    (&["sess", "session"], Column::Session, "SESS"),
    (&["sz"], Column::Size, "SZ"),
    (&["stime"], Column::Start, "STIME"),
    (&["start_time", "bsdstart"], Column::Start, "START"),
    (&["lstart"], Column::StartLong, "STARTED"),
    (&["s", "state"], Column::State, "S"),
    (&["stat"], Column::StateFlags, "STAT"),
    (&["tty", "tt"], Column::Terminal, "TT"),
    (&["tname"], Column::Terminal, "TTY"),
    (&["tpgid"], Column::TerminalGroup, "TPGID"),
    (&["nlwp"], Column::Threads, "NLWP"),
    (&["thcount"], Column::Threads, "THCNT"),
    (&["time", "cputime"], Column::Time, "TIME"),
    (&["bsdtime"], Column::TimeShort, "TIME"),
    (&["user", "uname"], Column::User, "USER"),
    (&["euser"], Column::User, "EUSER"),
    (&["uid"], Column::UserId, "UID"),
    (&["euid"], Column::UserId, "EUID"),
    (&["vsz", "vsize"], Column::VirtualSize, "VSZ"),
];

impl Column {
    /// A column by one of its names, with its heading.
    pub fn named(name: &str) -> Option<(Self, &'static str)> {
        NAMES.iter().find(|(names, ..)| names.contains(&name)).map(|(_, column, heading)| (*column, *heading))
    }
}

impl Format {
    /// Its columns with their headings.
    pub fn columns(self) -> Vec<(Column, String)> {
        use Column as C;
        let columns: &[(Column, &str)] = match self {
            Self::Plain => &[(C::Pid, "PID"), (C::Terminal, "TTY"), (C::Time, "TIME"), (C::Name, "CMD")],
            Self::Full => &[
                (C::User, "UID"),
                (C::Pid, "PID"),
                (C::Parent, "PPID"),
                (C::Cpu, "C"),
                (C::Start, "STIME"),
                (C::Terminal, "TTY"),
                (C::Time, "TIME"),
                (C::Arguments, "CMD"),
            ],
            Self::ExtraFull => &[
                (C::User, "UID"),
                (C::Pid, "PID"),
                (C::Parent, "PPID"),
                (C::Cpu, "C"),
                (C::Size, "SZ"),
                (C::Resident, "RSS"),
                (C::Processor, "PSR"),
                (C::Start, "STIME"),
                (C::Terminal, "TTY"),
                (C::Time, "TIME"),
                (C::Arguments, "CMD"),
            ],
            Self::Long => &[
                (C::Flags, "F"),
                (C::State, "S"),
                (C::UserId, "UID"),
                (C::Pid, "PID"),
                (C::Parent, "PPID"),
                (C::Cpu, "C"),
                (C::Priority, "PRI"),
                (C::Nice, "NI"),
                (C::Address, "ADDR"),
                (C::Size, "SZ"),
                (C::Waiting, "WCHAN"),
                (C::Terminal, "TTY"),
                (C::Time, "TIME"),
                (C::Name, "CMD"),
            ],
            Self::Jobs => &[
                (C::Pid, "PID"),
                (C::ProcessGroup, "PGID"),
                (C::Session, "SID"),
                (C::Terminal, "TTY"),
                (C::Time, "TIME"),
                (C::Name, "CMD"),
            ],
            Self::Bsd => &[
                (C::Pid, "PID"),
                (C::Terminal, "TTY"),
                (C::StateFlags, "STAT"),
                (C::TimeShort, "TIME"),
                (C::Arguments, "COMMAND"),
            ],
            Self::BsdUser => &[
                (C::User, "USER"),
                (C::Pid, "PID"),
                (C::CpuPercent, "%CPU"),
                (C::MemoryPercent, "%MEM"),
                (C::VirtualSize, "VSZ"),
                (C::Resident, "RSS"),
                (C::Terminal, "TTY"),
                (C::StateFlags, "STAT"),
                (C::Start, "START"),
                (C::TimeShort, "TIME"),
                (C::Arguments, "COMMAND"),
            ],
            Self::BsdLong => &[
                (C::Flags, "F"),
                (C::UserId, "UID"),
                (C::Pid, "PID"),
                (C::Parent, "PPID"),
                (C::Priority, "PRI"),
                (C::Nice, "NI"),
                (C::VirtualSize, "VSZ"),
                (C::Resident, "RSS"),
                (C::Waiting, "WCHAN"),
                (C::StateFlags, "STAT"),
                (C::Terminal, "TTY"),
                (C::TimeShort, "TIME"),
                (C::Arguments, "COMMAND"),
            ],
            Self::BsdJobs => &[
                (C::Parent, "PPID"),
                (C::Pid, "PID"),
                (C::ProcessGroup, "PGID"),
                (C::Session, "SID"),
                (C::Terminal, "TTY"),
                (C::TerminalGroup, "TPGID"),
                (C::StateFlags, "STAT"),
                (C::UserId, "UID"),
                (C::TimeShort, "TIME"),
                (C::Arguments, "COMMAND"),
            ],
        };
        columns.iter().map(|(column, heading)| (*column, (*heading).to_owned())).collect()
    }
}
