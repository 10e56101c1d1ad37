//! Words: quotations, `$…`, backquotes.

use std::collections::BTreeMap;

use super::parser::{Parsed, Parser, SyntaxError};
use super::syntax::{Operation, Parameter, Piece, Word};

static NO_ALIASES: BTreeMap<String, String> = BTreeMap::new();

/// What surrounds the text being read, which decides what ends it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Within {
    /// Ends at a blank or an operator.
    Command,
    /// Ends at `}`.
    Braces,
    /// Ends at `}` or `/`.
    BracesPattern,
    /// Ends at `}` or `:`.
    BracesOffset,
    /// Ends at `"`.
    DoubleQuotes,
    /// `${…}` inside `"…"`: ends at `}`; single quotes mean nothing.
    QuotedBraces,
    /// The body of a here-document: ends with the text.
    HereDocument,
    /// `$((…))`: ends at its `))`.
    Arithmetic,
}

impl Within {
    pub(super) fn quoted(self) -> bool {
        matches!(self, Self::DoubleQuotes | Self::QuotedBraces | Self::HereDocument | Self::Arithmetic)
    }

    fn ends(self, c: char) -> bool {
        match self {
            Self::Command => c.is_whitespace() || ";&|()<>".contains(c),
            Self::Braces | Self::QuotedBraces => c == '}',
            Self::BracesPattern => c == '}' || c == '/',
            Self::BracesOffset => c == '}' || c == ':',
            Self::DoubleQuotes => c == '"',
            Self::HereDocument | Self::Arithmetic => false,
        }
    }
}

impl Parser<'_> {
    /// A word of a command; `None` when none starts here.
    pub(super) fn word(&mut self) -> Parsed<Option<Word>> {
        match self.peek() {
            None => return Ok(None),
            Some(c) if Within::Command.ends(c) => return Ok(None),
            Some(_) => {}
        }
        self.pieces(Within::Command).map(Some)
    }

    /// The whole text as the body of a here-document.
    pub(super) fn here_text(&mut self) -> Parsed<Word> {
        self.pieces(Within::HereDocument)
    }

    /// A parser of `text` alone, without aliases.
    pub(super) fn sub_parser(&self, text: &str) -> Parser<'static> {
        Parser::new(text, self.line, &NO_ALIASES)
    }

    pub(super) fn pieces(&mut self, within: Within) -> Parsed<Word> {
        let mut word = Word::new();
        let mut text = String::new();
        let mut parentheses = 0_usize;
        if !within.quoted() && self.peek() == Some('~') {
            self.tilde(within, &mut word);
        }
        while let Some(c) = self.peek() {
            if within == Within::Arithmetic {
                if c == ')' && parentheses == 0 {
                    break;
                }
                match c {
                    '(' => parentheses += 1,
                    ')' => parentheses -= 1,
                    _ => {}
                }
            }
            if within.ends(c) {
                break;
            }
            match c {
                '\'' if !within.quoted() => {
                    flush(&mut text, &mut word);
                    word.push(Piece::Quoted(self.single_quoted()?));
                }
                '"' if within != Within::HereDocument && within != Within::Arithmetic => {
                    flush(&mut text, &mut word);
                    self.advance();
                    word.push(Piece::DoubleQuoted(self.pieces(Within::DoubleQuotes)?));
                    if self.peek() != Some('"') {
                        return Err(SyntaxError::Unterminated);
                    }
                    self.advance();
                }
                '\\' => self.backslash(within, &mut text, &mut word)?,
                '$' if self.peek_at(1) == Some('\'') && !within.quoted() => {
                    self.advance();
                    flush(&mut text, &mut word);
                    word.push(Piece::Quoted(unescape_text(&self.dollar_single_quoted()?)));
                }
                '$' => match self.dollar(within)? {
                    Some(piece) => {
                        flush(&mut text, &mut word);
                        word.push(piece);
                    }
                    None => text.push('$'),
                },
                '`' => {
                    flush(&mut text, &mut word);
                    word.push(self.backquoted(within)?);
                }
                _ => {
                    text.push(c);
                    self.advance();
                }
            }
        }
        flush(&mut text, &mut word);
        Ok(word)
    }

    fn tilde(&mut self, within: Within, word: &mut Word) {
        let mut name = String::new();
        let mut distance = 1;
        while let Some(c) = self.peek_at(distance) {
            if within.ends(c) || c == '/' || c == ':' {
                break;
            }
            if !(c.is_alphanumeric() || "_-.".contains(c)) {
                return;
            }
            name.push(c);
            distance += 1;
        }
        self.position += distance;
        word.push(Piece::Tilde(name));
    }

    fn single_quoted(&mut self) -> Parsed<String> {
        self.advance();
        let mut text = String::new();
        loop {
            let c = self.peek().ok_or(SyntaxError::Unterminated)?;
            self.advance();
            if c == '\'' {
                return Ok(text);
            }
            text.push(c);
        }
    }

    /// `$'…'`, its escapes still in place; a `\'` does not end it.
    fn dollar_single_quoted(&mut self) -> Parsed<String> {
        self.advance();
        let mut text = String::new();
        loop {
            let c = self.peek().ok_or(SyntaxError::Unterminated)?;
            self.advance();
            match c {
                '\'' => return Ok(text),
                '\\' => {
                    text.push(c);
                    text.push(self.peek().ok_or(SyntaxError::Unterminated)?);
                    self.advance();
                }
                _ => text.push(c),
            }
        }
    }

    fn backslash(&mut self, within: Within, text: &mut String, word: &mut Word) -> Parsed<()> {
        let Some(next) = self.peek_at(1) else {
            if within == Within::HereDocument {
                self.advance();
                text.push('\\');
                return Ok(());
            }
            return Err(SyntaxError::Incomplete);
        };
        self.advance();
        self.advance();
        let protects = match within {
            Within::DoubleQuotes | Within::QuotedBraces => {
                "$`\"\\}".contains(next) && (next != '}' || within == Within::QuotedBraces)
            }
            Within::HereDocument | Within::Arithmetic => "$`\\".contains(next),
            _ => true,
        };
        if next == '\n' && (protects || within.quoted()) {
            return Ok(());
        }
        flush(text, word);
        word.push(Piece::Quoted(if protects { next.to_string() } else { format!("\\{next}") }));
        Ok(())
    }

    fn backquoted(&mut self, within: Within) -> Parsed<Piece> {
        self.advance();
        let mut text = String::new();
        loop {
            let c = self.peek().ok_or(SyntaxError::Unterminated)?;
            self.advance();
            match c {
                '`' => break,
                '\\' => {
                    let next = self.peek().ok_or(SyntaxError::Unterminated)?;
                    self.advance();
                    if !("$`\\".contains(next) || (next == '"' && within.quoted())) {
                        text.push('\\');
                    }
                    text.push(next);
                }
                _ => text.push(c),
            }
        }
        Ok(Piece::Command(self.sub_parser(&text).whole()?))
    }

    /// What follows a `$`; `None` when it stands for itself (and is consumed).
    fn dollar(&mut self, within: Within) -> Parsed<Option<Piece>> {
        self.advance();
        let Some(c) = self.peek() else { return Ok(None) };
        if c == '(' {
            if self.peek_at(1) == Some('(')
                && let Some(piece) = self.arithmetic()?
            {
                return Ok(Some(piece));
            }
            self.advance();
            let list = self.list(true)?;
            self.demand(")")?;
            return Ok(Some(Piece::Command(list)));
        }
        if c == '{' {
            self.advance();
            return self.braces(within).map(Some);
        }
        let name = if "@*#?-$!".contains(c) || c.is_ascii_digit() {
            self.advance();
            c.to_string()
        } else {
            self.name()
        };
        if name.is_empty() {
            return Ok(None);
        }
        Ok(Some(Piece::Parameter(Box::new(Parameter { name, operation: Operation::Value }))))
    }

    /// `((…))`; `None`, position restored, when it is `( (…) )` instead.
    fn arithmetic(&mut self) -> Parsed<Option<Piece>> {
        let (start, line) = (self.position, self.line);
        self.position += 2;
        let expression = self.pieces(Within::Arithmetic)?;
        if self.looks_at("))") {
            self.position += 2;
            return Ok(Some(Piece::Arithmetic(expression)));
        }
        if self.peek().is_none() {
            return Err(SyntaxError::Incomplete);
        }
        self.position = start;
        self.line = line;
        Ok(None)
    }
}

fn flush(text: &mut String, word: &mut Word) {
    if !text.is_empty() {
        word.push(Piece::Text(std::mem::take(text)));
    }
}

/// The text `$'…'` stands for. The shell's words are text: bytes that are none are replaced.
fn unescape_text(text: &str) -> String {
    String::from_utf8_lossy(&unescape(text)).into_owned()
}

/// The escapes of `$'…'`, `printf` formats and `echo -e`, octal `\0nnn` and `\nnn` included; `\c` is left alone.
///
/// Bytes, not text: `\377` is one byte, whatever the encoding.
pub(super) fn unescape(text: &str) -> Vec<u8> {
    let mut result = Vec::new();
    let mut character = [0; 4];
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        if c != '\\' {
            result.extend_from_slice(c.encode_utf8(&mut character).as_bytes());
            continue;
        }
        let Some(escape) = rest.next() else {
            result.push(b'\\');
            break;
        };
        match escape {
            'a' => result.push(b'\x07'),
            'b' => result.push(b'\x08'),
            'e' => result.push(b'\x1b'),
            'f' => result.push(b'\x0c'),
            'n' => result.push(b'\n'),
            'r' => result.push(b'\r'),
            't' => result.push(b'\t'),
            'v' => result.push(b'\x0b'),
            '\\' => result.push(b'\\'),
            '\'' => result.push(b'\''),
            '"' => result.push(b'"'),
            'x' => match digits(&mut rest, 16, 2) {
                Some(code) => result.push(code),
                None => result.extend_from_slice(b"\\x"),
            },
            '0'..='7' => {
                let first = escape.to_digit(8).unwrap_or(0);
                let more = if escape == '0' { 3 } else { 2 };
                let mut code = first;
                for _ in 0..more {
                    let Some(digit) = rest.peek().and_then(|c| c.to_digit(8)) else { break };
                    code = code * 8 + digit;
                    rest.next();
                }
                result.push((code & 0xff) as u8);
            }
            _ => {
                result.push(b'\\');
                result.extend_from_slice(escape.encode_utf8(&mut character).as_bytes());
            }
        }
    }
    result
}

fn digits(rest: &mut std::iter::Peekable<std::str::Chars<'_>>, radix: u32, most: usize) -> Option<u8> {
    let mut code = None;
    for _ in 0..most {
        let Some(digit) = rest.peek().and_then(|c| c.to_digit(radix)) else { break };
        code = Some(code.unwrap_or(0) * radix + digit);
        rest.next();
    }
    code.and_then(|code| u8::try_from(code).ok())
}
