//! `true`, `false`, `echo`, `printf`, `test`, `yes`, `sleep`, `clear`: the smallest ones.

use std::io::Write;
use std::time::Duration;

use super::stream::{close, complain, output};
use crate::userland::shell;

/// `true`
pub fn succeed(_arguments: &[String]) -> i32 {
    0
}

/// `false`
pub fn fail(_arguments: &[String]) -> i32 {
    1
}

/// `echo [-neE] TEXT…`
pub fn echo(arguments: &[String]) -> i32 {
    let mut output = output();
    let written = output.write_all(&shell::echo(arguments));
    close("echo", output, i32::from(written.is_err()))
}

/// `printf FORMAT [ARGUMENT…]`
pub fn printf(arguments: &[String]) -> i32 {
    let (text, complaints) = shell::printf(arguments);
    let mut output = output();
    let written = output.write_all(&text);
    let status = close("printf", output, i32::from(written.is_err()));
    complaints.iter().fold(status, |_, complaint| complain("printf", complaint))
}

/// `test EXPRESSION`
pub fn test(arguments: &[String]) -> i32 {
    match shell::test(arguments) {
        Ok(holds) => i32::from(!holds),
        Err(message) => complain("test", &message) + 1,
    }
}

/// `[ EXPRESSION ]`
pub fn bracket(arguments: &[String]) -> i32 {
    match arguments.split_last() {
        Some((last, expression)) if last == "]" => test(expression),
        _ => complain("[", "missing ]") + 1,
    }
}

/// `yes [TEXT…]`
pub fn yes(arguments: &[String]) -> i32 {
    let line = if arguments.is_empty() { "y\n".to_owned() } else { arguments.join(" ") + "\n" };
    let block = line.repeat(1 + 8192 / line.len());
    let mut output = output();
    while output.write_all(block.as_bytes()).is_ok() {}
    1
}

/// `sleep DURATION[s|m|h|d]…`
pub fn sleep(arguments: &[String]) -> i32 {
    if arguments.is_empty() {
        return complain("sleep", "missing operand");
    }
    let mut seconds = 0.0;
    for argument in arguments {
        match parse_duration(argument) {
            Some(duration) => seconds += duration,
            None => return complain("sleep", &format!("invalid number '{argument}'")),
        }
    }
    std::thread::sleep(Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX));
    0
}

fn parse_duration(text: &str) -> Option<f64> {
    if text == "infinity" || text == "inf" {
        return Some(f64::INFINITY);
    }
    let unit = match text.chars().last()? {
        'm' => 60.0,
        'h' => 3600.0,
        'd' => 86400.0,
        _ => 1.0,
    };
    let number: f64 = text.trim_end_matches(['s', 'm', 'h', 'd']).parse().ok()?;
    (number >= 0.0).then_some(number * unit)
}

/// `clear`
pub fn clear(_arguments: &[String]) -> i32 {
    let mut output = output();
    let written = output.write_all(b"\x1b[H\x1b[J");
    close("clear", output, i32::from(written.is_err()))
}
