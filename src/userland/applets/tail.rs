//! `tail`: the end of files, and what is added to them.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom, Write};
use std::time::Duration;

use super::failure::{AppletResult, Failure};

const DEFAULT_LINES: u64 = 10;
/// Between two looks at a followed file, as busybox does.
const FOLLOW_INTERVAL: Duration = Duration::from_millis(250);

#[derive(Debug, Clone, Copy)]
enum Amount {
    LastLines(u64),
    FromLine(u64),
    LastBytes(u64),
    FromByte(u64),
}

/// `tail [-n [+]LINES] [-c [+]BYTES] [-fFqv] [FILE…]`
pub fn main(arguments: &[OsString], output: &mut dyn Write) -> AppletResult {
    use lexopt::Arg::{Short, Value};
    let mut amount = Amount::LastLines(DEFAULT_LINES);
    let (mut follow, mut quiet, mut verbose) = (false, false, false);
    let mut files = Vec::new();
    // `-5` is an old form of `-n 5`.
    let modern = arguments.iter().flat_map(|argument| {
        let text = argument.to_string_lossy();
        match text.strip_prefix('-') {
            Some(digits) if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                vec![OsString::from("-n"), OsString::from(digits)]
            }
            _ => vec![argument.clone()],
        }
    });
    let mut parser = lexopt::Parser::from_args(modern);
    while let Some(argument) = parser.next()? {
        match argument {
            Short('n') => amount = parse(&parser.value()?, Amount::LastLines, Amount::FromLine)?,
            Short('c') => amount = parse(&parser.value()?, Amount::LastBytes, Amount::FromByte)?,
            Short('f' | 'F') => follow = true,
            Short('q') => quiet = true,
            Short('v') => verbose = true,
            Value(path) => files.push(path),
            other => return Err(other.unexpected().into()),
        }
    }
    if files.is_empty() {
        files.push("-".into());
    }
    let titles = verbose || (files.len() > 1 && !quiet);
    let mut open = Vec::new();
    for (index, path) in files.iter().enumerate() {
        if titles {
            writeln!(output, "{}==> {} <==", if index > 0 { "\n" } else { "" }, path.display())?;
        }
        if path == "-" {
            show(&mut BufReader::new(io::stdin().lock()), amount, output)?;
        } else {
            let mut file = File::open(path).map_err(|error| Failure::at(path, &error))?;
            show(&mut BufReader::new(&file), amount, output)?;
            let _ = file.seek(SeekFrom::End(0));
            open.push(file);
        }
    }
    if !follow {
        return Ok(0);
    }
    loop {
        for file in &mut open {
            let mut added = Vec::new();
            file.read_to_end(&mut added)?;
            output.write_all(&added)?;
        }
        output.flush()?;
        std::thread::sleep(FOLLOW_INTERVAL);
    }
}

fn parse(value: &OsString, last: fn(u64) -> Amount, from: fn(u64) -> Amount) -> Result<Amount, Failure> {
    let text = value.to_string_lossy();
    let number = |digits: &str| digits.parse().map_err(|_| Failure::new(format!("invalid number '{text}'")));
    match text.strip_prefix('+') {
        Some(digits) => number(digits).map(from),
        None => number(text.trim_start_matches('-')).map(last),
    }
}

fn show(input: &mut dyn BufRead, amount: Amount, output: &mut dyn Write) -> io::Result<()> {
    match amount {
        Amount::FromByte(first) => {
            io::copy(&mut input.take(first.saturating_sub(1)), &mut io::sink())?;
            io::copy(input, output)?;
        }
        Amount::FromLine(first) => {
            let mut line = Vec::new();
            for _ in 1..first {
                line.clear();
                input.read_until(b'\n', &mut line)?;
            }
            io::copy(input, output)?;
        }
        Amount::LastBytes(count) => {
            let mut all = Vec::new();
            input.read_to_end(&mut all)?;
            let count = usize::try_from(count).unwrap_or(usize::MAX);
            output.write_all(&all[all.len().saturating_sub(count)..])?;
        }
        Amount::LastLines(count) => {
            let mut kept: VecDeque<Vec<u8>> = VecDeque::new();
            loop {
                let mut line = Vec::new();
                if input.read_until(b'\n', &mut line)? == 0 {
                    break;
                }
                kept.push_back(line);
                if kept.len() as u64 > count {
                    kept.pop_front();
                }
            }
            for line in kept {
                output.write_all(&line)?;
            }
        }
    }
    Ok(())
}
