//! Small things written as Go writes them: durations, port specifications.

/// `1m30s`, `300ms`, `0s`.
pub(in crate::engine) fn duration(nanoseconds: i64) -> String {
    if nanoseconds == 0 {
        return "0s".to_owned();
    }
    if nanoseconds % 1_000_000_000 != 0 && nanoseconds < 1_000_000_000 {
        return match nanoseconds {
            below if below < 1_000 => format!("{below}ns"),
            below if below < 1_000_000 => format!("{}µs", fraction(below, 1_000)),
            below => format!("{}ms", fraction(below, 1_000_000)),
        };
    }
    let (minutes, rest) = (nanoseconds / 60_000_000_000, nanoseconds % 60_000_000_000);
    let seconds = fraction(rest, 1_000_000_000);
    match (minutes / 60, minutes % 60) {
        (0, 0) => format!("{seconds}s"),
        (0, minutes) => format!("{minutes}m{seconds}s"),
        (hours, minutes) => format!("{hours}h{minutes}m{seconds}s"),
    }
}

fn fraction(amount: i64, unit: i64) -> String {
    let (whole, mut rest) = (amount / unit, amount % unit);
    if rest == 0 {
        return whole.to_string();
    }
    let mut digits = String::new();
    let mut scale = unit;
    while rest > 0 {
        scale /= 10;
        digits.push_str(&(rest / scale).to_string());
        rest %= scale;
    }
    format!("{whole}.{digits}")
}

/// The ports of one word of EXPOSE: `80`, `80/udp`, `8000-8002/tcp`, each as `80/tcp`. What stands before a `:`
/// is for the host and means nothing here.
pub(super) fn ports(word: &str) -> Result<Vec<String>, String> {
    let (range, protocol) = word.split_once('/').unwrap_or((word, "tcp"));
    let protocol = protocol.to_ascii_lowercase();
    if !matches!(protocol.as_str(), "tcp" | "udp" | "sctp") {
        return Err(format!("invalid proto: {protocol}"));
    }
    let range = range.rsplit_once(':').map_or(range, |(_, container)| container);
    if range.is_empty() {
        return Err(format!("no port specified: {word}<empty>"));
    }
    let (first, last) = range.split_once('-').unwrap_or((range, range));
    let invalid = || format!("invalid containerPort: {range}");
    let (first, last): (u16, u16) = (first.parse().map_err(|_| invalid())?, last.parse().map_err(|_| invalid())?);
    if first > last {
        return Err(invalid());
    }
    Ok((first..=last).map(|port| format!("{port}/{protocol}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_as_gos() {
        for (nanoseconds, text) in [
            (0, "0s"),
            (5_000_000_000, "5s"),
            (90_000_000_000, "1m30s"),
            (3_600_000_000_000, "1h0m0s"),
            (300_000_000, "300ms"),
            (1_500_000_000, "1.5s"),
        ] {
            assert_eq!(duration(nanoseconds), text);
        }
    }

    #[test]
    fn ports_are_read() {
        assert_eq!(ports("80").unwrap(), ["80/tcp"]);
        assert_eq!(ports("53/UDP").unwrap(), ["53/udp"]);
        assert_eq!(ports("8000-8002").unwrap(), ["8000/tcp", "8001/tcp", "8002/tcp"]);
        assert_eq!(ports("8080:80").unwrap(), ["80/tcp"]);
        for wrong in ["", "x", "1-", "9-8", "80/x"] {
            assert!(ports(wrong).is_err(), "{wrong}");
        }
    }
}
