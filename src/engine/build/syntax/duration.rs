//! Go's durations: `1h30m`, `1.5s`, `300ms`. In nanoseconds.

use super::quote::quote;

const MILLISECOND: i64 = 1_000_000;

/// A health check's interval: zero, or at least a millisecond.
pub(super) fn parse_interval(name: &str, text: &str) -> Result<i64, String> {
    let nanoseconds = parse_duration(text).ok_or_else(|| format!("time: invalid duration {}", quote(text)))?;
    if nanoseconds != 0 && nanoseconds < MILLISECOND {
        return Err(format!("Interval {} cannot be less than 1ms", quote(name)));
    }
    Ok(nanoseconds)
}

fn parse_duration(text: &str) -> Option<i64> {
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(0);
    }
    if rest.is_empty() {
        return None;
    }
    let mut total: i64 = 0;
    while !rest.is_empty() {
        let digits = rest.find(|character: char| !character.is_ascii_digit() && character != '.')?;
        let (number, after) = rest.split_at(digits);
        let unit_length =
            after.find(|character: char| character.is_ascii_digit() || character == '.').unwrap_or(after.len());
        let (unit, after) = after.split_at(unit_length);
        let unit: i64 = match unit {
            "ns" => 1,
            "us" | "µs" | "μs" => 1_000,
            "ms" => MILLISECOND,
            "s" => 1_000 * MILLISECOND,
            "m" => 60_000 * MILLISECOND,
            "h" => 3_600_000 * MILLISECOND,
            _ => return None,
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let whole: i64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
        let mut part = whole.checked_mul(unit)?;
        let mut scale = unit;
        for digit in fraction.chars() {
            scale /= 10;
            part = part.checked_add(i64::from(digit.to_digit(10)?).checked_mul(scale)?)?;
        }
        total = total.checked_add(part)?;
        rest = after;
    }
    Some(if negative { -total } else { total })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_go_reads() {
        for (text, nanoseconds) in [
            ("0", 0),
            ("5s", 5_000_000_000),
            ("1h30m", 5_400_000_000_000),
            ("1.5s", 1_500_000_000),
            ("300ms", 300_000_000),
        ] {
            assert_eq!(parse_interval("interval", text), Ok(nanoseconds), "{text}");
        }
        for text in ["", "5", "s", "5x", ".s", "1us"] {
            assert!(parse_interval("interval", text).is_err(), "{text}");
        }
    }
}
