//! `ls`, in busybox's layout.

use std::fs::Metadata;
use std::io::Write;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::Path;

use unicode_width::UnicodeWidthStr;

use super::listing;
use super::options::{Accepted, Options, Order};
use super::stream::{Output, close, complain, describe, output};
use crate::userland::accounts;

const LONG_NAMES: [(&str, char); 8] = [
    ("all", 'a'),
    ("almost-all", 'A'),
    ("color", 'G'),
    ("human-readable", 'h'),
    ("recursive", 'R'),
    ("reverse", 'r'),
    ("directory", 'd'),
    ("inode", 'i'),
];

/// A name to show.
struct Entry {
    name: String,
    path: String,
    data: Metadata,
}

/// `ls [-1AaCxdLHRFplinshrSXvctuGT] [FILE]…`
pub fn ls(arguments: &[String]) -> i32 {
    let accepted =
        Accepted { flags: "1AaCxdLHRFplinshrSXvctugokG", valued: "wT", long: &LONG_NAMES, order: Order::Mixed };
    let options = match Options::parse(arguments, &accepted) {
        Ok(options) => options,
        Err(message) => return complain("ls", &message),
    };
    let style = Style::from(&options);
    let mut operands = options.operands.clone();
    if operands.is_empty() {
        operands.push(".".to_owned());
    }
    let mut output = output();
    let mut status = 0;
    let (mut files, mut directories) = (Vec::new(), Vec::new());
    for path in operands {
        let follows = !options.has('l') || options.has('L') || options.has('H') || path.ends_with('/');
        let data = if follows {
            std::fs::metadata(&path).or_else(|_| std::fs::symlink_metadata(&path))
        } else {
            std::fs::symlink_metadata(&path)
        };
        match data {
            Ok(data) if data.is_dir() && !options.has('d') => {
                directories.push(Entry { name: path.clone(), path, data });
            }
            Ok(data) => files.push(Entry { name: path.clone(), path, data }),
            Err(error) => status = complain("ls", &format!("{path}: {}", describe(&error))),
        }
    }
    style.sort(&mut files);
    style.sort(&mut directories);
    let titled = files.len() + directories.len() > 1 || style.recursive;
    let mut first = files.is_empty();
    style.show(&mut output, &files).ok();
    for directory in directories {
        status |= style.show_directory(&mut output, &directory.path, titled, &mut first);
    }
    close("ls", output, status)
}

#[allow(clippy::struct_excessive_bools)] // each is one letter of the command line
struct Style {
    long: bool,
    columns: Option<usize>,
    hidden: Hidden,
    recursive: bool,
    reversed: bool,
    by: char,
    numeric: bool,
    human: bool,
    inode: bool,
    blocks: bool,
    mark: char,
    follows: bool,
    coloured: bool,
}

#[derive(PartialEq, Eq)]
enum Hidden {
    Left,
    Shown,
    ShownWithParents,
}

impl Style {
    fn from(options: &Options) -> Self {
        let terminal = rustix::termios::isatty(std::io::stdout());
        let layout = options.last_of("1Clxgno");
        let width = options.value('w').and_then(|text| text.parse().ok()).or_else(|| {
            rustix::termios::tcgetwinsize(std::io::stdout())
                .ok()
                .map(|size| usize::from(size.ws_col))
                .filter(|width| *width > 0)
        });
        let columns = match layout {
            Some('C' | 'x') => Some(width.unwrap_or(80)),
            None if terminal => Some(width.unwrap_or(80)),
            _ => None,
        };
        let color = options.value('G').unwrap_or("never");
        Self {
            long: options.has('l') || options.has('n') || options.has('g') || options.has('o'),
            columns,
            hidden: if options.has('a') {
                Hidden::ShownWithParents
            } else if options.has('A') {
                Hidden::Shown
            } else {
                Hidden::Left
            },
            recursive: options.has('R'),
            reversed: options.has('r'),
            by: options.last_of("SXtcuv").unwrap_or('n'),
            numeric: options.has('n'),
            human: options.has('h'),
            inode: options.has('i'),
            blocks: options.has('s'),
            mark: options.last_of("Fp").unwrap_or(' '),
            follows: options.has('L'),
            // As Alpine's busybox: colours on a terminal unless refused.
            coloured: match color {
                "always" => true,
                "never" if options.has('G') => false,
                _ => terminal,
            },
        }
    }

    fn show_directory(&self, output: &mut Output, path: &str, titled: bool, first: &mut bool) -> i32 {
        if titled {
            let gap = if *first { "" } else { "\n" };
            writeln!(output, "{gap}{path}:").ok();
        }
        *first = false;
        let read = match std::fs::read_dir(path) {
            Ok(read) => read,
            Err(error) => return complain("ls", &format!("can't open '{path}': {}", describe(&error))),
        };
        let mut names: Vec<String> =
            read.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        match self.hidden {
            Hidden::Left => names.retain(|name| !name.starts_with('.')),
            Hidden::Shown => {}
            Hidden::ShownWithParents => names.extend([".".to_owned(), "..".to_owned()]),
        }
        let mut status = 0;
        let mut entries = Vec::new();
        for name in names {
            let path = format!("{}/{name}", path.trim_end_matches('/'));
            let data = if self.follows {
                std::fs::metadata(&path).or_else(|_| std::fs::symlink_metadata(&path))
            } else {
                std::fs::symlink_metadata(&path)
            };
            match data {
                Ok(data) => entries.push(Entry { name, path, data }),
                Err(error) => status = complain("ls", &format!("{path}: {}", describe(&error))),
            }
        }
        self.sort(&mut entries);
        if self.long || self.blocks {
            let blocks: u64 = entries.iter().map(|entry| entry.data.blocks()).sum();
            let total = if self.human { human(blocks * 512) } else { (blocks / 2).to_string() };
            writeln!(output, "total {total}").ok();
        }
        self.show(output, &entries).ok();
        if self.recursive {
            for entry in entries.iter().filter(|entry| entry.data.is_dir() && entry.name != "." && entry.name != "..") {
                status |= self.show_directory(output, &entry.path, true, first);
            }
        }
        status
    }

    fn sort(&self, entries: &mut [Entry]) {
        entries.sort_by(|left, right| {
            let by_name = left.name.cmp(&right.name);
            let extension = |entry: &Entry| Path::new(&entry.name).extension().map(std::ffi::OsStr::to_os_string);
            match self.by {
                'S' => right.data.size().cmp(&left.data.size()).then(by_name),
                't' => (right.data.mtime(), right.data.mtime_nsec())
                    .cmp(&(left.data.mtime(), left.data.mtime_nsec()))
                    .then(by_name),
                'c' => (right.data.ctime(), right.data.ctime_nsec())
                    .cmp(&(left.data.ctime(), left.data.ctime_nsec()))
                    .then(by_name),
                'u' => (right.data.atime(), right.data.atime_nsec())
                    .cmp(&(left.data.atime(), left.data.atime_nsec()))
                    .then(by_name),
                'X' => extension(left).cmp(&extension(right)).then(by_name),
                _ => by_name,
            }
        });
        if self.reversed {
            entries.reverse();
        }
    }

    fn show(&self, output: &mut Output, entries: &[Entry]) -> std::io::Result<()> {
        if self.long {
            return self.show_long(output, entries);
        }
        let Some(width) = self.columns else {
            for entry in entries {
                writeln!(output, "{}{}", self.prefix(entry), self.shown_name(entry))?;
            }
            return Ok(());
        };
        let cell = entries.iter().map(|entry| self.prefix(entry).len() + entry.name.width() + 2).max().unwrap_or(2);
        let columns = (width / cell).max(1);
        let rows = entries.len().div_ceil(columns);
        for row in 0..rows {
            for column in 0..columns {
                let Some(entry) = entries.get(column * rows + row) else { break };
                write!(output, "{}{}", self.prefix(entry), self.shown_name(entry))?;
                if (column + 1) * rows + row < entries.len() {
                    let used =
                        self.prefix(entry).len() + entry.name.width() + usize::from(self.suffix(entry).is_some());
                    write!(output, "{}", " ".repeat(cell.saturating_sub(used)))?;
                }
            }
            writeln!(output)?;
        }
        Ok(())
    }

    fn prefix(&self, entry: &Entry) -> String {
        let mut text = String::new();
        if self.inode {
            text.push_str(&format!("{:7} ", entry.data.ino()));
        }
        if self.blocks {
            text.push_str(&format!("{:6} ", entry.data.blocks() / 2));
        }
        text
    }

    fn show_long(&self, output: &mut Output, entries: &[Entry]) -> std::io::Result<()> {
        for entry in entries {
            let data = &entry.data;
            let (user, group) = if self.numeric {
                (data.uid().to_string(), data.gid().to_string())
            } else {
                (accounts::user_name(data.uid()), accounts::group_name(data.gid()))
            };
            let kind = data.file_type();
            let size = if kind.is_block_device() || kind.is_char_device() {
                format!("{:4},{:4}", rustix::fs::major(data.rdev()), rustix::fs::minor(data.rdev()))
            } else if self.human {
                format!("{:>9}", human(data.size()))
            } else {
                format!("{:>9}", data.size())
            };
            let seconds = match self.by {
                'c' => data.ctime(),
                'u' => data.atime(),
                _ => data.mtime(),
            };
            write!(
                output,
                "{}{} {:4} {user:<8.8} {group:<8.8} {size} {} {}",
                self.prefix(entry),
                listing::mode_text(data.mode()),
                data.nlink(),
                Self::time(seconds),
                self.shown_name(entry)
            )?;
            if kind.is_symlink() {
                let target = std::fs::read_link(&entry.path).unwrap_or_default();
                write!(output, " -> {}", target.display())?;
            }
            writeln!(output)?;
        }
        Ok(())
    }

    /// `Nov 21 06:40`, or the year in place of the hour when more than six months away.
    fn time(seconds: i64) -> String {
        let now = jiff::Timestamp::now().as_second();
        let format = if (now - seconds).abs() > 365 * 86_400 / 2 { "%b %e  %Y" } else { "%b %e %H:%M" };
        let zone = jiff::tz::TimeZone::system();
        jiff::Timestamp::from_second(seconds)
            .map(|time| time.to_zoned(zone).strftime(format).to_string())
            .unwrap_or_default()
    }

    fn suffix(&self, entry: &Entry) -> Option<char> {
        let kind = entry.data.file_type();
        match self.mark {
            'F' | 'p' if kind.is_dir() => Some('/'),
            'F' if kind.is_symlink() => Some('@'),
            'F' if kind.is_fifo() => Some('|'),
            'F' if kind.is_socket() => Some('='),
            'F' if entry.data.mode() & 0o111 != 0 => Some('*'),
            _ => None,
        }
    }

    fn shown_name(&self, entry: &Entry) -> String {
        let mut text = if self.coloured {
            format!("\x1b[{}m{}\x1b[m", colour(&entry.data), entry.name)
        } else {
            entry.name.clone()
        };
        text.extend(self.suffix(entry));
        text
    }
}

/// busybox's colours, by kind.
fn colour(data: &Metadata) -> &'static str {
    let kind = data.file_type();
    if kind.is_dir() {
        "1;34"
    } else if kind.is_symlink() {
        "1;36"
    } else if kind.is_fifo() {
        "1;33"
    } else if kind.is_socket() || kind.is_block_device() || kind.is_char_device() {
        "1;35"
    } else if data.mode() & 0o111 != 0 {
        "1;32"
    } else {
        "0;0"
    }
}

/// `1.5K`, as busybox shortens sizes.
#[allow(clippy::cast_precision_loss)] // a size shown with one decimal
pub fn human(bytes: u64) -> String {
    let mut value = bytes as f64;
    if bytes < 1024 {
        return bytes.to_string();
    }
    for unit in ["K", "M", "G", "T", "P"] {
        value /= 1024.0;
        if value < 1024.0 {
            return format!("{value:.1}{unit}");
        }
    }
    format!("{value:.1}E")
}
