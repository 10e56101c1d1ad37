//! `${…}`: the name and what is done with its value.

use super::parser::{Parsed, Parser, SyntaxError};
use super::parser_word::Within;
use super::syntax::{Emptiness, Extent, Operation, Parameter, Piece, Place, Word};

impl Parser<'_> {
    /// After `${`.
    pub(super) fn braces(&mut self, within: Within) -> Parsed<Piece> {
        let counts = self.peek() == Some('#')
            && self.peek_at(1).is_some_and(|c| c.is_alphanumeric() || "_@*#?-$!".contains(c))
            && !(self.peek_at(2).is_none_or(|c| c != '}') && self.peek_at(1).is_some_and(|c| "#-?".contains(c)));
        if counts {
            self.advance();
        }
        let name = self.parameter_name()?;
        let operation = if counts { Operation::Length } else { self.operation(within)? };
        match self.peek() {
            Some('}') => self.advance(),
            Some(_) => return Err(SyntaxError::BadSubstitution),
            None => return Err(SyntaxError::Incomplete),
        }
        Ok(Piece::Parameter(Box::new(Parameter { name, operation })))
    }

    fn parameter_name(&mut self) -> Parsed<String> {
        let c = self.peek().ok_or(SyntaxError::Incomplete)?;
        if c.is_ascii_digit() {
            let mut digits = String::new();
            while let Some(digit) = self.peek().filter(char::is_ascii_digit) {
                digits.push(digit);
                self.advance();
            }
            return Ok(digits);
        }
        if "@*#?-$!".contains(c) {
            self.advance();
            return Ok(c.to_string());
        }
        let name = self.name();
        if name.is_empty() { Err(SyntaxError::BadSubstitution) } else { Ok(name) }
    }

    fn operation(&mut self, within: Within) -> Parsed<Operation> {
        let inner = if within.quoted() { Within::QuotedBraces } else { Within::Braces };
        let colon = self.peek() == Some(':');
        let emptiness = if colon { Emptiness::Refused } else { Emptiness::Accepted };
        if colon {
            self.advance();
        }
        let Some(c) = self.peek() else { return Err(SyntaxError::Incomplete) };
        if "-=?+".contains(c) {
            self.advance();
            let word = self.pieces(inner)?;
            return Ok(match c {
                '-' => Operation::Default(emptiness, word),
                '=' => Operation::Assign(emptiness, word),
                '?' => Operation::Demand(emptiness, word),
                _ => Operation::Alternative(emptiness, word),
            });
        }
        if colon {
            let offset = self.pieces(Within::BracesOffset)?;
            let mut length = None;
            if self.peek() == Some(':') {
                self.advance();
                length = Some(self.pieces(Within::Braces)?);
            }
            return Ok(Operation::Substring(offset, length));
        }
        match c {
            '#' | '%' => {
                self.advance();
                let extent = if self.peek() == Some(c) {
                    self.advance();
                    Extent::Longest
                } else {
                    Extent::Shortest
                };
                let pattern = self.pieces(Within::Braces)?;
                Ok(if c == '#' {
                    Operation::RemovePrefix(extent, pattern)
                } else {
                    Operation::RemoveSuffix(extent, pattern)
                })
            }
            '/' => {
                self.advance();
                let place = match self.peek() {
                    Some('/') => Place::All,
                    Some('#') => Place::Start,
                    Some('%') => Place::End,
                    _ => Place::First,
                };
                if place != Place::First {
                    self.advance();
                }
                let pattern = self.pieces(Within::BracesPattern)?;
                let mut replacement = Word::new();
                if self.peek() == Some('/') {
                    self.advance();
                    replacement = self.pieces(Within::Braces)?;
                }
                Ok(Operation::Replace(place, pattern, replacement))
            }
            _ => Ok(Operation::Value),
        }
    }
}
