//! What `ls -l`, `find -ls`, `stat` and `tar -tv` share: modes and dates as text.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// `-rwxr-xr-x` and the like.
pub fn mode_text(mode: u32) -> String {
    const TYPES: &[(u32, char)] =
        &[(0o040_000, 'd'), (0o120_000, 'l'), (0o020_000, 'c'), (0o060_000, 'b'), (0o010_000, 'p'), (0o140_000, 's')];
    const TYPE_MASK: u32 = 0o170_000;
    let kind = TYPES.iter().find(|(bits, _)| mode & TYPE_MASK == *bits).map_or('-', |(_, letter)| *letter);
    let mut text = String::from(kind);
    for (shift, special, lower, upper) in [(6, 0o4000, 's', 'S'), (3, 0o2000, 's', 'S'), (0, 0o1000, 't', 'T')] {
        let bits = mode >> shift;
        text.push(if bits & 4 != 0 { 'r' } else { '-' });
        text.push(if bits & 2 != 0 { 'w' } else { '-' });
        text.push(match (mode & special != 0, bits & 1 != 0) {
            (true, true) => lower,
            (true, false) => upper,
            (false, true) => 'x',
            (false, false) => '-',
        });
    }
    text
}

/// `Nov 21 07:12`, or `Nov 21  2024` for what is older than half a year.
pub fn date_text(seconds: i64) -> String {
    const HALF_A_YEAR_SECONDS: i64 = 182 * 86400;
    let Ok(instant) = Timestamp::from_second(seconds) else { return "?".to_owned() };
    let age = Timestamp::now().as_second() - seconds;
    let format = if (0..HALF_A_YEAR_SECONDS).contains(&age) { "%b %e %H:%M" } else { "%b %e  %Y" };
    instant.to_zoned(TimeZone::UTC).strftime(format).to_string()
}

/// Digits, or `1.5K`, `20M` when `human`.
pub fn size_text(bytes: u64, human: bool) -> String {
    const STEP: f64 = 1024.0;
    const TEN: f64 = 10.0;
    if !human || bytes < 1024 {
        return bytes.to_string();
    }
    #[allow(clippy::cast_precision_loss)] // three digits are shown
    let mut value = bytes as f64;
    let mut unit = ' ';
    for next in ['K', 'M', 'G', 'T'] {
        if value < STEP {
            break;
        }
        value /= STEP;
        unit = next;
    }
    if value < TEN { format!("{value:.1}{unit}") } else { format!("{value:.0}{unit}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes() {
        for (mode, text) in
            [(0o100_644, "-rw-r--r--"), (0o041_777, "drwxrwxrwt"), (0o104_755, "-rwsr-xr-x"), (0o120_777, "lrwxrwxrwx")]
        {
            assert_eq!(mode_text(mode), text);
        }
    }

    #[test]
    fn sizes() {
        assert_eq!(size_text(999, true), "999");
        assert_eq!(size_text(1536, true), "1.5K");
        assert_eq!(size_text(20 << 20, true), "20M");
        assert_eq!(size_text(20 << 20, false), "20971520");
    }
}
