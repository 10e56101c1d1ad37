//! `date`: the time, in UTC: a container has no other zone unless it is told one.

use std::ffi::OsString;
use std::io::Write;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::failure::{AppletResult, Failure};

/// `date [-u] [-I[seconds]] [-d @SECONDS|TIME] [-r FILE] [+FORMAT]`
pub fn main(arguments: &[OsString], output: &mut dyn Write) -> AppletResult {
    let mut instant = Timestamp::now();
    let mut format = "%a %b %e %H:%M:%S %Z %Y".to_owned();
    let mut zone = std::env::var("TZ").ok().and_then(|name| TimeZone::get(&name).ok()).unwrap_or(TimeZone::UTC);
    let mut words = arguments.iter().map(|argument| argument.to_string_lossy());
    while let Some(word) = words.next() {
        match word.as_ref() {
            "-u" | "--utc" => zone = TimeZone::UTC,
            "-I" => "%Y-%m-%d".clone_into(&mut format),
            "-Iseconds" => "%Y-%m-%dT%H:%M:%S%:z".clone_into(&mut format),
            "-R" => "%a, %d %b %Y %H:%M:%S %z".clone_into(&mut format),
            "-d" => {
                let text = words.next().unwrap_or_default();
                instant = parse(&text).ok_or_else(|| Failure::new(format!("invalid date '{text}'")))?;
            }
            "-r" => {
                let path = words.next().unwrap_or_default();
                let modified = std::fs::metadata(&*path).and_then(|status| status.modified());
                let modified = modified.map_err(|error| Failure::at(&*path, &error))?;
                instant = Timestamp::try_from(modified).map_err(|error| Failure::new(error.to_string()))?;
            }
            other => match other.strip_prefix('+') {
                Some(given) => given.clone_into(&mut format),
                None => return Err(Failure::new(format!("unrecognized option: {other}"))),
            },
        }
    }
    let zoned = instant.to_zoned(zone);
    let text = jiff::fmt::strtime::format(&format, &zoned).map_err(|error| Failure::new(error.to_string()))?;
    writeln!(output, "{text}")?;
    Ok(0)
}

fn parse(text: &str) -> Option<Timestamp> {
    if let Some(seconds) = text.strip_prefix('@') {
        return Timestamp::from_second(seconds.parse().ok()?).ok();
    }
    text.parse().ok().or_else(|| {
        let civil: jiff::civil::DateTime = text.parse().ok()?;
        civil.to_zoned(TimeZone::UTC).ok().map(|zoned| zoned.timestamp())
    })
}
