//! A command on a terminal of 40 rows and 120 columns, as the recordings had one, and somebody pressing keys.

use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::AsFd;
use std::process::Command;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use super::screen;

/// After a prompt this long without a word, the next key is pressed.
const PROMPT_STANDS: Duration = Duration::from_millis(200);

/// Without a prompt, after this long.
const SAYS_NOTHING: Duration = Duration::from_secs(2);

/// A command that takes longer hangs.
const PATIENCE: Duration = Duration::from_mins(1);

/// What was on the screen in the end, and the exit code; `TIMEOUT` when everything was pressed and the command,
/// which `hangs` as recorded, said nothing more.
pub fn play(shell: &Command, keys: &[Vec<u8>], hangs: bool) -> (String, String) {
    let (pty, pts) = pty_process::blocking::open().expect("a terminal");
    pty.resize(pty_process::Size::new(40, 120)).expect("a size");
    let mut command = pty_process::blocking::Command::new(shell.get_program());
    command = command.args(shell.get_args());
    for (name, value) in shell.get_envs().filter_map(|(name, value)| Some((name, value?))) {
        command = command.env(name, value);
    }
    command = command.current_dir(shell.get_current_dir().expect("a directory")).env("TERM", "xterm");
    let mut child = command.spawn(pts).expect("bash on a terminal");
    let mut keyboard = File::from(pty.as_fd().try_clone_to_owned().expect("a descriptor"));
    let mut output = File::from(pty.as_fd().try_clone_to_owned().expect("a descriptor"));
    let (send, bytes) = channel();
    std::thread::spawn(move || {
        let mut buffer = [0; 4096];
        // The terminal ends with an error (EIO) once nobody holds its other side.
        while let Ok(count @ 1..) = output.read(&mut buffer) {
            if send.send(buffer[..count].to_vec()).is_err() {
                break;
            }
        }
    });
    let started = Instant::now();
    let mut seen = Vec::new();
    let mut keys = keys.iter();
    loop {
        let prompted = [b"# ".as_slice(), b"] ", b"# \x1b[6n"].iter().any(|end| seen.ends_with(end));
        match bytes.recv_timeout(if prompted { PROMPT_STANDS } else { SAYS_NOTHING }) {
            Ok(more) => seen.extend(more),
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => match keys.next() {
                Some(key) => keyboard.write_all(key).expect("the keyboard"),
                None if hangs || started.elapsed() > PATIENCE => {
                    child.kill().expect("it runs");
                    child.wait().expect("it ended");
                    return (screen::shown(&String::from_utf8_lossy(&seen)), "TIMEOUT".to_owned());
                }
                None => {}
            },
        }
    }
    let status = child.wait().expect("its end");
    let exit = status.code().map_or_else(|| "SIGNAL".to_owned(), |code| code.to_string());
    (String::from_utf8_lossy(&seen).into_owned(), exit)
}
