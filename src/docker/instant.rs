//! `--since` and `--until`: a date, a Unix time, or a duration before now. Source: moby `timetypes.GetTimestamp`.

use jiff::{SignedDuration, Timestamp, civil, tz::TimeZone};

use super::failure::Failure;
use super::value;
use crate::engine::EngineError;

/// The instant meant.
///
/// # Errors
/// The client's sentence about this flag.
pub fn parse(flag: &str, text: &str, now: Timestamp) -> Result<Timestamp, Failure> {
    read(text, now, &TimeZone::system())
        .ok_or_else(|| Failure::client(format!("invalid value for \"{flag}\": {}", unreadable(text))))
}

/// The same for a verb that does not say which flag it was.
///
/// # Errors
/// The client's sentence.
pub fn parse_bare(text: &str, now: Timestamp) -> Result<Timestamp, Failure> {
    read(text, now, &TimeZone::system()).ok_or_else(|| Failure::client(unreadable(text)))
}

/// The same for `--filter until=`, which the daemon reads.
///
/// # Errors
/// The daemon's sentence.
pub fn parse_filter(text: &str, now: Timestamp) -> Result<Timestamp, Failure> {
    read(text, now, &TimeZone::system()).ok_or_else(|| EngineError::InvalidRequest(unreadable(text)).into())
}

fn unreadable(text: &str) -> String {
    format!("failed to parse value as time or duration: \"{text}\"")
}

/// Times without a zone are the learner's own.
fn read(text: &str, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
    if let Some(nanoseconds) = value::duration(text).filter(|_| !text.is_empty() && text != "0") {
        // The client tells the daemon whole seconds.
        let then = now.checked_sub(SignedDuration::from_nanos(nanoseconds)).ok()?;
        return Timestamp::from_second(then.as_nanosecond().div_euclid(1_000_000_000).try_into().ok()?).ok();
    }
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Some(instant);
    }
    if let Some(instant) = unix(text) {
        return Some(instant);
    }
    let local = text.parse::<civil::DateTime>().or_else(|_| text.parse::<civil::Date>().map(civil::DateTime::from));
    local.ok()?.to_zoned(zone.clone()).ok().map(|zoned| zoned.timestamp())
}

fn unix(text: &str) -> Option<Timestamp> {
    let (seconds, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let nanoseconds: i32 = format!("{fraction:0<9}").get(..9)?.parse().ok()?;
    Timestamp::new(seconds.parse().ok()?, nanoseconds).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_in_every_form() {
        let now: Timestamp = "2026-11-21T10:00:00Z".parse().unwrap();
        let read = |text| super::read(text, now, &TimeZone::UTC).unwrap().to_string();
        assert_eq!(read("1h30m"), "2026-11-21T08:30:00Z");
        assert_eq!(read("2026-11-21T09:00:00.5Z"), "2026-11-21T09:00:00.5Z");
        assert_eq!(read("2026-11-21T09:00:00"), "2026-11-21T09:00:00Z");
        assert_eq!(read("2026-11-20"), "2026-11-20T00:00:00Z");
        assert_eq!(read("1000000000.25"), "2001-09-09T01:46:40.25Z");
        assert!(parse("since", "zzz", now).is_err());
    }
}
