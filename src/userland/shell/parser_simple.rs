//! Simple commands, function definitions, redirections and here-documents.

use super::parser::{Parsed, Parser, SyntaxError};
use super::syntax::{Assignment, Command, CommandKind, Piece, Redirection, RedirectionKind, Word};

impl Parser<'_> {
    pub(super) fn simple_or_function(&mut self, line: usize) -> Parsed<Command> {
        let mut assignments = Vec::new();
        let mut words = Vec::new();
        let mut redirections = Vec::new();
        loop {
            self.skip_blanks();
            if let Some(redirection) = self.redirection()? {
                redirections.push(redirection);
                continue;
            }
            if words.is_empty() {
                if let Some(assignment) = self.assignment()? {
                    assignments.push(assignment);
                    continue;
                }
                if let Some(name) = self.function_head() {
                    self.skip_newlines();
                    let body = Box::new(self.command()?);
                    return Ok(Command { kind: CommandKind::Function { name, body }, redirections, line });
                }
            }
            match self.word()? {
                Some(word) => words.push(word),
                None => break,
            }
        }
        if assignments.is_empty() && words.is_empty() && redirections.is_empty() {
            return Err(self.unexpected());
        }
        Ok(Command { kind: CommandKind::Simple { assignments, words }, redirections, line })
    }

    /// `name()` or `function name`, consumed; `None` leaves the position.
    fn function_head(&mut self) -> Option<String> {
        let start = self.position;
        let keyword = self.take_reserved("function");
        self.skip_blanks();
        let mut name = String::new();
        while let Some(c) = self.peek().filter(|c| c.is_ascii_alphanumeric() || "_-.".contains(*c)) {
            name.push(c);
            self.advance();
        }
        self.skip_blanks();
        if !name.is_empty() && self.peek() == Some('(') {
            self.advance();
            self.skip_blanks();
            if self.peek() == Some(')') {
                self.advance();
                return Some(name);
            }
        } else if keyword && !name.is_empty() {
            return Some(name);
        }
        self.position = start;
        None
    }

    fn assignment(&mut self) -> Parsed<Option<Assignment>> {
        let start = self.position;
        let name = self.name();
        let appends = self.looks_at("+=");
        if name.is_empty() || !(appends || self.peek() == Some('=')) {
            self.position = start;
            return Ok(None);
        }
        self.position += if appends { 2 } else { 1 };
        let value = self.word()?.unwrap_or_default();
        Ok(Some(Assignment { name, value, appends }))
    }

    pub(super) fn redirections(&mut self) -> Parsed<Vec<Redirection>> {
        let mut redirections = Vec::new();
        loop {
            self.skip_blanks();
            match self.redirection()? {
                Some(redirection) => redirections.push(redirection),
                None => return Ok(redirections),
            }
        }
    }

    fn redirection(&mut self) -> Parsed<Option<Redirection>> {
        let start = self.position;
        let mut digits = String::new();
        while let Some(c) = self.peek().filter(char::is_ascii_digit) {
            digits.push(c);
            self.advance();
        }
        let operators = [
            ("<<<", RedirectionKind::HereString),
            ("<<", RedirectionKind::HereDocument),
            ("<&", RedirectionKind::DuplicateInput),
            ("<>", RedirectionKind::ReadWrite),
            ("<", RedirectionKind::Read),
            (">>", RedirectionKind::Append),
            (">&", RedirectionKind::DuplicateOutput),
            (">|", RedirectionKind::Write),
            (">", RedirectionKind::Write),
            ("&>", RedirectionKind::WriteBoth),
        ];
        let found = operators.iter().find(|(text, _)| self.looks_at(text)).copied();
        let (Some((text, kind)), Ok(descriptor)) = (found, parse_descriptor(&digits)) else {
            self.position = start;
            return Ok(None);
        };
        self.position += text.len();
        let target = if kind == RedirectionKind::HereDocument {
            self.here_document()?
        } else {
            self.skip_blanks();
            self.word()?.ok_or_else(|| self.unexpected())?
        };
        Ok(Some(Redirection { descriptor, kind, target }))
    }

    /// Reads the delimiter here and the body after the end of this line.
    fn here_document(&mut self) -> Parsed<Word> {
        let strips_tabs = self.peek() == Some('-');
        if strips_tabs {
            self.advance();
        }
        self.skip_blanks();
        let delimiter_word = self.word()?.ok_or_else(|| self.unexpected())?;
        let (delimiter, quoted) = flat(&delimiter_word);
        let newline = self.end_of_line().ok_or(SyntaxError::Incomplete)?;
        let mut start = self.here_documents.get(&newline).copied().unwrap_or(newline + 1);
        let mut body = String::new();
        loop {
            if start >= self.text.len() {
                return Err(SyntaxError::Incomplete);
            }
            let end = (start..self.text.len()).find(|&i| self.text[i] == '\n').unwrap_or(self.text.len());
            let mut line: String = self.text[start..end].iter().collect();
            if strips_tabs {
                line = line.trim_start_matches('\t').to_owned();
            }
            start = (end + 1).min(self.text.len());
            if line == delimiter {
                break;
            }
            body.push_str(&line);
            body.push('\n');
        }
        self.here_documents.insert(newline, start);
        if quoted { Ok(vec![Piece::Quoted(body)]) } else { self.sub_parser(&body).here_text() }
    }

    /// Where the newline that ends the present line is, quotations skipped.
    fn end_of_line(&self) -> Option<usize> {
        let mut index = self.position;
        let mut quote = None;
        while index < self.text.len() {
            match (self.text[index], quote) {
                ('\n', None) => return Some(index),
                ('\\', None | Some('"')) => index += 1,
                (c @ ('\'' | '"'), None) => quote = Some(c),
                (c, Some(q)) if c == q => quote = None,
                _ => {}
            }
            index += 1;
        }
        None
    }
}

fn parse_descriptor(digits: &str) -> Result<Option<u32>, std::num::ParseIntError> {
    if digits.is_empty() { Ok(None) } else { digits.parse().map(Some) }
}

/// The delimiter without its quotation, and whether it had one.
fn flat(word: &Word) -> (String, bool) {
    let mut text = String::new();
    let mut quoted = false;
    for piece in word {
        match piece {
            Piece::Text(part) => text.push_str(part),
            Piece::Tilde(name) => {
                text.push('~');
                text.push_str(name);
            }
            Piece::Quoted(part) => {
                quoted = true;
                text.push_str(part);
            }
            Piece::DoubleQuoted(inner) => {
                quoted = true;
                text.push_str(&flat(inner).0);
            }
            _ => {}
        }
    }
    (text, quoted)
}
