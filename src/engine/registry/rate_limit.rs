//! When a registry that has had enough may be asked again: what its 429 says.

use std::time::Duration;

use jiff::Timestamp;
use ureq::http::HeaderMap;

/// Larger numbers are instants, not waits.
const FIRST_INSTANT: u64 = 1_000_000_000;

/// How long to wait, from `Retry-After` (seconds, an instant or a date) or `RateLimit-Reset`.
pub(super) fn lifts_in(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    ["retry-after", "x-retry-after", "ratelimit-reset", "x-ratelimit-reset"].iter().find_map(|name| {
        let text = headers.get(*name)?.to_str().ok()?.trim();
        let seconds = match text.parse::<u64>() {
            Ok(seconds) if seconds < FIRST_INSTANT => seconds,
            Ok(instant) => until(now, i64::try_from(instant).ok()?),
            Err(_) => until(now, jiff::fmt::rfc2822::parse(text).ok()?.timestamp().as_second()),
        };
        Some(Duration::from_secs(seconds))
    })
}

fn until(now: Timestamp, instant: i64) -> u64 {
    u64::try_from(instant - now.as_second()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_instants_and_dates_are_understood() {
        let now: Timestamp = "2026-11-21T10:00:00Z".parse().unwrap();
        for (name, value, seconds) in [
            ("retry-after", "30", Some(30)),
            ("retry-after", "Sat, 21 Nov 2026 10:01:00 GMT", Some(60)),
            ("x-retry-after", "1795255500", Some(300)),
            ("ratelimit-reset", "7", Some(7)),
            ("retry-after", "soon", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(name, value.parse().unwrap());
            assert_eq!(lifts_in(&headers, now), seconds.map(Duration::from_secs), "{name}: {value}");
        }
    }
}
