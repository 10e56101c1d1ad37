//! `cat`, `touch`, `mkdir`, `rmdir`, `rm`: what a beginner's first mistakes meet, so in busybox's words.

use std::fs::{self, File, FileTimes};
use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::Path;
use std::time::SystemTime;

use super::options::{Accepted, Options, Order, short};
use super::stream::{close, complain, describe, open, or_input, output};

/// `cat [-nbvteAu] [FILE]…`
pub fn cat(arguments: &[String]) -> i32 {
    let options = match Options::parse(arguments, &short("nbvteAu", "")) {
        Ok(options) => options,
        Err(message) => return complain("cat", &message),
    };
    let mut output = output();
    let mut status = 0;
    let mut number = 0;
    for path in or_input(options.operands.clone()) {
        let result = open(&path).and_then(|mut file| {
            if options.last_of("nbvteA").is_none() {
                io::copy(&mut file, &mut output).map(|_| ())
            } else {
                decorated(file, &mut output, &options, &mut number)
            }
        });
        if let Err(error) = result {
            // What was read before comes first.
            io::Write::flush(&mut output).ok();
            let message = if error.kind() == io::ErrorKind::IsADirectory {
                "read error: Is a directory".to_owned()
            } else {
                format!("can't open '{path}': {}", describe(&error))
            };
            status = complain("cat", &message);
        }
    }
    close("cat", output, status)
}

fn decorated(
    file: Box<dyn io::Read>,
    output: &mut dyn io::Write,
    options: &Options,
    number: &mut usize,
) -> io::Result<()> {
    let mut reader = io::BufReader::new(file);
    let mut line = Vec::new();
    loop {
        line.clear();
        if io::BufRead::read_until(&mut reader, b'\n', &mut line)? == 0 {
            return Ok(());
        }
        let ended = line.last() == Some(&b'\n');
        if ended {
            line.pop();
        }
        if options.has('n') || (options.has('b') && !line.is_empty()) {
            *number += 1;
            write!(output, "{number:6}\t")?;
        }
        for byte in &line {
            let shown = match byte {
                b'\t' if options.has('t') || options.has('A') => "^I".to_owned(),
                b'\t' => "\t".to_owned(),
                0..32 => format!("^{}", char::from(byte + 64)),
                127 => "^?".to_owned(),
                128.. => format!("M-{}", char::from(byte - 128)),
                other => char::from(*other).to_string(),
            };
            if options.last_of("vteA").is_some() {
                output.write_all(shown.as_bytes())?;
            } else {
                output.write_all(&[*byte])?;
            }
        }
        if ended {
            output.write_all(if options.has('e') || options.has('A') { b"$\n" } else { b"\n" })?;
        }
    }
}

/// `touch [-acm] [-r FILE] [-d TIME|-t TIME] FILE…`
pub fn touch(arguments: &[String]) -> i32 {
    let accepted = Accepted {
        flags: "acmhf",
        valued: "rdt",
        long: &[("no-create", 'c'), ("reference", 'r'), ("date", 'd')],
        order: Order::Mixed,
    };
    let options = match Options::parse(arguments, &accepted) {
        Ok(options) => options,
        Err(message) => return complain("touch", &message),
    };
    let mut time = SystemTime::now();
    if let Some(path) = options.value('r') {
        match fs::metadata(path).and_then(|data| data.modified()) {
            Ok(modified) => time = modified,
            Err(error) => return complain("touch", &format!("{path}: {}", describe(&error))),
        }
    }
    if let Some(text) = options.value('d').or_else(|| options.value('t')) {
        match parse_time(text) {
            Some(parsed) => time = parsed,
            None => return complain("touch", &format!("invalid date '{text}'")),
        }
    }
    let mut times = FileTimes::new();
    if !options.has('a') || options.has('m') {
        times = times.set_modified(time);
    }
    if !options.has('m') || options.has('a') {
        times = times.set_accessed(time);
    }
    if options.operands.is_empty() {
        return complain("touch", "missing file operand");
    }
    let mut status = 0;
    for path in &options.operands {
        let exists = Path::new(path).exists();
        if !exists && options.has('c') {
            continue;
        }
        let result = if exists { File::open(path) } else { File::options().append(true).create(true).open(path) };
        if let Err(error) = result.and_then(|file| file.set_times(times)) {
            status = complain("touch", &format!("{path}: {}", describe(&error)));
        }
    }
    status
}

fn parse_time(text: &str) -> Option<SystemTime> {
    if let Some(seconds) = text.strip_prefix('@') {
        return Some(jiff::Timestamp::from_second(seconds.parse().ok()?).ok()?.into());
    }
    let formats = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M:%S", "%Y%m%d%H%M.%S", "%Y%m%d%H%M"];
    let time = formats.iter().find_map(|format| jiff::civil::DateTime::strptime(format, text).ok());
    let time = time.or_else(|| Some(jiff::civil::Date::strptime("%Y-%m-%d", text).ok()?.at(0, 0, 0, 0)))?;
    Some(time.to_zoned(jiff::tz::TimeZone::system()).ok()?.timestamp().into())
}

/// `mkdir [-p] [-m MODE] DIRECTORY…`
pub fn mkdir(arguments: &[String]) -> i32 {
    let accepted = Accepted {
        flags: "pv",
        valued: "m",
        long: &[("parents", 'p'), ("mode", 'm'), ("verbose", 'v')],
        order: Order::Mixed,
    };
    let options = match Options::parse(arguments, &accepted) {
        Ok(options) => options,
        Err(message) => return complain("mkdir", &message),
    };
    let mode = match options.value('m').map(|text| u32::from_str_radix(text, 8)) {
        None => None,
        Some(Ok(mode)) => Some(mode),
        Some(Err(_)) => {
            return complain("mkdir", &format!("invalid mode '{}'", options.value('m').unwrap_or_default()));
        }
    };
    if options.operands.is_empty() {
        return complain("mkdir", "missing operand");
    }
    let mut status = 0;
    for path in &options.operands {
        let made = fs::DirBuilder::new().recursive(options.has('p')).mode(0o777).create(path);
        // The mode asked for counts whatever the mask says.
        let result =
            made.and_then(|()| mode.map_or(Ok(()), |mode| fs::set_permissions(path, fs::Permissions::from_mode(mode))));
        if let Err(error) = result {
            status = complain("mkdir", &format!("can't create directory '{path}': {}", describe(&error)));
        }
    }
    status
}

/// `rmdir [-p] DIRECTORY…`
pub fn rmdir(arguments: &[String]) -> i32 {
    let options = match Options::parse(arguments, &short("p", "")) {
        Ok(options) => options,
        Err(message) => return complain("rmdir", &message),
    };
    let mut status = 0;
    for operand in &options.operands {
        let mut path = Path::new(operand);
        loop {
            if let Err(error) = fs::remove_dir(path) {
                status = complain("rmdir", &format!("'{}': {}", path.display(), describe(&error)));
                break;
            }
            match path.parent().filter(|parent| options.has('p') && !parent.as_os_str().is_empty()) {
                Some(parent) => path = parent,
                None => break,
            }
        }
    }
    status
}

/// `rm [-firR] FILE…`
pub fn rm(arguments: &[String]) -> i32 {
    let accepted = Accepted {
        flags: "firRvd",
        valued: "",
        long: &[("force", 'f'), ("recursive", 'r'), ("no-preserve-root", 'N')],
        order: Order::Mixed,
    };
    let options = match Options::parse(arguments, &accepted) {
        Ok(options) => options,
        Err(message) => return complain("rm", &message),
    };
    let force = options.last_of("fi") == Some('f');
    if options.operands.is_empty() && !force {
        return complain("rm", "missing operand");
    }
    let mut status = 0;
    for path in &options.operands {
        let trimmed = path.trim_end_matches('/');
        if [".", ".."].contains(&trimmed.rsplit('/').next().unwrap_or(trimmed)) {
            status = complain("rm", "can't remove '.' or '..'");
        } else if force || !options.has('i') || confirmed(path) {
            status |= remove(path, &options, force);
        }
    }
    status
}

fn confirmed(path: &str) -> bool {
    use io::Write;
    write!(io::stderr(), "rm: remove '{path}'? ").ok();
    let mut answer = String::new();
    io::stdin().read_line(&mut answer).is_ok() && answer.trim_start().starts_with(['y', 'Y'])
}

fn remove(path: &str, options: &Options, force: bool) -> i32 {
    let refused = |error: &io::Error| complain("rm", &format!("can't remove '{path}': {}", describe(error)));
    let data = match fs::symlink_metadata(path) {
        Ok(data) => data,
        Err(error) if force && error.kind() == io::ErrorKind::NotFound => return 0,
        Err(error) => return refused(&error),
    };
    if !data.is_dir() {
        return fs::remove_file(path).map_or_else(|error| refused(&error), |()| 0);
    }
    if !options.has('r') && !options.has('R') {
        return complain("rm", &format!("'{path}' is a directory"));
    }
    let mut status = 0;
    match fs::read_dir(path) {
        Ok(entries) => {
            for entry in entries.flatten() {
                status |= remove(
                    &format!("{}/{}", path.trim_end_matches('/'), entry.file_name().to_string_lossy()),
                    options,
                    force,
                );
            }
        }
        Err(error) => return refused(&error),
    }
    status | fs::remove_dir(path).map_or_else(|error| refused(&error), |()| 0)
}
