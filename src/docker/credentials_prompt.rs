//! Questions of the client to whoever sits at the terminal.

use std::io;
use std::os::fd::{AsFd, BorrowedFd};

use super::context::Streams;
use super::failure::Failure;

/// Nobody types more.
const BYTES_MAX: usize = 64 << 10;
const CTRL_C: u8 = 3;
const CTRL_D: u8 = 4;
const BACKSPACE: [u8; 2] = [8, 127];

/// Asks, and reads a line.
///
/// # Errors
/// A stream that fails.
pub fn line(streams: &mut Streams<'_>, question: &str) -> Result<String, Failure> {
    say(streams, question)?;
    let mut typed = Vec::new();
    while let Some(byte) = next(streams.stdin)? {
        match byte {
            b'\n' => break,
            other => typed.push(other),
        }
        limit(&typed)?;
    }
    Ok(String::from_utf8_lossy(&typed).trim().to_owned())
}

/// Asks, and reads a line nobody sees.
///
/// # Errors
/// A stream that fails; Ctrl-C.
pub fn secret(streams: &mut Streams<'_>, question: &str) -> Result<String, Failure> {
    say(streams, question)?;
    let raw = (streams.raw_mode)(streams.stdin).map_err(failed)?;
    let mut typed = Vec::new();
    let end = loop {
        match next(streams.stdin)? {
            None | Some(b'\r' | b'\n' | CTRL_D) => break Ok(()),
            Some(CTRL_C) => break Err(Failure::client("").exiting(130)),
            Some(byte) if BACKSPACE.contains(&byte) => drop(typed.pop()),
            Some(byte) => typed.push(byte),
        }
        limit(&typed)?;
    };
    drop(raw);
    say(streams, "\n")?;
    end.map(|()| String::from_utf8_lossy(&typed).into_owned())
}

/// All there is on standard input.
///
/// # Errors
/// A stream that fails, or that never ends.
pub fn rest(streams: &mut Streams<'_>) -> Result<String, Failure> {
    let mut typed = Vec::new();
    while let Some(byte) = next(streams.stdin)? {
        typed.push(byte);
        limit(&typed)?;
    }
    Ok(String::from_utf8_lossy(&typed).into_owned())
}

fn say(streams: &mut Streams<'_>, text: &str) -> Result<(), Failure> {
    streams.stdout.write_all(text.as_bytes()).and_then(|()| streams.stdout.flush()).map_err(failed)
}

/// Byte by byte: what follows the line is not ours.
fn next(stdin: BorrowedFd<'_>) -> Result<Option<u8>, Failure> {
    let mut byte = [0];
    loop {
        match rustix::io::read(stdin.as_fd(), &mut byte) {
            Ok(0) => return Ok(None),
            Ok(_) => return Ok(Some(byte[0])),
            Err(rustix::io::Errno::INTR) => {}
            Err(errno) => return Err(failed(errno.into())),
        }
    }
}

fn limit(typed: &[u8]) -> Result<(), Failure> {
    if typed.len() > BYTES_MAX { Err(Failure::client("Error: too long an answer")) } else { Ok(()) }
}

fn failed(error: io::Error) -> Failure {
    Failure::client(format!("Error: {error}"))
}
