//! A moment as Go's `time.Parse` reads it, for the few layouts of `--since` and `--until`, with its sentences.

use jiff::{Timestamp, civil, tz::Offset};

/// What a layout is made of, in the order in which it is read.
const ELEMENTS: [(&str, &str); 6] = [("", "2006"), ("-", "01"), ("-", "02"), ("T", "15"), (":", "04"), (":", "05")];
const FRACTION: &str = ".999999999";
const ZONE: &str = "Z07:00";

/// How much a moment says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// How many of year, month, day, hour, minute and second.
    pub elements: usize,
    /// A fraction of a second may follow.
    pub fraction: bool,
    /// A zone follows.
    pub zone: bool,
}

impl Layout {
    fn text(self) -> String {
        let mut text: String =
            ELEMENTS.iter().take(self.elements).flat_map(|(before, what)| [*before, *what]).collect();
        if self.fraction {
            text.push_str(FRACTION);
        }
        if self.zone {
            text.push_str(ZONE);
        }
        text
    }

    /// Reads a moment; one without a zone is in `local`.
    ///
    /// # Errors
    /// Go's sentence.
    pub fn parse(self, typed: &str, local: Offset) -> Result<Timestamp, String> {
        let unlike = |rest: &str, what: &str| {
            let layout = self.text();
            format!("parsing time \"{typed}\" as \"{layout}\": cannot parse \"{rest}\" as \"{what}\"")
        };
        let outside = |what: &str| format!("parsing time \"{typed}\": {what} out of range");
        let mut rest = typed;
        let mut numbers = [1_i16, 1, 1, 0, 0, 0];
        for (place, (before, what)) in ELEMENTS.iter().take(self.elements).enumerate() {
            rest = rest.strip_prefix(before).ok_or_else(|| unlike(rest, before))?;
            let (number, after) = digits(rest, what).ok_or_else(|| unlike(rest, what))?;
            let range = [
                None,
                Some((1..=12, "month")),
                None,
                Some((0..=23, "hour")),
                Some((0..=59, "minute")),
                Some((0..=59, "second")),
            ];
            if let Some((range, name)) = &range[place]
                && !range.contains(&number)
            {
                return Err(outside(name));
            }
            numbers[place] = number;
            rest = after;
        }
        let (nanoseconds, after) = if self.elements == ELEMENTS.len() { fraction(rest) } else { (0, rest) };
        rest = after;
        let mut offset = local;
        if self.zone {
            (offset, rest) = zone(rest).ok_or_else(|| unlike(rest, ZONE))?;
        }
        if !rest.is_empty() {
            return Err(format!("parsing time \"{typed}\": extra text: \"{rest}\""));
        }
        let [year, month, day, hour, minute, second] = numbers;
        // No range above goes further than a byte does.
        let [month, day, hour, minute, second] =
            [month, day, hour, minute, second].map(|number| i8::try_from(number).unwrap_or(i8::MAX));
        let date = civil::Date::new(year, month, day).map_err(|_| outside("day"))?;
        let time = civil::Time::new(hour, minute, second, nanoseconds).map_err(|_| outside("second"))?;
        offset.to_timestamp(date.to_datetime(time)).map_err(|_| outside("year"))
    }
}

/// A number as long as its element, though an hour may have one digit, and what follows.
fn digits<'a>(text: &'a str, element: &str) -> Option<(i16, &'a str)> {
    let found = text.bytes().take(element.len()).take_while(u8::is_ascii_digit).count();
    let enough = if element == "15" { 1 } else { element.len() };
    if found < enough {
        return None;
    }
    let (number, after) = text.split_at(found);
    Some((number.parse().ok()?, after))
}

/// Nanoseconds; Go takes a fraction after seconds whether the layout has one or not.
fn fraction(text: &str) -> (i32, &str) {
    let Some(after) = text.strip_prefix(['.', ',']) else { return (0, text) };
    let count = after.bytes().take_while(u8::is_ascii_digit).count();
    if count == 0 {
        return (0, text);
    }
    let (number, rest) = after.split_at(count);
    (format!("{number:0<9}")[..9].parse().unwrap_or_default(), rest)
}

fn zone(text: &str) -> Option<(Offset, &str)> {
    if let Some(rest) = text.strip_prefix('Z') {
        return Some((Offset::UTC, rest));
    }
    let sign = match text.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, minutes) = text.get(1..6)?.split_once(':')?;
    let number = |text: &str| text.parse::<i32>().ok().filter(|_| text.len() == 2);
    let seconds = number(hours)? * 3600 + number(minutes)? * 60;
    Some((Offset::from_seconds(sign * seconds).ok()?, &text[6..]))
}
