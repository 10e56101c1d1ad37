//! `print`, `println` and `printf`: Go's `fmt` for the values a template knows.

use std::iter::Peekable;
use std::str::Chars;

use super::datum::Datum;
use crate::docker::value::text::quote;
use crate::render::docker_cli::hexadecimal;

/// Wider than any terminal: a width beyond it is cut to it.
const WIDEST: usize = 10_000;

/// Go's `Sprint`: a space between two operands when neither is a string.
pub fn print(arguments: &[Datum]) -> String {
    let mut text = String::new();
    for (position, value) in arguments.iter().enumerate() {
        if position > 0 && value.text().is_none() && arguments[position - 1].text().is_none() {
            text.push(' ');
        }
        text.push_str(&plain(value));
    }
    text
}

/// Go's `Sprintln`.
pub fn println(arguments: &[Datum]) -> String {
    format!("{}\n", arguments.iter().map(plain).collect::<Vec<_>>().join(" "))
}

/// To `fmt`, no value is nil.
fn plain(value: &Datum) -> String {
    match value {
        Datum::Invalid => "<nil>".to_owned(),
        other => other.plain(),
    }
}

#[derive(Default)]
struct Flags {
    plus: bool,
    minus: bool,
    sharp: bool,
    space: bool,
    zero: bool,
    width: Option<usize>,
    precision: Option<usize>,
}

/// Go's `Sprintf`, its complaints about wrong verbs included.
pub fn format(pattern: &str, arguments: &[Datum]) -> String {
    let mut text = String::new();
    let mut letters = pattern.chars().peekable();
    let (mut next, mut reordered) = (0, false);
    while let Some(letter) = letters.next() {
        if letter != '%' {
            text.push(letter);
            continue;
        }
        let mut flags = Flags::default();
        while let Some(flag) = letters.peek().copied() {
            match flag {
                '+' => flags.plus = true,
                '-' => (flags.minus, flags.zero) = (true, false),
                '#' => flags.sharp = true,
                ' ' => flags.space = true,
                '0' => flags.zero = !flags.minus,
                _ => break,
            }
            letters.next();
        }
        if letters.next_if_eq(&'[').is_some() {
            let place = run(&mut letters, |letter| *letter != ']');
            letters.next();
            next = place.parse::<usize>().ok().and_then(|place| place.checked_sub(1)).unwrap_or(usize::MAX);
            reordered = true;
        }
        if letters.next_if_eq(&'*').is_some() {
            if let Some(Datum::Int(width)) = arguments.get(next) {
                flags.width = usize::try_from(*width).ok().map(|width| width.min(WIDEST));
            }
            next += 1;
        } else {
            flags.width = amount(&run(&mut letters, char::is_ascii_digit));
        }
        if letters.next_if_eq(&'.').is_some() {
            flags.precision = amount(&run(&mut letters, char::is_ascii_digit)).or(Some(0));
        }
        match letters.next() {
            None => text.push_str("%!(NOVERB)"),
            Some('%') => text.push('%'),
            Some(verb) => match arguments.get(next) {
                None if reordered => text.push_str(&format!("%!{verb}(BADINDEX)")),
                None => text.push_str(&format!("%!{verb}(MISSING)")),
                Some(value) => {
                    next += 1;
                    text.push_str(&verb_of(verb, value, &flags));
                }
            },
        }
    }
    if next < arguments.len() && !reordered {
        let extra: Vec<String> = arguments[next..].iter().map(typed).collect();
        text.push_str(&format!("%!(EXTRA {})", extra.join(", ")));
    }
    text
}

/// The letters from here on that fit.
fn run(letters: &mut Peekable<Chars<'_>>, fits: impl Fn(&char) -> bool) -> String {
    let mut found = String::new();
    while let Some(letter) = letters.next_if(&fits) {
        found.push(letter);
    }
    found
}

fn amount(digits: &str) -> Option<usize> {
    (!digits.is_empty()).then(|| digits.parse().unwrap_or(WIDEST).min(WIDEST))
}

fn typed(value: &Datum) -> String {
    match value {
        Datum::Invalid => "<nil>".to_owned(),
        other => format!("{}={}", other.type_name(), plain(other)),
    }
}

fn verb_of(verb: char, value: &Datum, flags: &Flags) -> String {
    let wrong = || match value {
        Datum::Invalid => format!("%!{verb}(<nil>)"),
        other => format!("%!{verb}({})", typed(other)),
    };
    match (verb, value) {
        ('T', _) => padded(value.type_name(), flags),
        ('v' | 'd' | 's' | 'q' | 'x', Datum::List(items)) => {
            let items: Vec<String> = items.iter().map(|item| verb_of(verb, item, flags)).collect();
            format!("[{}]", items.join(" "))
        }
        ('v', Datum::Text(_)) if flags.sharp => padded(&quote(&plain(value)), flags),
        ('s' | 'v', Datum::Text(text)) => {
            let cut: String = match flags.precision {
                Some(precision) => text.chars().take(precision).collect(),
                None => text.to_string(),
            };
            padded(&cut, flags)
        }
        ('q', Datum::Text(text)) => padded(&quote(text), flags),
        ('x' | 'X', Datum::Text(text)) => {
            let digits = hexadecimal(text);
            padded(&if verb == 'X' { digits.to_uppercase() } else { digits }, flags)
        }
        ('t' | 'v', Datum::Bool(truth)) => padded(&truth.to_string(), flags),
        ('d' | 'v', Datum::Int(number)) => integer(&number.unsigned_abs().to_string(), *number < 0, flags),
        ('b', Datum::Int(number)) => integer(&format!("{:b}", number.unsigned_abs()), *number < 0, flags),
        ('o', Datum::Int(number)) => integer(&format!("{:o}", number.unsigned_abs()), *number < 0, flags),
        ('x' | 'X', Datum::Int(number)) => {
            let prefix = if flags.sharp { "0x" } else { "" };
            let digits = format!("{prefix}{:x}", number.unsigned_abs());
            integer(&if verb == 'X' { digits.to_uppercase() } else { digits }, *number < 0, flags)
        }
        ('c', Datum::Int(number)) => {
            let letter = u32::try_from(*number).ok().and_then(char::from_u32).unwrap_or('\u{fffd}');
            padded(&letter.to_string(), flags)
        }
        ('q', Datum::Int(number)) => {
            let letter = u32::try_from(*number).ok().and_then(char::from_u32).unwrap_or('\u{fffd}');
            padded(&format!("'{letter}'"), flags)
        }
        ('U', Datum::Int(number)) => padded(&format!("U+{number:04X}"), flags),
        ('f' | 'F', Datum::Float(number)) => {
            let digits = flags.precision.unwrap_or(6);
            integer(&format!("{:.digits$}", number.abs()), number.is_sign_negative(), flags)
        }
        ('e', Datum::Float(number)) => {
            integer(&scientific(number.abs(), flags.precision.unwrap_or(6)), number.is_sign_negative(), flags)
        }
        ('g' | 'v', Datum::Float(number)) => integer(&shortest(number.abs()), number.is_sign_negative(), flags),
        ('v', other) => padded(&plain(other), flags),
        ('s' | 'd', Datum::Map(_) | Datum::Struct(_)) => padded(&plain(value), flags),
        _ => wrong(),
    }
}

fn integer(digits: &str, negative: bool, flags: &Flags) -> String {
    let sign = match (negative, flags.plus, flags.space) {
        (true, ..) => "-",
        (false, true, _) => "+",
        (false, false, true) => " ",
        _ => "",
    };
    let width = flags.width.unwrap_or_default();
    if flags.zero && width > sign.len() + digits.len() {
        return format!("{sign}{}{digits}", "0".repeat(width - sign.len() - digits.len()));
    }
    padded(&format!("{sign}{digits}"), flags)
}

fn padded(text: &str, flags: &Flags) -> String {
    let missing = flags.width.unwrap_or_default().saturating_sub(text.chars().count());
    if flags.minus {
        return format!("{text}{}", " ".repeat(missing));
    }
    format!("{}{text}", if flags.zero { "0" } else { " " }.repeat(missing))
}

/// `1.5`, `1e+21`: Go's shortest form of a fraction.
pub fn shortest(number: f64) -> String {
    if number != 0.0 && !(1e-4..1e21).contains(&number.abs()) {
        let text = format!("{number:e}");
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        return with_exponent(mantissa, exponent);
    }
    number.to_string()
}

fn scientific(number: f64, digits: usize) -> String {
    let text = format!("{number:.digits$e}");
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    with_exponent(mantissa, exponent)
}

/// Go writes the sign and two digits at least.
fn with_exponent(mantissa: &str, exponent: &str) -> String {
    let (sign, digits) = exponent.strip_prefix('-').map_or(('+', exponent), |digits| ('-', digits));
    format!("{mantissa}e{sign}{digits:0>2}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_are_gos() {
        let text = |pattern: &str, value: Datum| format(pattern, &[value]);
        assert_eq!(text("%-5s|", "web".into()), "web  |");
        assert_eq!(text("%5.2s|", "web".into()), "   we|");
        assert_eq!(text("%q %%", "a\"b".into()), "\"a\\\"b\" %");
        assert_eq!(text("%05d", Datum::Int(-42)), "-0042");
        assert_eq!(text("%x", Datum::Int(255)), "ff");
        assert_eq!(text("%.2f", Datum::Float(1.005)), "1.00");
        assert_eq!(text("%s", Datum::Int(5)), "%!s(int=5)");
        assert_eq!(text("%d", "x".into()), "%!d(string=x)");
        assert_eq!(text("none", Datum::Int(1)), "none%!(EXTRA int=1)");
        assert_eq!(format("%s", &[]), "%!s(MISSING)");
        assert_eq!(format("%", &[]), "%!(NOVERB)");
        assert_eq!(text("%v", Datum::List(vec![Datum::Int(1), "a".into()].into())), "[1 a]");
        assert_eq!(shortest(1e21), "1e+21");
        assert_eq!(shortest(0.5), "0.5");
    }
}
