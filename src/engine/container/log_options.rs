//! `--log-driver` and `--log-opt` read for what they mean. Source: moby `daemon/logger/jsonfilelog`, `…/local`.

use super::config::LogConfig;
use crate::engine::EngineError;
use crate::engine::launch::LogPlan;

/// What a log of the `local` driver grows to, and how many files there are, when nothing is said.
const LOCAL_SIZE: u64 = 20_000_000;
const LOCAL_FILES: usize = 5;

/// Refuses a driver and options nobody knows: what Docker does when the container is created.
///
/// # Errors
/// [`EngineError::InvalidRequest`] in Docker's words.
pub(super) fn check(config: &LogConfig) -> Result<(), EngineError> {
    let known: &[&str] = match config.driver.as_str() {
        "json-file" => &["max-file", "max-size", "compress", "labels", "labels-regex", "env", "env-regex", "tag"],
        "local" => &["max-file", "max-size", "compress"],
        "none" => return Ok(()),
        _ => &[],
    };
    mode(config)?;
    match config.driver.as_str() {
        "json-file" | "local" => {}
        other => return refuse(format!("error looking up logging plugin {other}: plugin \"{other}\" not found")),
    }
    match config.config.keys().find(|name| !known.contains(&name.as_str()) && !is_common(name)) {
        Some(name) if config.driver == "local" => refuse(format!("unknown log opt '{name}' for log driver local")),
        Some(name) => refuse(format!("unknown log opt '{name}' for {} log driver", config.driver)),
        None => Ok(()),
    }
}

/// How a container waits for its log, which every driver is told.
fn mode(config: &LogConfig) -> Result<(), EngineError> {
    const NON_BLOCKING: &str = "non-blocking";
    let mode = config.config.get("mode").map_or("", String::as_str);
    if !matches!(mode, "" | "blocking" | NON_BLOCKING) {
        return refuse(format!("logger: logging mode not supported: {mode}"));
    }
    match config.config.get("max-buffer-size") {
        Some(_) if mode != NON_BLOCKING => {
            refuse(format!("logger: max-buffer-size option is only supported with 'mode={NON_BLOCKING}'"))
        }
        Some(size) if human_size(size).is_none() => {
            refuse(format!("error parsing option max-buffer-size: invalid size: '{size}'"))
        }
        _ => Ok(()),
    }
}

/// What every driver takes. A monitor of ours never makes its container wait for a log, so both modes are the same.
fn is_common(name: &str) -> bool {
    matches!(name, "mode" | "max-buffer-size")
}

/// How the monitor writes the log; what Docker refuses when the container starts is refused here.
///
/// # Errors
/// [`EngineError::InvalidRequest`] in Docker's words.
pub(super) fn plan(config: &LogConfig) -> Result<LogPlan, EngineError> {
    let option = |name: &str| config.config.get(name).map(String::as_str);
    let local = config.driver == "local";
    if config.driver == "none" {
        return Ok(LogPlan::None);
    }
    let max_size = match option("max-size").map(|text| (text, human_size(text))) {
        None => local.then_some(LOCAL_SIZE),
        Some((text, None)) if local => {
            return not_initialised(format!("invalid value for max-size: {text}: invalid size: '{text}'"));
        }
        Some((text, None)) => return not_initialised(format!("invalid size: '{text}'")),
        Some((_, Some(0))) if !local => return not_initialised("max-size must be a positive number".to_owned()),
        Some((_, Some(size))) => Some(size).filter(|size| *size > 0),
    };
    let max_files = match option("max-file").map(|text| (text, text.parse::<i64>())) {
        None => {
            if local {
                LOCAL_FILES
            } else {
                1
            }
        }
        Some((text, Err(_))) => {
            let reason = format!("strconv.Atoi: parsing \"{text}\": invalid syntax");
            let prefix = if local { format!("invalid value for max-file: {text}: ") } else { String::new() };
            return not_initialised(format!("{prefix}{reason}"));
        }
        Some((_, Ok(..1))) => return not_initialised("max-file cannot be less than 1".to_owned()),
        Some((_, Ok(count))) => usize::try_from(count).unwrap_or(usize::MAX),
    };
    let compress = match option("compress") {
        None => local && max_files > 1,
        Some("1" | "t" | "T" | "true" | "TRUE" | "True") => true,
        Some("0" | "f" | "F" | "false" | "FALSE" | "False") => false,
        Some(text) => return not_initialised(format!("strconv.ParseBool: parsing \"{text}\": invalid syntax")),
    };
    if compress && (max_files < 2 || max_size.is_none()) {
        return not_initialised(
            "compress cannot be true when max-file is less than 2 or max-size is not set".to_owned(),
        );
    }
    Ok(LogPlan::Files { max_size, max_files, compress })
}

/// `10k`, `1.5m`: a decimal number and a unit of 1000, as go-units' `FromHumanSize`.
fn human_size(text: &str) -> Option<u64> {
    let digits = text.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(text.len());
    let number: f64 = text[..digits].parse().ok()?;
    let unit = text[digits..].trim_start().to_ascii_lowercase();
    let unit = unit.strip_suffix('b').unwrap_or(&unit);
    let power = ["", "k", "m", "g", "t", "p"].iter().position(|known| *known == unit)?;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_possible_wrap)]
    // digits only: positive, and at most five powers
    Some((number * 1000_f64.powi(power as i32)) as u64)
}

fn not_initialised<T>(reason: String) -> Result<T, EngineError> {
    refuse(format!("failed to create task for container: failed to initialize logging driver: {reason}"))
}

fn refuse<T>(sentence: String) -> Result<T, EngineError> {
    Err(EngineError::InvalidRequest(sentence))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(driver: &str, options: &[(&str, &str)]) -> LogConfig {
        let config = options.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        LogConfig { driver: driver.to_owned(), config }
    }

    #[test]
    fn sizes_and_counts_are_read() {
        let read = |driver, options| plan(&config(driver, options)).unwrap();
        let files = |max_size, max_files, compress| LogPlan::Files { max_size, max_files, compress };
        assert_eq!(read("json-file", &[]), files(None, 1, false));
        assert_eq!(read("json-file", &[("max-size", "10k"), ("max-file", "3")]), files(Some(10_000), 3, false));
        assert_eq!(read("json-file", &[("max-size", "1.5MB")]), files(Some(1_500_000), 1, false));
        assert_eq!(read("local", &[]), files(Some(20_000_000), 5, true));
        assert_eq!(read("none", &[]), LogPlan::None);
    }

    #[test]
    fn what_cannot_be_is_refused_in_dockers_words() {
        let said = |options: &[(&str, &str)]| plan(&config("json-file", options)).unwrap_err().to_string();
        let start = "failed to create task for container: failed to initialize logging driver: ";
        for (options, reason) in [
            (&[("max-size", "x")][..], "invalid size: 'x'"),
            (&[("max-file", "0")], "max-file cannot be less than 1"),
            (&[("max-file", "x")], "strconv.Atoi: parsing \"x\": invalid syntax"),
            (&[("compress", "true")], "compress cannot be true when max-file is less than 2 or max-size is not set"),
        ] {
            assert_eq!(said(options), format!("{start}{reason}"));
        }
        let unknown = check(&config("json-file", &[("foo", "bar")])).unwrap_err().to_string();
        assert_eq!(unknown, "unknown log opt 'foo' for json-file log driver");
        let said = |options: &[(&str, &str)]| check(&config("json-file", options)).unwrap_err().to_string();
        assert_eq!(said(&[("mode", "x")]), "logger: logging mode not supported: x");
        let alone = "logger: max-buffer-size option is only supported with 'mode=non-blocking'";
        assert_eq!(said(&[("max-buffer-size", "1m")]), alone);
        let size = "error parsing option max-buffer-size: invalid size: 'x'";
        assert_eq!(said(&[("mode", "non-blocking"), ("max-buffer-size", "x")]), size);
        assert!(check(&config("local", &[("mode", "non-blocking"), ("max-buffer-size", "1m")])).is_ok());
        let unknown = check(&config("foo", &[])).unwrap_err().to_string();
        assert_eq!(unknown, "error looking up logging plugin foo: plugin \"foo\" not found");
    }
}
