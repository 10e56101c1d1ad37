//! Signals as people type them: `SIGTERM`, `term`, `15`.

use nix::sys::signal::Signal;

use crate::engine::EngineError;

/// Real-time signals reach up to here.
const LAST: i32 = 64;

/// The number of a signal.
///
/// # Errors
/// [`EngineError::InvalidSignal`] with what was typed.
pub fn parse(typed: &str) -> Result<i32, EngineError> {
    let invalid = || EngineError::InvalidSignal(typed.to_owned());
    if let Ok(number) = typed.parse::<i32>() {
        return if (1..=LAST).contains(&number) { Ok(number) } else { Err(invalid()) };
    }
    let upper = typed.to_ascii_uppercase();
    let name = if upper.starts_with("SIG") { upper } else { format!("SIG{upper}") };
    name.parse::<Signal>().map(|signal| signal as i32).map_err(|_| invalid())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers() {
        for (typed, number) in [("SIGTERM", 15), ("term", 15), ("9", 9), ("kill", 9), ("34", 34)] {
            assert_eq!(parse(typed).unwrap(), number, "{typed}");
        }
        for typed in ["", "0", "65", "-1", "NOPE"] {
            assert_eq!(parse(typed).unwrap_err().to_string(), format!("invalid signal: {typed}"));
        }
    }
}
