//! A template cut into text and actions, and actions into tokens.

/// A template that cannot be read.
#[derive(Debug)]
pub struct ScanError {
    /// From 1.
    pub line: usize,
    /// In Go's words.
    pub message: String,
}

/// A piece of a template.
#[derive(Debug)]
pub enum Piece {
    /// Copied as it is.
    Text(String),
    /// The tokens between `{{` and `}}`.
    Action(Vec<Token>, usize),
}

/// A token with its place in the source.
#[derive(Debug, Clone)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Byte offset.
    pub position: usize,
    /// White space stood before it.
    pub spaced: bool,
}

/// What a token is.
#[derive(Debug, Clone, PartialEq)]
pub enum TokenKind {
    /// `.` alone.
    Dot,
    /// `.Name`.
    Field(String),
    /// `$` or `$x`.
    Variable(String),
    /// `if`, `json`, `true`…
    Word(String),
    /// A string.
    Text(String),
    /// A number.
    Number(f64, String),
    /// `|`
    Pipe,
    /// `:=`
    Declare,
    /// `=`
    Assign,
    /// `,`
    Comma,
    /// `(`
    Open,
    /// `)`
    Close,
}

/// Cuts a template.
pub fn scan(source: &str) -> Result<Vec<Piece>, ScanError> {
    let mut pieces = Vec::new();
    let mut at = 0;
    let mut trim_next = false;
    loop {
        let open = source[at..].find("{{").map(|offset| at + offset);
        let text = &source[at..open.unwrap_or(source.len())];
        let text = if trim_next { text.trim_start() } else { text };
        let Some(open) = open else {
            pieces.push(Piece::Text(text.to_owned()));
            return Ok(pieces);
        };
        let trims = source[open + 2..].starts_with('-') && source[open + 3..].starts_with(char::is_whitespace);
        pieces.push(Piece::Text(if trims { text.trim_end() } else { text }.to_owned()));
        let start = if trims { open + 3 } else { open + 2 };
        let (tokens, end, trim) = action(source, start)?;
        trim_next = trim;
        if let Some(tokens) = tokens {
            pieces.push(Piece::Action(tokens, open));
        }
        at = end;
    }
}

type Action = (Option<Vec<Token>>, usize, bool);

/// Reads up to `}}`; the tokens (`None` for a comment), where the text goes on, whether it is trimmed.
fn action(source: &str, start: usize) -> Result<Action, ScanError> {
    let error = |at: usize, message: &str| ScanError {
        line: 1 + source[..at.min(source.len())].matches('\n').count(),
        message: message.to_owned(),
    };
    if source[start..].trim_start().starts_with("/*") {
        let close = source[start..].find("*/").ok_or_else(|| error(start, "unclosed comment"))?;
        let after = start + close + 2;
        let trim = source[after..].trim_start().starts_with("-}}");
        let end = source[after..].find("}}").ok_or_else(|| error(start, "comment ends before closing delimiter"))?;
        return Ok((None, after + end + 2, trim));
    }
    let mut tokens = Vec::new();
    let mut at = start;
    let mut spaced = false;
    loop {
        let rest = &source[at..];
        let Some(letter) = rest.chars().next() else { return Err(error(at, "unclosed action")) };
        if rest.starts_with("}}") {
            return Ok((Some(tokens), at + 2, false));
        }
        if spaced && rest.starts_with("-}}") {
            return Ok((Some(tokens), at + 3, true));
        }
        if letter.is_whitespace() {
            spaced = true;
            at += letter.len_utf8();
            continue;
        }
        let (kind, length) = token(rest).map_err(|message| error(at, &message))?;
        tokens.push(Token { kind, position: at, spaced });
        spaced = false;
        at += length;
    }
}

fn token(rest: &str) -> Result<(TokenKind, usize), String> {
    let word_end = |from: usize| {
        rest[from..]
            .find(|letter: char| !letter.is_alphanumeric() && letter != '_')
            .map_or(rest.len(), |end| from + end)
    };
    let letter = rest.chars().next().unwrap_or(' ');
    let next = rest.chars().nth(1).unwrap_or(' ');
    Ok(match letter {
        '|' => (TokenKind::Pipe, 1),
        ',' => (TokenKind::Comma, 1),
        '(' => (TokenKind::Open, 1),
        ')' => (TokenKind::Close, 1),
        ':' if next == '=' => (TokenKind::Declare, 2),
        '=' => (TokenKind::Assign, 1),
        '"' => quoted(rest)?,
        '`' => {
            let end = rest[1..].find('`').ok_or("unterminated raw quoted string")?;
            (TokenKind::Text(rest[1..=end].to_owned()), end + 2)
        }
        '$' => {
            let end = word_end(1);
            (TokenKind::Variable(rest[..end].to_owned()), end)
        }
        '.' if next.is_ascii_digit() => number(rest)?,
        '.' => match word_end(1) {
            1 => (TokenKind::Dot, 1),
            end => (TokenKind::Field(rest[1..end].to_owned()), end),
        },
        _ if letter.is_ascii_digit() || matches!(letter, '-' | '+') => number(rest)?,
        _ if letter.is_alphanumeric() || letter == '_' => {
            let end = word_end(0);
            (TokenKind::Word(rest[..end].to_owned()), end)
        }
        _ => return Err(format!("unrecognized character in action: U+{:04X} {letter:?}", u32::from(letter))),
    })
}

fn number(rest: &str) -> Result<(TokenKind, usize), String> {
    let inside = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '_');
    let end = rest[1..].find(|letter| !inside(letter)).map_or(rest.len(), |end| end + 1);
    let text = &rest[..end];
    let value = text.parse().map_err(|_| format!("bad number syntax: \"{text}\""))?;
    Ok((TokenKind::Number(value, text.to_owned()), end))
}

fn quoted(rest: &str) -> Result<(TokenKind, usize), String> {
    let mut text = String::new();
    let mut letters = rest.char_indices().skip(1);
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Ok((TokenKind::Text(text), at + 1)),
            '\n' => break,
            '\\' => match letters.next() {
                Some((_, 'n')) => text.push('\n'),
                Some((_, 't')) => text.push('\t'),
                Some((_, 'r')) => text.push('\r'),
                Some((_, other)) => text.push(other),
                None => break,
            },
            other => text.push(other),
        }
    }
    Err("unterminated quoted string".to_owned())
}
