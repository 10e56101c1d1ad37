//! `echo` and `printf`, shared with the applets of the same names.

use super::super::Shell;
use super::super::flow::Outcome;
use super::super::parser_word::unescape;

/// `echo [-neE] TEXT…`
#[allow(clippy::unnecessary_wraps)] // the signature of every builtin
pub fn echo_builtin(shell: &mut Shell, arguments: &[String]) -> Outcome {
    Ok(shell.print_bytes(&echo(arguments)))
}

/// `printf FORMAT [ARGUMENT…]`
#[allow(clippy::unnecessary_wraps)] // the signature of every builtin
pub fn printf_builtin(shell: &mut Shell, arguments: &[String]) -> Outcome {
    let (text, complaints) = printf(arguments);
    let status = shell.print_bytes(&text);
    for complaint in &complaints {
        shell.complain(complaint);
    }
    Ok(if complaints.is_empty() { status } else { 1 })
}

/// What `echo` prints.
pub fn echo(arguments: &[String]) -> Vec<u8> {
    let (mut newline, mut escapes) = (true, false);
    let mut rest = arguments;
    while let Some((first, others)) = rest.split_first() {
        let letters = first.strip_prefix('-').unwrap_or_default();
        if letters.is_empty() || !letters.chars().all(|c| "neE".contains(c)) {
            break;
        }
        for letter in letters.chars() {
            match letter {
                'n' => newline = false,
                other => escapes = other == 'e',
            }
        }
        rest = others;
    }
    let mut text = rest.join(" ");
    if escapes {
        let cut = find_end(&text);
        if let Some(end) = cut {
            text.truncate(end);
            newline = false;
        }
    }
    let mut bytes = if escapes { unescape(&text) } else { text.into_bytes() };
    if newline {
        bytes.push(b'\n');
    }
    bytes
}

/// Where a `\c` ends the output.
fn find_end(text: &str) -> Option<usize> {
    let mut escaped = false;
    for (index, c) in text.char_indices() {
        if escaped && c == 'c' {
            return Some(index - 1);
        }
        escaped = c == '\\' && !escaped;
    }
    None
}

/// What `printf` prints, and its complaints.
pub fn printf(arguments: &[String]) -> (Vec<u8>, Vec<String>) {
    let Some((format, values)) = arguments.split_first() else {
        return (Vec::new(), vec!["usage: printf FORMAT [ARG...]".to_owned()]);
    };
    let (format, values) = match (format.as_str(), values.split_first()) {
        ("--", Some((format, values))) => (format, values),
        _ => (format, values),
    };
    let mut printer =
        Printer { output: Vec::new(), complaints: Vec::new(), values: values.iter(), consumed: false, ended: false };
    loop {
        printer.consumed = false;
        printer.round(format);
        if printer.ended || printer.values.len() == 0 || !printer.consumed {
            return (printer.output, printer.complaints);
        }
    }
}

struct Printer<'a> {
    output: Vec<u8>,
    complaints: Vec<String>,
    values: std::slice::Iter<'a, String>,
    /// Whether this round took an argument.
    consumed: bool,
    /// Whether `\c` was met.
    ended: bool,
}

impl Printer<'_> {
    fn next(&mut self) -> &str {
        self.consumed = true;
        self.values.next().map_or("", String::as_str)
    }

    fn round(&mut self, format: &str) {
        let mut rest = format;
        while let Some(position) = rest.find(['%', '\\']) {
            self.output.extend_from_slice(&rest.as_bytes()[..position]);
            rest = &rest[position..];
            if rest.starts_with('\\') {
                if rest.starts_with("\\c") {
                    self.ended = true;
                    return;
                }
                let end = escape_end(rest);
                self.output.extend_from_slice(&unescape(&rest[..end]));
                rest = &rest[end..];
            } else {
                rest = self.directive(rest);
                if self.ended {
                    return;
                }
            }
        }
        self.output.extend_from_slice(rest.as_bytes());
    }

    /// One `%…`; what follows it.
    fn directive<'f>(&mut self, text: &'f str) -> &'f str {
        if let Some(rest) = text.strip_prefix("%%") {
            self.output.push(b'%');
            return rest;
        }
        let mut rest = &text[1..];
        let flags_end = rest.find(|c| !"-+ #0".contains(c)).unwrap_or(rest.len());
        let mut flags = rest[..flags_end].to_owned();
        rest = &rest[flags_end..];
        let mut width = self.number(&mut rest);
        let mut precision = None;
        if let Some(after) = rest.strip_prefix('.') {
            rest = after;
            precision = Some(self.number(&mut rest).unwrap_or(0).max(0));
        }
        if width.is_some_and(|width| width < 0) {
            flags.push('-');
            width = width.map(|width| -width);
        }
        rest = rest.trim_start_matches(['l', 'h', 'q', 'L', 'j', 'z']);
        let Some(conversion) = rest.chars().next() else {
            self.complaints.push(format!("{text}: invalid format"));
            self.ended = true;
            return "";
        };
        let precision = precision.and_then(|precision| usize::try_from(precision).ok());
        let body = match conversion {
            's' => cut(self.next(), precision),
            'b' => {
                let value = self.next().to_owned();
                let end = find_end(&value);
                self.ended = end.is_some();
                cut(&String::from_utf8_lossy(&unescape(&value[..end.unwrap_or(value.len())])), precision)
            }
            'c' => self.next().chars().next().map(String::from).unwrap_or_default(),
            'd' | 'i' => {
                let value = self.integer();
                let sign = if value < 0 {
                    "-"
                } else if flags.contains('+') {
                    "+"
                } else if flags.contains(' ') {
                    " "
                } else {
                    ""
                };
                format!("{sign}{}", padded(&value.unsigned_abs().to_string(), precision))
            }
            'u' => padded(&self.integer().cast_unsigned().to_string(), precision),
            'o' => padded(&format!("{}{:o}", if flags.contains('#') { "0" } else { "" }, self.integer()), precision),
            'x' => format!(
                "{}{}",
                if flags.contains('#') { "0x" } else { "" },
                padded(&format!("{:x}", self.integer()), precision)
            ),
            'X' => format!(
                "{}{}",
                if flags.contains('#') { "0X" } else { "" },
                padded(&format!("{:X}", self.integer()), precision)
            ),
            'f' | 'F' | 'e' | 'E' | 'g' | 'G' => {
                let value: f64 = self.next().trim().parse().unwrap_or(0.0);
                match conversion {
                    'e' | 'E' => exponent(value, precision.unwrap_or(6)),
                    'g' | 'G' => value.to_string(),
                    _ => format!("{value:.*}", precision.unwrap_or(6)),
                }
            }
            _ => {
                self.complaints.push(format!("{}: invalid format", &text[..=text.find(conversion).unwrap_or(0)]));
                self.ended = true;
                return "";
            }
        };
        let zeros = flags.contains('0') && !flags.contains('-') && conversion != 's' && conversion != 'b';
        self.output.extend_from_slice(
            fitted(&body, width.and_then(|width| usize::try_from(width).ok()).unwrap_or(0), flags.contains('-'), zeros)
                .as_bytes(),
        );
        &rest[conversion.len_utf8()..]
    }

    fn number(&mut self, rest: &mut &str) -> Option<i64> {
        if let Some(after) = rest.strip_prefix('*') {
            *rest = after;
            return Some(self.integer());
        }
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let number = rest[..end].parse().ok();
        *rest = &rest[end..];
        number
    }

    fn integer(&mut self) -> i64 {
        let text = self.next().trim().to_owned();
        if text.is_empty() {
            return 0;
        }
        if let Some(c) = text.strip_prefix(['"', '\'']) {
            return c.chars().next().map_or(0, |c| i64::from(u32::from(c)));
        }
        let (sign, digits) =
            text.strip_prefix('-').map_or((1, text.strip_prefix('+').unwrap_or(&text)), |digits| (-1, digits));
        let parsed = if let Some(hexadecimal) = digits.strip_prefix("0x") {
            i64::from_str_radix(hexadecimal, 16)
        } else if digits.len() > 1 && digits.starts_with('0') {
            i64::from_str_radix(&digits[1..], 8)
        } else {
            digits.parse()
        };
        parsed.map_or_else(
            |_| {
                self.complaints.push(format!("invalid number '{text}'"));
                0
            },
            |value| sign * value,
        )
    }
}

fn escape_end(text: &str) -> usize {
    let bytes = text.as_bytes();
    match bytes.get(1) {
        None => 1,
        Some(b'x') => 2 + bytes[2..].iter().take(2).take_while(|byte| byte.is_ascii_hexdigit()).count(),
        Some(b'0') => 1 + bytes[1..].iter().take(4).take_while(|byte| (b'0'..=b'7').contains(*byte)).count(),
        Some(b'1'..=b'7') => 1 + bytes[1..].iter().take(3).take_while(|byte| (b'0'..=b'7').contains(*byte)).count(),
        Some(_) => 1 + text[1..].chars().next().map_or(0, char::len_utf8),
    }
}

fn cut(text: &str, precision: Option<usize>) -> String {
    precision.map_or_else(|| text.to_owned(), |count| text.chars().take(count).collect())
}

fn padded(digits: &str, precision: Option<usize>) -> String {
    format!("{digits:0>width$}", width = precision.unwrap_or(0))
}

fn exponent(value: f64, precision: usize) -> String {
    let text = format!("{value:.precision$e}");
    let (mantissa, power) = text.split_once('e').unwrap_or((&text, "0"));
    let power: i32 = power.parse().unwrap_or(0);
    format!("{mantissa}e{}{:02}", if power < 0 { '-' } else { '+' }, power.abs())
}

fn fitted(body: &str, width: usize, left: bool, zeros: bool) -> String {
    let missing = width.saturating_sub(body.chars().count());
    if left {
        return format!("{body}{}", " ".repeat(missing));
    }
    if zeros {
        let sign = usize::from(body.starts_with(['-', '+', ' ']));
        return format!("{}{}{}", &body[..sign], "0".repeat(missing), &body[sign..]);
    }
    format!("{}{body}", " ".repeat(missing))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_octal_escape_is_one_byte_whatever_the_encoding() {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        assert_eq!(printf(&words(&["\\177ELF\\000\\321é"])).0, b"\x7fELF\0\xd1\xc3\xa9");
        assert_eq!(printf(&words(&["%03o", "209"])).0, b"321");
        assert_eq!(echo(&words(&["-ne", "\\0377\\x41"])), b"\xffA");
    }
}
