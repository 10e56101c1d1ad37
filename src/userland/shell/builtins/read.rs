//! `read`: a line into variables, taking not one byte more than the line.

use std::os::fd::{AsFd, OwnedFd};
use std::rc::Rc;

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use super::super::Shell;
use super::super::flow::{Outcome, Stop};

/// `read [-r] [-s] [-p PROMPT] [-t SECONDS] [-n COUNT] [-d DELIMITER] NAME…`
pub fn read(shell: &mut Shell, arguments: &[String]) -> Outcome {
    let mut options = Options::default();
    let names = match options.parse(arguments) {
        Ok(names) => names,
        Err(message) => {
            shell.complain(&message);
            return Ok(2);
        }
    };
    if let Some(prompt) = &options.prompt {
        shell.print_error(prompt);
    }
    let Ok(input) = shell.descriptors.get(0) else { return Ok(1) };
    let hidden = if options.silent { hide(&input) } else { None };
    let outcome = shell.read_line(&input, &options);
    if let Some(settings) = hidden {
        rustix::termios::tcsetattr(&input, rustix::termios::OptionalActions::Now, &settings).ok();
    }
    let (line, complete) = outcome?;
    let separators = shell.state.separators();
    let values = split(&line, &separators, names.len().max(1));
    let names = if names.is_empty() { vec!["REPLY".to_owned()] } else { names };
    for (name, value) in names.iter().zip(values.into_iter().chain(std::iter::repeat(String::new()))) {
        shell.assign(name, &value)?;
    }
    Ok(i32::from(!complete))
}

#[derive(Default)]
struct Options {
    raw: bool,
    silent: bool,
    prompt: Option<String>,
    timeout: Option<f64>,
    count: Option<usize>,
    delimiter: Option<u8>,
}

impl Options {
    fn parse(&mut self, arguments: &[String]) -> Result<Vec<String>, String> {
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            let Some(letters) = argument.strip_prefix('-').filter(|letters| !letters.is_empty()) else {
                return Ok(std::iter::once(argument).chain(rest).cloned().collect());
            };
            if letters == "-" {
                return Ok(rest.cloned().collect());
            }
            for (index, letter) in letters.char_indices() {
                let mut value = || {
                    let attached = &letters[index + 1..];
                    if attached.is_empty() {
                        rest.next().cloned().ok_or_else(|| format!("No arg for -{letter} option"))
                    } else {
                        Ok(attached.to_owned())
                    }
                };
                match letter {
                    'r' => self.raw = true,
                    's' => self.silent = true,
                    'p' => self.prompt = Some(value()?),
                    't' => self.timeout = value()?.parse().ok(),
                    'n' => self.count = value()?.parse().ok(),
                    'd' => self.delimiter = value()?.bytes().next(),
                    'u' => {
                        value()?;
                    }
                    _ => return Err(format!("Illegal option -{letter}")),
                }
                if "ptndu".contains(letter) {
                    break;
                }
            }
        }
        Ok(Vec::new())
    }
}

impl Shell {
    /// One line as characters and whether each was escaped; whether its end was seen.
    fn read_line(&mut self, input: &Rc<OwnedFd>, options: &Options) -> Result<(Vec<(char, bool)>, bool), Stop> {
        let delimiter = options.delimiter.unwrap_or(b'\n');
        let mut bytes: Vec<(u8, bool)> = Vec::new();
        let mut escaped = false;
        let mut complete = true;
        loop {
            if options.count.is_some_and(|count| bytes.len() >= count) {
                break;
            }
            let mut byte = [0];
            if !self.wait_readable(input, options.timeout)?
                || !matches!(rustix::io::retry_on_intr(|| rustix::io::read(input, &mut byte)), Ok(1))
            {
                complete = false;
                break;
            }
            match byte[0] {
                b'\n' if escaped => escaped = false,
                b'\\' if !options.raw && !escaped => escaped = true,
                end if end == delimiter && !escaped => break,
                0 => {}
                other => {
                    bytes.push((other, escaped));
                    escaped = false;
                }
            }
        }
        let text: Vec<u8> = bytes.iter().map(|(byte, _)| *byte).collect();
        let text = String::from_utf8_lossy(&text);
        let mut marked = Vec::new();
        for (index, c) in text.char_indices() {
            marked.push((c, bytes.get(index).is_some_and(|(_, escaped)| *escaped)));
        }
        Ok((marked, complete))
    }

    /// Waits for input, running traps meanwhile; false when the time is over.
    fn wait_readable(&mut self, input: &Rc<OwnedFd>, timeout: Option<f64>) -> Result<bool, Stop> {
        if timeout.is_none() && !self.signals.any_watched() {
            return Ok(true);
        }
        loop {
            let mut watched = vec![PollFd::new(input.as_fd(), PollFlags::POLLIN)];
            watched.extend(self.signals.descriptor().map(|descriptor| PollFd::new(descriptor, PollFlags::POLLIN)));
            let limit = timeout.map_or(PollTimeout::NONE, |seconds| {
                PollTimeout::try_from(std::time::Duration::from_secs_f64(seconds.clamp(0.0, 1e6)))
                    .unwrap_or(PollTimeout::MAX)
            });
            let count = poll(&mut watched, limit).unwrap_or(0);
            let ready = watched[0].revents().is_some_and(|events| !events.is_empty());
            drop(watched);
            if ready {
                return Ok(true);
            }
            if count == 0 {
                return Ok(false);
            }
            self.run_traps()?;
        }
    }
}

fn hide(input: &Rc<OwnedFd>) -> Option<rustix::termios::Termios> {
    let settings = rustix::termios::tcgetattr(input).ok()?;
    let mut silent = settings.clone();
    silent.local_modes.remove(rustix::termios::LocalModes::ECHO);
    rustix::termios::tcsetattr(input, rustix::termios::OptionalActions::Now, &silent).ok()?;
    Some(settings)
}

/// At most `count` fields, the last one taking the rest of the line.
fn split(line: &[(char, bool)], separators: &str, count: usize) -> Vec<String> {
    let blank = |(c, escaped): &(char, bool)| !escaped && c.is_whitespace() && separators.contains(*c);
    let separates = |(c, escaped): &(char, bool)| !escaped && separators.contains(*c);
    let mut rest = line;
    while rest.last().is_some_and(blank) {
        rest = &rest[..rest.len() - 1];
    }
    let mut fields = Vec::new();
    loop {
        while rest.first().is_some_and(blank) {
            rest = &rest[1..];
        }
        if rest.is_empty() {
            return fields;
        }
        let end = rest.iter().position(separates).unwrap_or(rest.len());
        if fields.len() + 1 == count {
            // A single separator at the very end belongs to the last field's end.
            let only = rest.iter().skip(end).filter(|one| !blank(one)).count() == 1 && end + 1 == rest.len();
            let taken = if only { &rest[..end] } else { rest };
            fields.push(taken.iter().map(|(c, _)| *c).collect());
            return fields;
        }
        fields.push(rest[..end].iter().map(|(c, _)| *c).collect());
        rest = &rest[end..];
        while rest.first().is_some_and(blank) {
            rest = &rest[1..];
        }
        if rest.first().is_some_and(|one| separates(one) && !blank(one)) {
            rest = &rest[1..];
        }
    }
}
