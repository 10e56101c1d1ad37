//! `xargs`: words of the input become arguments.

use std::ffi::OsString;
use std::io::{self, Read, Write};
use std::os::unix::ffi::OsStringExt;
use std::os::unix::process::ExitStatusExt;
use std::process::Command;

use super::failure::{AppletResult, Failure, reason};

/// What POSIX gives when some command failed.
const SOME_FAILED: u8 = 123;
/// Well below the kernel's limit on the length of a command line.
const MAX_BYTES: usize = 128 * 1024;

/// `xargs [-0rt] [-n COUNT] [-I TEXT] [-d CHAR] [PROGRAM ARGUMENTS…]`
pub fn main(arguments: &[OsString], _: &mut dyn Write) -> AppletResult {
    use lexopt::Arg::{Short, Value};
    let (mut separator, mut count, mut replace) = (None, usize::MAX, None::<String>);
    let (mut unless_empty, mut trace) = (false, false);
    let mut command = Vec::new();
    let mut parser = lexopt::Parser::from_args(arguments.iter().cloned());
    while let Some(argument) = parser.next()? {
        match argument {
            Short('0') => separator = Some(0),
            Short('r') => unless_empty = true,
            Short('t') => trace = true,
            Short('n') => {
                let text = parser.value()?.to_string_lossy().into_owned();
                count = text.parse().map_err(|_| Failure::new(format!("invalid number '{text}'")))?;
            }
            Short('P') => drop(parser.value()?),
            Short('d') => separator = parser.value()?.into_vec().first().copied(),
            Short('I') => {
                replace = Some(parser.value()?.to_string_lossy().into_owned());
                separator = separator.or(Some(b'\n'));
            }
            Value(program) => {
                command.push(program);
                command.extend(parser.raw_args()?);
            }
            other => return Err(other.unexpected().into()),
        }
    }
    if command.is_empty() {
        command.push("echo".into());
    }
    let mut input = Vec::new();
    io::stdin().lock().read_to_end(&mut input)?;
    let words = match separator {
        Some(byte) => split_on(&input, byte),
        None => split_words(&input)?,
    };
    let mut code = 0;
    if let Some(mark) = replace {
        for word in words {
            let word = word.to_string_lossy();
            let line: Vec<OsString> =
                command.iter().map(|part| part.to_string_lossy().replace(&mark, word.trim_start()).into()).collect();
            code = code.max(run(&line, trace)?);
        }
        return Ok(code);
    }
    if words.is_empty() && !unless_empty {
        return run(&command, trace);
    }
    let mut rest = words.as_slice();
    while !rest.is_empty() {
        let mut bytes = 0;
        let fitting = rest.iter().take(count).take_while(|word| {
            bytes += word.len() + 1;
            bytes <= MAX_BYTES
        });
        let taken = fitting.count().max(1);
        let line: Vec<OsString> = command.iter().chain(&rest[..taken]).cloned().collect();
        code = code.max(run(&line, trace)?);
        rest = &rest[taken..];
    }
    Ok(code)
}

fn run(line: &[OsString], trace: bool) -> AppletResult {
    if trace {
        let _ = writeln!(io::stderr(), "{}", line.join(" ".as_ref()).display());
    }
    let [program, arguments @ ..] = line else { return Ok(0) };
    match Command::new(program).args(arguments).status() {
        Ok(status) if status.success() => Ok(0),
        Ok(status) if status.signal().is_some() => Ok(125),
        Ok(_) => Ok(SOME_FAILED),
        Err(error) => {
            let code = if error.kind() == io::ErrorKind::NotFound { 127 } else { 126 };
            Err(Failure::usage(format!("{}: {}", program.display(), reason(&error)), code))
        }
    }
}

fn split_on(input: &[u8], separator: u8) -> Vec<OsString> {
    let mut words: Vec<OsString> =
        input.split(|byte| *byte == separator).map(|word| OsString::from_vec(word.to_vec())).collect();
    if words.last().is_some_and(|last| last.is_empty()) {
        words.pop();
    }
    words
}

/// Words between blanks; quotes and backslashes protect, as in POSIX's xargs.
fn split_words(input: &[u8]) -> Result<Vec<OsString>, Failure> {
    let mut words = Vec::new();
    let mut word: Option<Vec<u8>> = None;
    let mut bytes = input.iter().copied();
    while let Some(byte) = bytes.next() {
        match byte {
            b' ' | b'\t' | b'\n' => words.extend(word.take().map(OsString::from_vec)),
            b'\'' | b'"' => {
                let inside = word.get_or_insert_default();
                loop {
                    match bytes.next() {
                        Some(end) if end == byte => break,
                        Some(other) => inside.push(other),
                        None => return Err(Failure::new("unmatched quote")),
                    }
                }
            }
            b'\\' => word.get_or_insert_default().extend(bytes.next()),
            other => word.get_or_insert_default().push(other),
        }
    }
    words.extend(word.map(OsString::from_vec));
    Ok(words)
}
