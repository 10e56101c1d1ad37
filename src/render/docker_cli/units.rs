//! Durations, sizes and instants as Docker's client writes them. Source: docker/go-units.

use jiff::Timestamp;

/// `Less than a second`, `About a minute`, `3 weeks`.
pub fn human_duration(seconds: i64) -> String {
    let minutes = seconds / 60;
    // Hours are rounded, everything else is cut.
    let hours = (seconds + 1800) / 3600;
    match seconds {
        ..1 => "Less than a second".to_owned(),
        1 => "1 second".to_owned(),
        2..60 => format!("{seconds} seconds"),
        _ if minutes == 1 => "About a minute".to_owned(),
        _ if minutes < 60 => format!("{minutes} minutes"),
        _ if hours == 1 => "About an hour".to_owned(),
        _ if hours < 48 => format!("{hours} hours"),
        _ if hours < 24 * 7 * 2 => format!("{} days", hours / 24),
        _ if hours < 24 * 30 * 2 => format!("{} weeks", hours / 24 / 7),
        _ if hours < 24 * 365 * 2 => format!("{} months", hours / 24 / 30),
        _ => format!("{} years", seconds / 3600 / 24 / 365),
    }
}

/// How long ago something happened, to the full precision of the clock.
pub fn since(then: Timestamp, now: Timestamp) -> String {
    human_duration(now.duration_since(then).as_secs())
}

/// How long ago something happened that Docker only knows to the second (creation times).
pub fn since_second(then: Timestamp, now: Timestamp) -> String {
    let whole = Timestamp::from_second(then.as_second()).unwrap_or(then);
    since(whole, now)
}

/// A size in powers of 1000, with so many significant digits: `1.99MB`, `683kB`, `0B`.
pub fn human_size(bytes: u64, digits: i32) -> String {
    #[allow(clippy::cast_precision_loss)] // shown with four digits at most
    let mut size = bytes as f64;
    let mut unit = 0;
    while size >= 1000.0 && unit < UNITS.len() - 1 {
        size /= 1000.0;
        unit += 1;
    }
    format!("{}{}", significant(size, digits), UNITS[unit])
}

const UNITS: &[&str] = &["B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"];

/// A size as BuildKit tells it: `98B`, `186.73kB`, `12.40MB`. Source: tonistiigi/units.
pub fn progress_size(bytes: u64) -> String {
    #[allow(clippy::cast_precision_loss)] // shown with two decimals
    let mut size = bytes as f64;
    let mut unit = 0;
    while size >= 1000.0 && unit < UNITS.len() - 1 {
        size /= 1000.0;
        unit += 1;
    }
    if unit == 0 { format!("{bytes}B") } else { format!("{size:.2}{}", UNITS[unit]) }
}

/// A size in powers of 1024: `23.59GiB`.
pub fn binary_size(bytes: u64) -> String {
    #[allow(clippy::cast_precision_loss)] // shown with four digits
    let mut size = bytes as f64;
    let mut unit = 0;
    while size >= 1024.0 && unit < BINARY_UNITS.len() - 1 {
        size /= 1024.0;
        unit += 1;
    }
    format!("{}{}", significant(size, 4), BINARY_UNITS[unit])
}

const BINARY_UNITS: &[&str] = &["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"];

/// Go's `%.Ng` of a number below 1024.
fn significant(number: f64, digits: i32) -> String {
    let mut whole = 1;
    let mut limit = 10.0;
    while number >= limit {
        whole += 1;
        limit *= 10.0;
    }
    if whole > digits {
        return format!("{number:.0}");
    }
    let decimals = usize::try_from(digits - whole).unwrap_or(0);
    let text = format!("{number:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

/// `2026-11-21 01:35:32 +0000 UTC`: Go's default for a time known to the second.
pub fn go_second(instant: Timestamp) -> String {
    format!("{} +0000 UTC", instant.strftime("%Y-%m-%d %H:%M:%S"))
}

/// `2026-11-21 01:35:32.5 +0000 UTC`: Go's default for a time.
pub fn go_nanoseconds(instant: Timestamp) -> String {
    let text = instant.strftime("%Y-%m-%d %H:%M:%S%.f").to_string();
    format!("{text} +0000 UTC")
}

/// `1m30s`, `1.5ms`: Go's default for a duration in nanoseconds.
pub fn go_duration(nanoseconds: u64) -> String {
    let fraction = |of: u64, unit: u64| {
        let text = format!("{}.{:0width$}", of / unit, of % unit, width = unit.ilog10() as usize);
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    };
    match nanoseconds {
        0 => "0s".to_owned(),
        1..1_000 => format!("{nanoseconds}ns"),
        1_000..1_000_000 => format!("{}µs", fraction(nanoseconds, 1_000)),
        1_000_000..1_000_000_000 => format!("{}ms", fraction(nanoseconds, 1_000_000)),
        _ => {
            let minutes = nanoseconds / 60_000_000_000;
            let seconds = fraction(nanoseconds % 60_000_000_000, 1_000_000_000);
            match (minutes / 60, minutes % 60) {
                (0, 0) => format!("{seconds}s"),
                (0, minutes) => format!("{minutes}m{seconds}s"),
                (hours, minutes) => format!("{hours}h{minutes}m{seconds}s"),
            }
        }
    }
}

/// `2026-11-21T01:35:18Z`.
pub fn rfc3339(instant: Timestamp) -> String {
    instant.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// The text cut to a width, `…` in the last column.
pub fn ellipsis(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let mut cut: String = text.chars().take(width.saturating_sub(1)).collect();
    cut.push('…');
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_go_units() {
        for (seconds, expected) in [
            (0, "Less than a second"),
            (1, "1 second"),
            (59, "59 seconds"),
            (60, "About a minute"),
            (119, "About a minute"),
            (120, "2 minutes"),
            (3599, "59 minutes"),
            (3600, "About an hour"),
            (5400, "2 hours"),
            (47 * 3600, "47 hours"),
            (48 * 3600, "2 days"),
            (14 * 86400, "2 weeks"),
            (60 * 86400, "2 months"),
            (800 * 86400, "2 years"),
        ] {
            assert_eq!(human_duration(seconds), expected, "{seconds}");
        }
    }

    #[test]
    fn durations_are_written_as_go_writes_them() {
        for (nanoseconds, expected) in [
            (0, "0s"),
            (1, "1ns"),
            (1_500, "1.5µs"),
            (250_000_000, "250ms"),
            (1_000_000_000, "1s"),
            (90_500_000_000, "1m30.5s"),
            (3_600_000_000_000, "1h0m0s"),
        ] {
            assert_eq!(go_duration(nanoseconds), expected);
        }
    }

    #[test]
    fn sizes_are_go_units() {
        for (bytes, expected) in
            [(0, "0B"), (199, "199B"), (1_986_087, "1.99MB"), (682_696, "683kB"), (2048, "2.05kB"), (1_000_000, "1MB")]
        {
            assert_eq!(human_size(bytes, 3), expected, "{bytes}");
        }
        assert_eq!(human_size(8_364_123, 4), "8.364MB");
        assert_eq!(human_size(98_304, 4), "98.3kB");
        assert_eq!(binary_size(25_329_000_000), "23.59GiB");
    }

    #[test]
    fn long_text_ends_in_an_ellipsis() {
        assert_eq!(ellipsis("sh -c 'i=0; while true", 20), "sh -c 'i=0; while t…");
        assert_eq!(ellipsis("short", 20), "short");
    }
}
