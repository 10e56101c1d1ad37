//! `--since` and `--until`: a date, a Unix time, or a duration before now. Source: moby `timetypes.GetTimestamp`.

use jiff::{SignedDuration, Timestamp, tz::TimeZone};

use super::failure::Failure;
use super::go_time::Layout;
use super::value;
use crate::engine::EngineError;

/// The instant meant.
///
/// # Errors
/// The client's sentence about this flag.
pub fn parse(flag: &str, text: &str, now: Timestamp) -> Result<Timestamp, Failure> {
    read(text, now, &TimeZone::system())
        .map_err(|reason| Failure::client(format!("invalid value for \"{flag}\": {reason}")))
}

/// The same for a verb that does not say which flag it was.
///
/// # Errors
/// The client's sentence.
pub fn parse_bare(text: &str, now: Timestamp) -> Result<Timestamp, Failure> {
    read(text, now, &TimeZone::system()).map_err(Failure::client)
}

/// The same for `--filter until=`, which the daemon reads.
///
/// # Errors
/// The daemon's sentence.
pub fn parse_filter(text: &str, now: Timestamp) -> Result<Timestamp, Failure> {
    read(text, now, &TimeZone::system()).map_err(|reason| EngineError::InvalidRequest(reason).into())
}

/// Times without a zone are the learner's own.
fn read(text: &str, now: Timestamp, zone: &TimeZone) -> Result<Timestamp, String> {
    let unreadable = || format!("failed to parse value as time or duration: \"{text}\"");
    if let Some(nanoseconds) = value::duration(text).filter(|_| !text.is_empty() && text != "0") {
        // The client tells the daemon whole seconds.
        let then = now.checked_sub(SignedDuration::from_nanos(nanoseconds)).map_err(|_| unreadable())?;
        let seconds = i64::try_from(then.as_nanosecond().div_euclid(1_000_000_000)).map_err(|_| unreadable())?;
        return Timestamp::from_second(seconds).map_err(|_| unreadable());
    }
    match layout(text).parse(text, zone.to_offset(now)) {
        // What has a dash was meant as a date.
        Err(reason) if text.contains('-') => Err(reason),
        Err(_) => unix(text).ok_or_else(unreadable),
        moment => moment,
    }
}

/// What a date seems to say, before it is read.
fn layout(text: &str) -> Layout {
    const DATE: usize = 3;
    const WHOLE: usize = 6;
    let zone = text.contains(['z', 'Z', '+']) || text.matches('-').count() == 3;
    let colons = text.matches(':').count();
    // A zone that is a number has a colon of its own.
    let colons = if zone && !text.contains(['z', 'Z']) { colons.saturating_sub(1) } else { colons };
    let fraction = text.contains('.');
    let elements = if fraction {
        WHOLE
    } else if text.contains('T') {
        (DATE + 1 + colons).min(WHOLE)
    } else {
        DATE
    };
    Layout { elements, fraction, zone }
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
        assert_eq!(read("2026-11-20T7:05"), "2026-11-20T07:05:00Z");
        assert_eq!(read("2026-11-20T07:05+02:00"), "2026-11-20T05:05:00Z");
        assert_eq!(read("2026-11-20Z"), "2026-11-20T00:00:00Z");
    }

    #[test]
    fn what_is_no_instant_is_refused_in_gos_words() {
        let refusal = |text| super::read(text, Timestamp::UNIX_EPOCH, &TimeZone::UTC).unwrap_err();
        assert_eq!(refusal("zzz"), "failed to parse value as time or duration: \"zzz\"");
        assert_eq!(refusal("2026-13-01"), "parsing time \"2026-13-01\": month out of range");
        assert_eq!(refusal("2026-02-30"), "parsing time \"2026-02-30\": day out of range");
        assert_eq!(refusal("2026-01-01T25:00"), "parsing time \"2026-01-01T25:00\": hour out of range");
        assert_eq!(refusal("2020-01"), "parsing time \"2020-01\" as \"2006-01-02\": cannot parse \"\" as \"-\"");
        let text = "parsing time \"2020-1-1\" as \"2006-01-02\": cannot parse \"1-1\" as \"01\"";
        assert_eq!(refusal("2020-1-1"), text);
        let text = "parsing time \"2020-01-01T\" as \"2006-01-02T15\": cannot parse \"\" as \"15\"";
        assert_eq!(refusal("2020-01-01T"), text);
    }
}
