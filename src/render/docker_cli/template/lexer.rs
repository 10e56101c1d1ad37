//! A template cut into tokens, as Go's `text/template/parse` cuts it.

/// A piece of a template with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// As typed; for an error, its sentence.
    pub text: String,
    /// Byte offset.
    pub position: usize,
    /// From 1.
    pub line: usize,
}

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenKind {
    /// Outside of actions.
    Text,
    /// `{{`
    LeftDelimiter,
    /// `}}`
    RightDelimiter,
    /// White space inside an action.
    Space,
    /// A sign without a meaning of its own, such as `,`.
    Character,
    /// `'a'`
    CharacterConstant,
    /// `12`, `-1.5`
    Number,
    /// `"…"`
    Quoted,
    /// `` `…` ``
    Raw,
    /// `$x`
    Variable,
    /// `.Name`
    Field,
    /// A function's name.
    Identifier,
    /// `true`, `false`
    Bool,
    /// `=`
    Assign,
    /// `:=`
    Declare,
    /// `|`
    Pipe,
    /// `(`
    LeftParenthesis,
    /// `)`
    RightParenthesis,
    /// `.`, `nil`, `if`, `end` and their like.
    Keyword,
    /// What cannot be read.
    Error,
    /// The end.
    End,
}

const KEYWORDS: &[&str] =
    &["block", "break", "continue", "define", "else", "end", "if", "range", "nil", "template", "with"];

/// Cuts a template. The last token is an error or the end.
pub fn tokens(source: &str) -> Vec<Token> {
    let mut lexer = Lexer { source, start: 0, at: 0, depth: 0, tokens: Vec::new() };
    let ended = lexer.text();
    if let Err(message) = ended {
        lexer.push(TokenKind::Error, message);
    } else {
        lexer.start = source.len();
        lexer.push(TokenKind::End, String::new());
    }
    lexer.tokens
}

struct Lexer<'a> {
    source: &'a str,
    start: usize,
    at: usize,
    depth: usize,
    tokens: Vec<Token>,
}

type Lexed = Result<(), String>;

impl Lexer<'_> {
    fn rest(&self) -> &str {
        &self.source[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn next(&mut self) -> Option<char> {
        let letter = self.peek()?;
        self.at += letter.len_utf8();
        Some(letter)
    }

    fn accept(&mut self, set: &str) -> bool {
        let found = self.peek().is_some_and(|letter| set.contains(letter));
        if found {
            self.next();
        }
        found
    }

    fn accept_run(&mut self, set: &str) {
        while self.accept(set) {}
    }

    fn push(&mut self, kind: TokenKind, text: String) {
        let line = 1 + self.source[..self.start].matches('\n').count();
        self.tokens.push(Token { kind, text, position: self.start, line });
        self.start = self.at;
    }

    fn emit(&mut self, kind: TokenKind) {
        self.push(kind, self.source[self.start..self.at].to_owned());
    }

    /// Outside of actions, up to the end.
    fn text(&mut self) -> Lexed {
        loop {
            let Some(found) = self.rest().find("{{") else {
                self.at = self.source.len();
                if self.at > self.start {
                    self.emit(TokenKind::Text);
                }
                return Ok(());
            };
            let delimiter = self.at + found;
            let trims = has_left_marker(&self.source[delimiter + 2..]);
            let text = &self.source[self.start..delimiter];
            let text = if trims { text.trim_end_matches(is_space) } else { text };
            if !text.is_empty() {
                let text = text.to_owned();
                self.push(TokenKind::Text, text);
            }
            (self.start, self.at) = (delimiter, delimiter + 2);
            let trim_next = self.action(trims)?;
            if trim_next {
                self.at += self.rest().len() - self.rest().trim_start_matches(is_space).len();
            }
            self.start = self.at;
        }
    }

    /// From after `{{` to after `}}`; whether what follows is trimmed.
    fn action(&mut self, marker: bool) -> Result<bool, String> {
        let after_marker = if marker { 2 } else { 0 };
        if self.rest()[after_marker..].starts_with("/*") {
            return self.comment(after_marker);
        }
        self.emit(TokenKind::LeftDelimiter);
        self.at += after_marker;
        self.start = self.at;
        self.depth = 0;
        loop {
            if let Some(length) = self.right_delimiter() {
                if self.depth > 0 {
                    return Err("unclosed left paren".to_owned());
                }
                self.at += length;
                self.start = self.at - 2;
                self.emit(TokenKind::RightDelimiter);
                return Ok(length > 2);
            }
            self.inside()?;
        }
    }

    fn comment(&mut self, after_marker: usize) -> Result<bool, String> {
        self.at += after_marker;
        self.start = self.at;
        let end = self.rest().find("*/").ok_or("unclosed comment")?;
        self.at += end + 2;
        let length = self.right_delimiter().ok_or("comment ends before closing delimiter")?;
        self.at += length;
        Ok(length > 2)
    }

    /// The length of `}}` or ` -}}`, when it is here.
    fn right_delimiter(&self) -> Option<usize> {
        let rest = self.rest();
        if rest.starts_with("}}") {
            return Some(2);
        }
        let marked = rest.strip_prefix(is_space).is_some_and(|rest| rest.starts_with("-}}"));
        marked.then_some(4)
    }

    fn inside(&mut self) -> Lexed {
        let Some(letter) = self.next() else { return Err("unclosed action".to_owned()) };
        match letter {
            _ if is_space(letter) => {
                // A marker needs the last space before it.
                while self.peek().is_some_and(is_space) && self.right_delimiter().is_none() {
                    self.next();
                }
                self.emit(TokenKind::Space);
            }
            '=' => self.emit(TokenKind::Assign),
            ':' => {
                if self.next() != Some('=') {
                    return Err("expected :=".to_owned());
                }
                self.emit(TokenKind::Declare);
            }
            '|' => self.emit(TokenKind::Pipe),
            '"' => self.quoted('"', TokenKind::Quoted, "unterminated quoted string")?,
            '\'' => self.quoted('\'', TokenKind::CharacterConstant, "unterminated character constant")?,
            '`' => {
                let end = self.rest().find('`').ok_or("unterminated raw quoted string")?;
                self.at += end + 1;
                self.emit(TokenKind::Raw);
            }
            '$' => self.name(TokenKind::Variable)?,
            '.' if !self.peek().is_some_and(|next| next.is_ascii_digit()) => {
                let kind = if self.at_terminator() { TokenKind::Keyword } else { TokenKind::Field };
                self.name(kind)?;
            }
            '.' | '+' | '-' | '0'..='9' => {
                self.at -= 1;
                self.number()?;
            }
            '(' => {
                self.depth += 1;
                self.emit(TokenKind::LeftParenthesis);
            }
            ')' => {
                self.depth = self.depth.checked_sub(1).ok_or("unexpected right paren")?;
                self.emit(TokenKind::RightParenthesis);
            }
            _ if is_word(letter) => {
                self.at -= letter.len_utf8();
                self.name(TokenKind::Identifier)?;
            }
            ' '..='~' => self.emit(TokenKind::Character),
            _ => return Err(format!("unrecognized character in action: {}", unicode(letter))),
        }
        Ok(())
    }

    fn quoted(&mut self, quote: char, kind: TokenKind, unterminated: &str) -> Lexed {
        loop {
            match self.next() {
                Some('\\') if !matches!(self.peek(), None | Some('\n')) => {
                    self.next();
                }
                Some('\\' | '\n') | None => return Err(unterminated.to_owned()),
                Some(letter) if letter == quote => break,
                Some(_) => {}
            }
        }
        self.emit(kind);
        Ok(())
    }

    fn name(&mut self, kind: TokenKind) -> Lexed {
        while self.peek().is_some_and(is_word) {
            self.next();
        }
        if let Some(letter) = self.peek().filter(|_| !self.at_terminator()) {
            return Err(format!("bad character {}", unicode(letter)));
        }
        let word = &self.source[self.start..self.at];
        let kind = match kind {
            TokenKind::Identifier if KEYWORDS.contains(&word) => TokenKind::Keyword,
            TokenKind::Identifier if matches!(word, "true" | "false") => TokenKind::Bool,
            other => other,
        };
        self.emit(kind);
        Ok(())
    }

    fn at_terminator(&self) -> bool {
        match self.peek() {
            None | Some('.' | ',' | '|' | ':' | ')' | '(') => true,
            Some(letter) => is_space(letter) || self.rest().starts_with("}}"),
        }
    }

    fn number(&mut self) -> Lexed {
        self.accept("+-");
        let mut digits = "0123456789_";
        if self.accept("0") {
            if self.accept("xX") {
                digits = "0123456789abcdefABCDEF_";
            } else if self.accept("oO") {
                digits = "01234567_";
            } else if self.accept("bB") {
                digits = "01_";
            }
        }
        self.accept_run(digits);
        if self.accept(".") {
            self.accept_run(digits);
        }
        let exponent = if digits.len() == 11 { "eE" } else { "pP" };
        if (digits.len() == 11 || digits.len() == 23) && self.accept(exponent) {
            self.accept("+-");
            self.accept_run("0123456789_");
        }
        if self.peek().is_some_and(is_word) {
            self.next();
            return Err(format!("bad number syntax: {:?}", &self.source[self.start..self.at]));
        }
        self.emit(TokenKind::Number);
        Ok(())
    }
}

fn has_left_marker(text: &str) -> bool {
    text.strip_prefix('-').is_some_and(|rest| rest.starts_with(is_space))
}

fn is_space(letter: char) -> bool {
    matches!(letter, ' ' | '\t' | '\r' | '\n')
}

fn is_word(letter: char) -> bool {
    letter == '_' || letter.is_alphanumeric()
}

fn unicode(letter: char) -> String {
    format!("U+{:04X} '{letter}'", u32::from(letter))
}
