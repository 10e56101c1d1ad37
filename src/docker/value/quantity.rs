//! Sizes (`64m`), fractions of a processor (`1.5`) and durations (`1m30s`).

use super::number;

/// A size such as `64m` or `1.5GiB`, in bytes (powers of 1024); never negative.
///
/// # Errors
/// docker/go-units' sentence.
pub fn bytes(text: &str) -> Result<i64, String> {
    let invalid = || format!("invalid size: '{text}'");
    let last =
        text.rfind(|letter: char| letter.is_ascii_digit() || letter == '.' || letter == ' ').ok_or_else(invalid)?;
    let (number, suffix) = match text.as_bytes()[last] {
        b' ' => (&text[..last], &text[last + 1..]),
        _ => text.split_at(last + 1),
    };
    let size = number::float(number)?;
    if size < 0.0 {
        return Err(invalid());
    }
    let lower = suffix.to_lowercase();
    let bad_suffix =
        || if suffix.len() > 3 { format!("invalid suffix: '{suffix}'") } else { format!("invalid suffix: '{lower}'") };
    let power = match lower.as_str() {
        "" | "b" => 0,
        _ => match (lower.as_bytes()[0], &lower[1..]) {
            (b'k', "" | "b" | "ib") => 1,
            (b'm', "" | "b" | "ib") => 2,
            (b'g', "" | "b" | "ib") => 3,
            (b't', "" | "b" | "ib") => 4,
            (b'p', "" | "b" | "ib") => 5,
            _ => return Err(bad_suffix()),
        },
    };
    #[allow(clippy::cast_possible_truncation)] // saturates, as a size no machine has
    Ok((size * 1024_f64.powi(power)) as i64)
}

/// A size, or -1 for no limit: `--memory-swap`.
///
/// # Errors
/// docker/go-units' sentence.
pub fn swap_bytes(text: &str) -> Result<i64, String> {
    if text == "-1" { Ok(-1) } else { bytes(text) }
}

/// A size in bytes; `None` when it is not one.
pub fn size(text: &str) -> Option<i64> {
    swap_bytes(text).ok()
}

/// A fraction in billionths: `--cpus 1.5` is 1 500 000 000. Also `3/2` and `15e-1`.
///
/// # Errors
/// Docker's sentence.
pub fn nano(text: &str) -> Result<i64, String> {
    let unreadable = || format!("failed to parse {text} as a rational number");
    let (above, below) = match text.split_once('/') {
        Some((above, below)) => {
            let above = number::int(above, 64).map_err(|_| unreadable())?;
            let below = number::uint(below, 63).map_err(|_| unreadable())?;
            (i128::from(above), i128::from(below))
        }
        None => decimal(text).ok_or_else(unreadable)?,
    };
    if below == 0 {
        return Err(unreadable());
    }
    let billionths = above.checked_mul(1_000_000_000).ok_or_else(unreadable)?;
    if billionths % below != 0 {
        return Err("value is too precise".to_owned());
    }
    i64::try_from(billionths / below).map_err(|_| unreadable())
}

/// A decimal number as a numerator and a power of ten.
fn decimal(text: &str) -> Option<(i128, i128)> {
    let (sign, rest) = match text.as_bytes().first()? {
        b'-' => (-1, &text[1..]),
        b'+' => (1, &text[1..]),
        _ => (1, text),
    };
    if rest.starts_with("0x") || rest.starts_with("0X") || rest.starts_with("0b") || rest.starts_with("0o") {
        return Some((sign * i128::from(number::int(rest, 64).ok()?), 1));
    }
    let (mantissa, exponent) = match rest.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (rest, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let value: i128 = digits.parse().ok()?;
    let scale = i32::try_from(fraction.len()).ok()? - exponent;
    let power = 10_i128.checked_pow(scale.unsigned_abs())?;
    if scale >= 0 { Some((sign * value, power)) } else { Some((sign * value.checked_mul(power)?, 1)) }
}

/// A Go duration such as `1h2m3.5s`, in nanoseconds.
///
/// # Errors
/// Go's sentence.
pub fn nanoseconds(text: &str) -> Result<i64, String> {
    let invalid = || format!("time: invalid duration \"{text}\"");
    let (negative, mut rest) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    if rest == "0" {
        return Ok(0);
    }
    if rest.is_empty() {
        return Err(invalid());
    }
    let mut total = 0_i128;
    while !rest.is_empty() {
        let is_unit = |letter: char| !letter.is_ascii_digit() && letter != '.';
        let digits = rest.find(is_unit).unwrap_or(rest.len());
        let (whole, fraction) = rest[..digits].split_once('.').unwrap_or((&rest[..digits], ""));
        if (whole.is_empty() && fraction.is_empty()) || fraction.contains('.') {
            return Err(invalid());
        }
        let after = &rest[digits..];
        let unit = &after[..after.find(|letter| !is_unit(letter)).unwrap_or(after.len())];
        let scale: i128 = match unit {
            "" => return Err(format!("time: missing unit in duration \"{text}\"")),
            "ns" => 1,
            "us" | "µs" | "μs" => 1_000,
            "ms" => 1_000_000,
            "s" => 1_000_000_000,
            "m" => 60_000_000_000,
            "h" => 3_600_000_000_000,
            _ => return Err(format!("time: unknown unit \"{unit}\" in duration \"{text}\"")),
        };
        let whole: i128 = if whole.is_empty() { 0 } else { i128::from(whole.parse::<i64>().map_err(|_| invalid())?) };
        // Digits beyond the fifteenth are below the nanosecond of an hour.
        let kept = &fraction[..fraction.len().min(15)];
        let parts: i128 = if kept.is_empty() { 0 } else { kept.parse().map_err(|_| invalid())? };
        let power = 10_i128.pow(u32::try_from(kept.len()).unwrap_or_default());
        total += whole * scale + parts * scale / power;
        rest = &after[unit.len()..];
    }
    i64::try_from(if negative { -total } else { total }).map_err(|_| invalid())
}

/// A Go duration in nanoseconds; `None` when it is not one.
pub fn duration(text: &str) -> Option<i64> {
    nanoseconds(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_go_units() {
        for (text, expected) in [
            ("64m", 64 << 20),
            ("1.5GiB", 3 << 29),
            ("5 m", 5 << 20),
            ("5MB", 5 << 20),
            (".5g", 1 << 29),
            ("5.m", 5 << 20),
            ("+5m", 5 << 20),
            ("7b", 7),
            ("1e3", 1000),
            ("0", 0),
        ] {
            assert_eq!(bytes(text), Ok(expected), "{text}");
        }
        for (text, expected) in [
            ("banana", "invalid size: 'banana'"),
            ("", "invalid size: ''"),
            ("-1", "invalid size: '-1'"),
            ("1x", "invalid suffix: 'x'"),
            ("5Z", "invalid suffix: 'z'"),
            ("1.5.2g", "strconv.ParseFloat: parsing \"1.5.2\": invalid syntax"),
            (" 5m", "strconv.ParseFloat: parsing \" 5\": invalid syntax"),
            ("5mb5", "strconv.ParseFloat: parsing \"5mb5\": invalid syntax"),
        ] {
            assert_eq!(bytes(text).unwrap_err(), expected, "{text}");
        }
        assert_eq!(swap_bytes("-1"), Ok(-1));
    }

    #[test]
    fn fractions_are_exact() {
        for (text, expected) in [
            ("1.5", 1_500_000_000),
            ("1/2", 500_000_000),
            ("1e2", 100_000_000_000),
            (".5", 500_000_000),
            ("-1", -1_000_000_000),
            ("0x10", 16_000_000_000),
        ] {
            assert_eq!(nano(text), Ok(expected), "{text}");
        }
        assert_eq!(nano("0.0000000001").unwrap_err(), "value is too precise");
        assert_eq!(nano("1.5x").unwrap_err(), "failed to parse 1.5x as a rational number");
        assert_eq!(nano("").unwrap_err(), "failed to parse  as a rational number");
    }

    #[test]
    fn durations_are_gos() {
        for (text, expected) in [
            ("1m30s", 90_000_000_000),
            ("1.5h", 5_400_000_000_000),
            ("-5s", -5_000_000_000),
            ("+5s", 5_000_000_000),
            ("10us", 10_000),
            ("0", 0),
            (".5s", 500_000_000),
        ] {
            assert_eq!(nanoseconds(text), Ok(expected), "{text}");
        }
        for (text, expected) in [
            ("", "time: invalid duration \"\""),
            ("s", "time: invalid duration \"s\""),
            (".s", "time: invalid duration \".s\""),
            ("5", "time: missing unit in duration \"5\""),
            ("1ms1", "time: missing unit in duration \"1ms1\""),
            ("1d", "time: unknown unit \"d\" in duration \"1d\""),
            ("99999999999h", "time: invalid duration \"99999999999h\""),
        ] {
            assert_eq!(nanoseconds(text).unwrap_err(), expected, "{text}");
        }
    }
}
