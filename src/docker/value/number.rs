//! Numbers and truth values as Go's `strconv` reads them, base prefixes and underscores included.

/// Go's `strconv.ParseBool`.
pub fn parse_bool(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

/// A truth value.
///
/// # Errors
/// Go's sentence.
pub fn bool(text: &str) -> Result<bool, String> {
    parse_bool(text).ok_or_else(|| syntax("ParseBool", text))
}

/// A signed integer of so many bits: `10`, `-0x1f`, `0b11`, `017`, `1_000`.
///
/// # Errors
/// Go's sentence.
pub fn int(text: &str, bits: u32) -> Result<i64, String> {
    let (negative, digits) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    let magnitude = magnitude(digits).map_err(|why| sentence("ParseInt", text, why))?;
    let value = magnitude
        .and_then(|magnitude| i128::try_from(magnitude).ok())
        .map(|value| if negative { -value } else { value });
    let limit = 1_i128 << (bits - 1);
    let fitting = value.filter(|value| (-limit..limit).contains(value)).and_then(|value| i64::try_from(value).ok());
    fitting.ok_or_else(|| sentence("ParseInt", text, Why::Range))
}

/// An unsigned integer of so many bits.
///
/// # Errors
/// Go's sentence.
pub fn uint(text: &str, bits: u32) -> Result<u64, String> {
    let magnitude = magnitude(text).map_err(|why| sentence("ParseUint", text, why))?;
    let fitting = magnitude.filter(|value| *value < 1_u128 << bits).and_then(|value| u64::try_from(value).ok());
    fitting.ok_or_else(|| sentence("ParseUint", text, Why::Range))
}

/// An unsigned integer in base ten and nothing else.
///
/// # Errors
/// Go's sentence.
pub fn uint_ten(text: &str, bits: u32) -> Result<u64, String> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(syntax("ParseUint", text));
    }
    uint(text.trim_start_matches('0').get(..).filter(|rest| !rest.is_empty()).unwrap_or("0"), bits)
        .map_err(|_| sentence("ParseUint", text, Why::Range))
}

/// A fraction, as `strconv.ParseFloat` reads it.
///
/// # Errors
/// Go's sentence.
pub fn float(text: &str) -> Result<f64, String> {
    text.parse().map_err(|_| syntax("ParseFloat", text))
}

#[derive(Clone, Copy)]
enum Why {
    Syntax,
    Range,
}

/// The digits of an integer in the base its prefix says; `None` when it has over 128 bits.
fn magnitude(text: &str) -> Result<Option<u128>, Why> {
    let lower = text.to_ascii_lowercase();
    let (base, digits) = if let Some(rest) = lower.strip_prefix("0x") {
        (16, rest)
    } else if let Some(rest) = lower.strip_prefix("0b") {
        (2, rest)
    } else if let Some(rest) = lower.strip_prefix("0o") {
        (8, rest)
    } else if lower.len() > 1 && lower.starts_with('0') {
        (8, &lower[1..])
    } else {
        (10, lower.as_str())
    };
    // An underscore stands between digits, or after a prefix.
    let prefixed = digits.len() < lower.len();
    let misplaced = digits.ends_with('_') || digits.contains("__") || (digits.starts_with('_') && !prefixed);
    let bare = digits.replace('_', "");
    if bare.is_empty() || misplaced || !bare.chars().all(|digit| digit.is_digit(base)) {
        return Err(Why::Syntax);
    }
    Ok(u128::from_str_radix(&bare, base).ok())
}

fn syntax(function: &str, text: &str) -> String {
    sentence(function, text, Why::Syntax)
}

fn sentence(function: &str, text: &str, why: Why) -> String {
    let why = match why {
        Why::Syntax => "invalid syntax",
        Why::Range => "value out of range",
    };
    format!("strconv.{function}: parsing \"{text}\": {why}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn booleans_are_gos() {
        assert_eq!(parse_bool("T"), Some(true));
        assert_eq!(parse_bool("yes"), None);
        assert_eq!(bool("maybe").unwrap_err(), "strconv.ParseBool: parsing \"maybe\": invalid syntax");
    }

    #[test]
    fn integers_are_gos() {
        for (text, expected) in
            [("10", 10), ("-3", -3), ("+3", 3), ("0x10", 16), ("010", 8), ("0b11", 3), ("1_000", 1000), ("0", 0)]
        {
            assert_eq!(int(text, 64), Ok(expected), "{text}");
        }
        for text in ["", "-", "1.5", "abc", "1__0", "_1", "1_", "08", "0x"] {
            assert!(int(text, 64).unwrap_err().ends_with("invalid syntax"), "{text}");
        }
        assert!(int("99999999999999999999", 64).unwrap_err().ends_with("value out of range"));
        assert!(int("9223372036854775808", 64).is_err());
        assert_eq!(int("-9223372036854775808", 64), Ok(i64::MIN));
        assert!(uint("70000", 16).unwrap_err().ends_with("value out of range"));
        assert!(uint("-1", 16).unwrap_err().ends_with("invalid syntax"));
        assert_eq!(uint("18446744073709551615", 64), Ok(u64::MAX));
        assert_eq!(uint_ten("010", 16), Ok(10));
        assert!(uint_ten("0x1", 16).is_err());
    }
}
