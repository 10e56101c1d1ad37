//! Moving through a source text: characters, blanks, newlines, reserved words.

use super::parser::{Parsed, Parser, SyntaxError};

impl Parser<'_> {
    pub(super) fn peek(&self) -> Option<char> {
        self.text.get(self.position).copied()
    }

    pub(super) fn peek_at(&self, distance: usize) -> Option<char> {
        self.text.get(self.position + distance).copied()
    }

    /// Steps over one character; over a newline, also over the here-documents that follow it.
    pub(super) fn advance(&mut self) {
        if self.peek() == Some('\n') {
            self.line += 1;
            if let Some(&end) = self.here_documents.get(&self.position) {
                self.line += self.text[self.position + 1..end].iter().filter(|&&c| c == '\n').count();
                self.position = end;
                return;
            }
        }
        self.position += 1;
    }

    pub(super) fn looks_at(&self, text: &str) -> bool {
        text.chars().enumerate().all(|(distance, c)| self.peek_at(distance) == Some(c))
    }

    /// The text after the last line read.
    pub fn remaining(&self) -> String {
        self.text[self.position.min(self.text.len())..].iter().collect()
    }

    /// Spaces, tabs, continued lines and comments.
    pub(super) fn skip_blanks(&mut self) {
        loop {
            match self.peek() {
                Some(' ' | '\t' | '\r') => self.advance(),
                Some('\\') if self.peek_at(1) == Some('\n') => {
                    self.advance();
                    self.advance();
                }
                Some('#') => {
                    while self.peek().is_some_and(|c| c != '\n') {
                        self.advance();
                    }
                }
                _ => return,
            }
        }
    }

    pub(super) fn skip_newlines(&mut self) {
        loop {
            self.skip_blanks();
            if self.peek() != Some('\n') {
                return;
            }
            self.advance();
        }
    }

    /// Whether the reserved word stands here, alone.
    pub(super) fn at_reserved(&mut self, word: &str) -> bool {
        if !self.looks_at(word) {
            return false;
        }
        match self.peek_at(word.chars().count()) {
            None => true,
            Some(c) => c.is_whitespace() || ";&|()<>".contains(c),
        }
    }

    pub(super) fn take_reserved(&mut self, word: &str) -> bool {
        let here = self.at_reserved(word);
        if here {
            self.position += word.chars().count();
        }
        here
    }

    pub(super) fn demand_reserved(&mut self, word: &str) -> Parsed<()> {
        self.skip_newlines();
        if self.take_reserved(word) { Ok(()) } else { Err(self.unexpected()) }
    }

    pub(super) fn demand(&mut self, text: &str) -> Parsed<()> {
        self.skip_newlines();
        if !self.looks_at(text) {
            return Err(self.unexpected());
        }
        self.position += text.chars().count();
        Ok(())
    }

    /// A variable's name; empty when none stands here.
    pub(super) fn name(&mut self) -> String {
        let mut name = String::new();
        while let Some(c) = self.peek() {
            let fits = c == '_' || c.is_ascii_alphabetic() || (!name.is_empty() && c.is_ascii_digit());
            if !fits {
                break;
            }
            name.push(c);
            self.advance();
        }
        name
    }

    /// The error for whatever stands here.
    pub(super) fn unexpected(&self) -> SyntaxError {
        let Some(first) = self.peek() else { return SyntaxError::Incomplete };
        if first == '\n' {
            return SyntaxError::Unexpected("newline".to_owned());
        }
        for operator in ["&&", "||", ";;", ";&", "<<", ">>"] {
            if self.looks_at(operator) {
                return SyntaxError::Unexpected(format!("\"{operator}\""));
            }
        }
        if "()&|;<>".contains(first) {
            return SyntaxError::Unexpected(format!("\"{first}\""));
        }
        let word: String =
            self.text[self.position..].iter().take_while(|c| !c.is_whitespace() && !";&|()<>".contains(**c)).collect();
        if super::parser::RESERVED.contains(&word.as_str()) {
            SyntaxError::Unexpected(format!("\"{word}\""))
        } else {
            SyntaxError::Unexpected("word".to_owned())
        }
    }
}
