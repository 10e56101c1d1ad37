//! Signals as people type them: `SIGTERM`, `term`, `15`, `RTMIN+3`.
//!
//! Source: moby/sys `signal`, which takes any number but 0 and asks later whether the system has it.

use nix::sys::signal::Signal;

use crate::engine::EngineError;

/// The real-time signals programs may use: the C library keeps 32 and 33.
const REAL_TIME: std::ops::RangeInclusive<i32> = 34..=64;
/// As far as names count up from the first and down from the last.
const NAMED_UP: i32 = 15;
const NAMED_DOWN: i32 = 14;

/// The number of a signal, which need not be one the kernel knows.
///
/// # Errors
/// [`EngineError::InvalidSignal`] with what was typed.
pub fn parse(typed: &str) -> Result<i32, EngineError> {
    let invalid = || EngineError::InvalidSignal(typed.to_owned());
    if let Ok(number) = typed.parse::<i32>() {
        return if number == 0 { Err(invalid()) } else { Ok(number) };
    }
    let upper = typed.to_ascii_uppercase();
    let name = upper.strip_prefix("SIG").unwrap_or(&upper);
    named(name).or_else(|| real_time(name)).ok_or_else(invalid)
}

/// Whether the kernel knows it.
pub fn is_known(number: i32) -> bool {
    Signal::try_from(number).is_ok() || REAL_TIME.contains(&number)
}

fn named(name: &str) -> Option<i32> {
    let signal = match name {
        "CLD" => Signal::SIGCHLD,
        "IOT" => Signal::SIGABRT,
        "POLL" => Signal::SIGIO,
        _ => format!("SIG{name}").parse().ok()?,
    };
    Some(signal as i32)
}

/// `RTMIN` to `RTMIN+15`, `RTMAX-14` to `RTMAX`.
fn real_time(name: &str) -> Option<i32> {
    let offset = |sign: char, rest: &str, most: i32| {
        let digits = rest.strip_prefix(sign)?;
        let offset = digits.parse().ok().filter(|offset| (1..=most).contains(offset))?;
        (!digits.starts_with(['+', '0'])).then_some(offset)
    };
    let (first, last) = (*REAL_TIME.start(), *REAL_TIME.end());
    match (name.strip_prefix("RTMIN"), name.strip_prefix("RTMAX")) {
        (Some(""), _) => Some(first),
        (_, Some("")) => Some(last),
        (Some(rest), _) => Some(first + offset('+', rest, NAMED_UP)?),
        (_, Some(rest)) => Some(last - offset('-', rest, NAMED_DOWN)?),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers() {
        let known = [
            ("SIGTERM", 15),
            ("term", 15),
            ("9", 9),
            ("+9", 9),
            ("kill", 9),
            ("34", 34),
            ("RTMIN", 34),
            ("sigrtmin+3", 37),
            ("RTMIN+15", 49),
            ("RTMAX-14", 50),
            ("rtmax", 64),
            ("CLD", 17),
            ("IOT", 6),
            ("POLL", 29),
        ];
        for (typed, number) in known {
            assert_eq!(parse(typed).unwrap(), number, "{typed}");
            assert!(is_known(number), "{typed}");
        }
        for typed in ["", "0", " 15", "NOPE", "SIGSIGTERM", "RTMIN+16", "RTMIN+", "RTMIN+03", "RTMAX-15", "RTMAX+1"] {
            assert_eq!(parse(typed).unwrap_err().to_string(), format!("invalid signal: {typed}"));
        }
        for typed in ["-1", "32", "33", "65", "99"] {
            assert!(!is_known(parse(typed).unwrap()), "{typed}");
        }
    }
}
