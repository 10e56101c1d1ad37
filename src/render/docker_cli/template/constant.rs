//! Strings and numbers as Go's `strconv` reads those of a template.

use super::node::Number;
use crate::docker::value::number;

/// What stands between quotes; `None` when an escape cannot be.
pub fn unquote(typed: &str) -> Option<String> {
    let quote = typed.chars().next()?;
    let inner = typed.strip_prefix(quote)?.strip_suffix(quote)?;
    if quote == '`' {
        return Some(inner.replace('\r', ""));
    }
    let mut bytes = Vec::new();
    let mut letters = inner.chars();
    while let Some(letter) = letters.next() {
        if letter != '\\' {
            bytes.extend_from_slice(letter.to_string().as_bytes());
            continue;
        }
        let escaped = letters.next()?;
        let mut digits = |count: usize, radix: u32| {
            let text: String = letters.by_ref().take(count).collect();
            (text.chars().count() == count).then(|| u32::from_str_radix(&text, radix).ok()).flatten()
        };
        match escaped {
            'a' => bytes.push(7),
            'b' => bytes.push(8),
            'f' => bytes.push(12),
            'n' => bytes.push(b'\n'),
            'r' => bytes.push(b'\r'),
            't' => bytes.push(b'\t'),
            'v' => bytes.push(11),
            '\\' => bytes.push(b'\\'),
            '\'' | '"' if escaped == quote => bytes.push(escaped as u8),
            'x' => bytes.push(u8::try_from(digits(2, 16)?).ok()?),
            'u' => bytes.extend_from_slice(char::from_u32(digits(4, 16)?)?.to_string().as_bytes()),
            'U' => bytes.extend_from_slice(char::from_u32(digits(8, 16)?)?.to_string().as_bytes()),
            '0'..='7' => {
                let rest: String = letters.by_ref().take(2).collect();
                bytes.push(u8::from_str_radix(&format!("{escaped}{rest}"), 8).ok().filter(|_| rest.len() == 2)?);
            }
            _ => return None,
        }
    }
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// A number as typed.
///
/// # Errors
/// Go's sentence.
pub fn number(typed: &str) -> Result<Number, String> {
    if typed.starts_with('\'') {
        let text = unquote(typed).unwrap_or_default();
        let mut letters = text.chars();
        return match (letters.next(), letters.next()) {
            (Some(letter), None) => Ok(Number::Int(i64::from(u32::from(letter)))),
            _ => Err(format!("malformed character constant: {typed}")),
        };
    }
    match number::int(typed, 64) {
        Ok(value) => Ok(Number::Int(value)),
        Err(why) if why.ends_with("value out of range") => Err(format!("integer overflow: {typed:?}")),
        Err(_) => typed.parse().map(Number::Float).map_err(|_| format!("illegal number syntax: {typed:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_are_gos() {
        assert_eq!(unquote(r#""a\tb\"\x41\u00e9\101""#).as_deref(), Some("a\tb\"A\u{e9}A"));
        assert_eq!(unquote("`a\\t`").as_deref(), Some("a\\t"));
        assert_eq!(unquote(r#""\q""#), None);
        assert_eq!(number("0x10"), Ok(Number::Int(16)));
        assert_eq!(number("'a'"), Ok(Number::Int(97)));
        assert_eq!(number("1.5e1"), Ok(Number::Float(15.0)));
        assert_eq!(number("99999999999999999999").unwrap_err(), "integer overflow: \"99999999999999999999\"");
        assert_eq!(number("1__0").unwrap_err(), "illegal number syntax: \"1__0\"");
        assert_eq!(number("'ab'").unwrap_err(), "malformed character constant: 'ab'");
    }
}
