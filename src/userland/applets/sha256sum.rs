//! `sha256sum`: digests of files, and whether they still hold.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read, Write};

use sha2::{Digest, Sha256};

use super::failure::{AppletResult, Failure, complain, reason};

/// `sha256sum [-c] [FILE…]`
pub fn main(arguments: &[OsString], output: &mut dyn Write) -> AppletResult {
    let check = arguments.iter().any(|argument| argument == "-c");
    let mut files: Vec<OsString> = arguments.iter().filter(|argument| *argument != "-c").cloned().collect();
    if files.is_empty() {
        files.push("-".into());
    }
    let mut code = 0;
    for path in &files {
        let done = if check { verify(path, output) } else { digest(path).map(|digest| (format!("{digest}  {}", path.display()), true)) };
        match done {
            Ok((text, holds)) => {
                writeln!(output, "{text}")?;
                code |= u8::from(!holds);
            }
            Err(error) => {
                complain("sha256sum", format_args!("{}: {}", path.display(), reason(&error)));
                code = 1;
            }
        }
    }
    if check && code != 0 {
        return Err(Failure::new("WARNING: a computed checksum did NOT match"));
    }
    Ok(code)
}

fn digest(path: &OsString) -> io::Result<String> {
    let mut input: Box<dyn Read> = if path == "-" { Box::new(io::stdin().lock()) } else { Box::new(File::open(path)?) };
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 64 * 1024];
    loop {
        match input.read(&mut buffer)? {
            0 => break,
            count => hasher.update(&buffer[..count]),
        }
    }
    Ok(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Checks each `digest  name` line of a file.
fn verify(list: &OsString, _: &mut dyn Write) -> io::Result<(String, bool)> {
    let text = fs::read_to_string(list)?;
    let mut all = true;
    let lines: Vec<String> = text
        .lines()
        .filter_map(|line| line.split_once("  "))
        .map(|(expected, name)| {
            let holds = digest(&name.into()).is_ok_and(|actual| actual == expected);
            all &= holds;
            format!("{name}: {}", if holds { "OK" } else { "FAILED" })
        })
        .collect();
    Ok((lines.join("\n"), all))
}
