//! Values that name devices: weights, rates, cgroup rules, GPUs.

use super::{csv, quantity};

/// `--blkio-weight-device PATH:WEIGHT`.
///
/// # Errors
/// Docker's sentence.
pub fn weight(text: &str) -> Result<(String, u16), String> {
    let (path, number) = split(text)?;
    let weight = number.parse().ok().filter(|weight: &u16| *weight == 0 || (10..=1000).contains(weight));
    Ok((path, weight.ok_or_else(|| format!("invalid weight for device: {text}"))?))
}

/// `--device-read-bps PATH:RATE`.
///
/// # Errors
/// Docker's sentence.
pub fn bytes_rate(text: &str) -> Result<(String, u64), String> {
    let (path, number) = split(text)?;
    let rate = quantity::bytes(number).ok().and_then(|rate| u64::try_from(rate).ok());
    let refused = || {
        format!(
            "invalid rate for device: {text}. The correct format is <device-path>:<number>[<unit>]. Number must be a \
             positive integer. Unit is optional and can be kb, mb, or gb"
        )
    };
    Ok((path, rate.ok_or_else(refused)?))
}

/// `--device-read-iops PATH:RATE`.
///
/// # Errors
/// Docker's sentence.
pub fn operations_rate(text: &str) -> Result<(String, u64), String> {
    let (path, number) = split(text)?;
    let refused = |_| {
        format!(
            "invalid rate for device: {text}. The correct format is <device-path>:<number>. Number must be a positive \
             integer"
        )
    };
    Ok((path, number.parse().map_err(refused)?))
}

fn split(text: &str) -> Result<(String, &str), String> {
    let (path, number) = text.split_once(':').ok_or_else(|| format!("bad format: {text}"))?;
    if path.starts_with("/dev/") {
        Ok((path.to_owned(), number))
    } else {
        Err(format!("bad format for device path: {text}"))
    }
}

/// `--device-cgroup-rule "c 1:3 rwm"`.
///
/// # Errors
/// Docker's sentence.
pub fn rule(text: &str) -> Result<(), String> {
    let number = |text: &str| text == "*" || (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()));
    let fits = match text.split(' ').collect::<Vec<_>>().as_slice() {
        [kind, numbers, access] => {
            matches!(*kind, "a" | "b" | "c")
                && numbers.split_once(':').is_some_and(|(major, minor)| number(major) && number(minor))
                && (1..=3).contains(&access.len())
                && access.chars().all(|letter| matches!(letter, 'r' | 'w' | 'm'))
        }
        _ => false,
    };
    if fits { Ok(()) } else { Err(format!("invalid device cgroup format '{text}'")) }
}

/// `--gpus all`, `--gpus 2`, `--gpus device=0`.
///
/// # Errors
/// Docker's sentence.
pub fn gpus(text: &str) -> Result<(), String> {
    let mut seen = Vec::new();
    for field in csv::fields(text)? {
        let (key, value) = field.split_once('=').map_or((field.as_str(), None), |(key, value)| (key, Some(value)));
        if seen.iter().any(|known| known == key) {
            return Err(format!("gpu request key '{key}' can be specified only once"));
        }
        match (key, value) {
            (_, None) => {
                count(key)?;
                seen.push("count".to_owned());
                continue;
            }
            ("count", Some(value)) => count(value)?,
            ("driver" | "device" | "capabilities" | "options", Some(_)) => {}
            _ => return Err(format!("unexpected key '{key}' in '{field}'")),
        }
        seen.push(key.to_owned());
    }
    Ok(())
}

fn count(text: &str) -> Result<(), String> {
    if text == "all" || text.parse::<i64>().is_ok() {
        return Ok(());
    }
    Err(format!("invalid count ({text}): value must be either \"all\" or an integer: invalid syntax"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn devices_are_under_dev() {
        assert_eq!(weight("/dev/sda:100"), Ok(("/dev/sda".to_owned(), 100)));
        assert_eq!(weight("x").unwrap_err(), "bad format: x");
        assert_eq!(weight("x:1").unwrap_err(), "bad format for device path: x:1");
        assert_eq!(weight("/dev/sda:5000").unwrap_err(), "invalid weight for device: /dev/sda:5000");
        assert_eq!(bytes_rate("/dev/sda:1mb"), Ok(("/dev/sda".to_owned(), 1 << 20)));
        assert!(bytes_rate("/dev/sda:-1").is_err());
        assert!(operations_rate("/dev/sda:1k").unwrap_err().ends_with("positive integer"));
        assert!(rule("c 1:3 rwm").is_ok() && rule("c 1:* r").is_ok() && rule("c 1:3 x").is_err() && rule("x").is_err());
    }

    #[test]
    fn gpus_are_counted_or_named() {
        assert!(gpus("all").is_ok() && gpus("device=0").is_ok() && gpus("count=2,driver=x").is_ok());
        assert_eq!(gpus("bogus=1").unwrap_err(), "unexpected key 'bogus' in 'bogus=1'");
        assert_eq!(gpus("").unwrap_err(), "EOF");
        assert!(gpus("x").unwrap_err().starts_with("invalid count (x)"));
    }
}
