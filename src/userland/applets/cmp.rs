//! `cmp`: where two files begin to differ.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, BufReader, Read, Write};

use super::failure::{AppletResult, Failure};

/// What POSIX gives to trouble, 1 being "they differ".
const TROUBLE: u8 = 2;

/// `cmp [-s] FILE1 FILE2`
pub fn main(arguments: &[OsString], output: &mut dyn Write) -> AppletResult {
    let silent = arguments.iter().any(|argument| argument == "-s");
    let files: Vec<&OsString> = arguments.iter().filter(|argument| *argument != "-s").collect();
    let [first, second] = files.as_slice() else { return Err(Failure::usage("two files are needed", TROUBLE)) };
    let (mut one, mut other) = (open(first)?, open(second)?);
    let (mut byte, mut line) = (1_u64, 1_u64);
    loop {
        match (one.next().transpose()?, other.next().transpose()?) {
            (None, None) => return Ok(0),
            (Some(left), Some(right)) if left == right => {
                byte += 1;
                line += u64::from(left == b'\n');
            }
            (Some(_), Some(_)) => {
                if !silent {
                    writeln!(output, "{} {} differ: byte {byte}, line {line}", first.display(), second.display())?;
                }
                return Ok(1);
            }
            (left, _) => {
                let shorter = if left.is_none() { first } else { second };
                let text = format!("EOF on {}", shorter.display());
                return if silent { Ok(1) } else { Err(Failure::new(text)) };
            }
        }
    }
}

fn open(path: &OsString) -> Result<io::Bytes<Box<dyn Read>>, Failure> {
    let input: Box<dyn Read> = if path == "-" {
        Box::new(io::stdin().lock())
    } else {
        let file = File::open(path).map_err(|error| match Failure::at(path, &error) {
            Failure::Message { text, .. } => Failure::usage(text, TROUBLE),
            Failure::BrokenPipe => Failure::BrokenPipe,
        })?;
        Box::new(BufReader::new(file))
    };
    #[allow(clippy::unbuffered_bytes)] // both kinds of input are buffered above
    Ok(input.bytes())
}
