//! What the value of a flag may be: refused while it is read, in the words of Go and of Docker's client.

use super::flag::FlagKind;
use crate::engine::oci::Reference;

/// Checks a value.
///
/// # Errors
/// The sentence that follows `invalid argument "…" for "…" flag: `.
pub fn check(kind: FlagKind, value: &str) -> Result<(), String> {
    match kind {
        FlagKind::Bool => parse_bool(value).map(drop).ok_or_else(|| syntax("ParseBool", value)),
        FlagKind::Int => integer("ParseInt", value, value.parse::<i64>().map(drop)),
        FlagKind::Uint => integer("ParseUint", value, value.parse::<u64>().map(drop)),
        FlagKind::Uint16 => integer("ParseUint", value, value.parse::<u16>().map(drop)),
        FlagKind::Bytes => size(value).map(drop).ok_or_else(|| format!("invalid size: '{value}'")),
        FlagKind::Decimal => {
            value.parse::<f64>().map(drop).map_err(|_| format!("failed to parse {value} as a rational number"))
        }
        FlagKind::Duration => duration(value).map(drop).ok_or_else(|| format!("time: invalid duration \"{value}\"")),
        FlagKind::Env if value.is_empty() || value.starts_with('=') => {
            Err(format!("invalid environment variable: {value}"))
        }
        FlagKind::Label if value.is_empty() || value.starts_with('=') => {
            Err(format!("invalid label '{value}': empty name"))
        }
        FlagKind::Filter if !value.contains('=') => Err("bad format of filter (expected name=value)".to_owned()),
        FlagKind::HostAddress => host_address(value),
        FlagKind::Stream if !matches!(value.to_lowercase().as_str(), "stdin" | "stdout" | "stderr") => {
            Err("valid streams are STDIN, STDOUT and STDERR".to_owned())
        }
        FlagKind::Tag => value.parse::<Reference>().map(drop).map_err(|error| error.to_string()),
        _ => Ok(()),
    }
}

/// Go's `strconv.ParseBool`.
pub fn parse_bool(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "true" | "TRUE" | "True" => Some(true),
        "0" | "f" | "F" | "false" | "FALSE" | "False" => Some(false),
        _ => None,
    }
}

/// A size such as `64m` or `1.5GiB`, in bytes (powers of 1024); `None` when it is not one.
pub fn size(text: &str) -> Option<i64> {
    if text == "-1" {
        return Some(-1);
    }
    let digits = text.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(text.len());
    let number: f64 = text[..digits].parse().ok()?;
    let unit = text[digits..].trim_start().to_ascii_lowercase();
    let unit = unit.strip_suffix("ib").or_else(|| unit.strip_suffix('b')).unwrap_or(&unit);
    let power = match unit {
        "" => 0,
        "k" => 1,
        "m" => 2,
        "g" => 3,
        "t" => 4,
        "p" => 5,
        _ => return None,
    };
    #[allow(clippy::cast_possible_truncation)] // sizes are far below 2^63
    Some((number * 1024_f64.powi(power)) as i64)
}

/// A Go duration such as `1h2m3.5s`, in nanoseconds; `None` when it is not one.
pub fn duration(text: &str) -> Option<i64> {
    let (sign, mut rest) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    if rest == "0" {
        return Some(0);
    }
    if rest.is_empty() {
        return None;
    }
    let mut total = 0_f64;
    while !rest.is_empty() {
        let digits = rest.find(|letter: char| !letter.is_ascii_digit() && letter != '.')?;
        let number: f64 = rest[..digits].parse().ok()?;
        rest = &rest[digits..];
        let letters = rest.find(|letter: char| letter.is_ascii_digit() || letter == '.').unwrap_or(rest.len());
        total += number
            * match &rest[..letters] {
                "ns" => 1.0,
                "us" | "µs" => 1e3,
                "ms" => 1e6,
                "s" => 1e9,
                "m" => 60e9,
                "h" => 3600e9,
                _ => return None,
            };
        rest = &rest[letters..];
    }
    #[allow(clippy::cast_possible_truncation)] // 292 years fit
    Some(sign * total as i64)
}

fn integer(function: &str, value: &str, read: Result<(), std::num::ParseIntError>) -> Result<(), String> {
    use std::num::IntErrorKind;
    match read {
        Ok(()) => Ok(()),
        Err(error) if matches!(error.kind(), IntErrorKind::PosOverflow | IntErrorKind::NegOverflow) => {
            Err(format!("strconv.{function}: parsing \"{value}\": value out of range"))
        }
        Err(_) => Err(syntax(function, value)),
    }
}

fn syntax(function: &str, value: &str) -> String {
    format!("strconv.{function}: parsing \"{value}\": invalid syntax")
}

fn host_address(value: &str) -> Result<(), String> {
    let parts = value.split_once('=').or_else(|| value.split_once(':'));
    let Some((_, address)) = parts.filter(|(name, _)| !name.is_empty()) else {
        return Err(format!("bad format for add-host: \"{value}\""));
    };
    let bare = address.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(address);
    if address == "host-gateway" || bare.parse::<std::net::IpAddr>().is_ok() {
        Ok(())
    } else {
        Err(format!("invalid IP address in add-host: \"{address}\""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn booleans_are_gos() {
        assert_eq!(parse_bool("T"), Some(true));
        assert_eq!(parse_bool("yes"), None);
        assert_eq!(check(FlagKind::Bool, "maybe").unwrap_err(), "strconv.ParseBool: parsing \"maybe\": invalid syntax");
    }

    #[test]
    fn sizes_and_durations() {
        assert_eq!(size("64m"), Some(64 << 20));
        assert_eq!(size("1.5GiB"), Some(3 << 29));
        assert_eq!(size("banana"), None);
        assert_eq!(duration("1m30s"), Some(90_000_000_000));
        assert_eq!(duration("1.5h"), Some(5_400_000_000_000));
        assert_eq!(duration("12"), None);
        assert_eq!(duration(""), None);
    }

    #[test]
    fn hosts_need_a_name_and_an_address() {
        assert!(check(FlagKind::HostAddress, "db:10.0.0.1").is_ok());
        assert!(check(FlagKind::HostAddress, "db:::1").is_ok());
        assert_eq!(check(FlagKind::HostAddress, "db").unwrap_err(), "bad format for add-host: \"db\"");
    }
}
