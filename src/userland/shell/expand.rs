//! From words to arguments: the expansions in POSIX's order (XCU 2.6).

use super::Shell;
use super::arithmetic;
use super::fields::{Fields, Splitting};
use super::flow::Stop;
use super::pattern::{self, Mark};
use super::syntax::{Operation, Piece, Word};

/// Whether a piece stands inside double quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quotation {
    /// Outside.
    Bare,
    /// Outside, in the word of a `${…}`: its literal blanks split too.
    BareInBraces,
    /// Inside.
    Double,
}

impl Shell {
    /// The arguments that `words` stand for, split and with file names in place of patterns.
    pub(super) fn expand_words(&mut self, words: &[Word]) -> Result<Vec<String>, Stop> {
        let mut arguments = Vec::new();
        for word in words {
            let mut fields = Fields::new(self.state.separators(), Splitting::Split);
            self.expand_into(word, Quotation::Bare, &mut fields)?;
            for field in fields.into_fields() {
                if !self.state.options.has('f') && pattern::is_pattern(&field) {
                    let paths = pattern::paths(&field);
                    if !paths.is_empty() {
                        arguments.extend(paths);
                        continue;
                    }
                }
                arguments.push(pattern::text_of(&field));
            }
        }
        Ok(arguments)
    }

    /// The text that a word stands for, neither split nor matched against files.
    pub(super) fn expand_text(&mut self, word: &Word) -> Result<String, Stop> {
        Ok(pattern::text_of(&self.expand_pattern(word)?))
    }

    /// A word as a pattern.
    pub(super) fn expand_pattern(&mut self, word: &Word) -> Result<Vec<Mark>, Stop> {
        let mut fields = Fields::new(self.state.separators(), Splitting::Whole);
        self.expand_into(word, Quotation::Bare, &mut fields)?;
        Ok(fields.into_fields().into_iter().flatten().collect())
    }

    pub(super) fn expand_into(&mut self, word: &Word, quotation: Quotation, fields: &mut Fields) -> Result<(), Stop> {
        for piece in word {
            match piece {
                Piece::Text(text) => match quotation {
                    Quotation::Bare => fields.push(text, false),
                    Quotation::BareInBraces => fields.push_result(text),
                    Quotation::Double => fields.push(text, true),
                },
                Piece::Quoted(text) => fields.push(text, true),
                Piece::DoubleQuoted(inner) => {
                    if !(is_all_parameters(inner) && self.state.positional.is_empty()) {
                        fields.begin();
                    }
                    self.expand_into(inner, Quotation::Double, fields)?;
                }
                Piece::Tilde(name) => {
                    let home = self.home_of(name);
                    fields.push(&home, true);
                }
                Piece::Parameter(parameter) => self.expand_parameter(parameter, quotation, fields)?,
                Piece::Command(list) => {
                    let output = self.substitute(list)?;
                    push_value(fields, quotation, &output);
                }
                Piece::Arithmetic(expression) => {
                    let text = self.expand_text(expression)?;
                    let value = self.compute(&text)?;
                    push_value(fields, quotation, &value.to_string());
                }
            }
        }
        Ok(())
    }

    /// The value of an arithmetic expression whose parameters are already expanded.
    pub(super) fn compute(&mut self, text: &str) -> Result<i64, Stop> {
        arithmetic::evaluate(text, self).map_err(|error| {
            self.complain(&error.to_string());
            Stop::Failed(2)
        })
    }

    fn home_of(&self, name: &str) -> String {
        let home = if name.is_empty() {
            self.state.get("HOME").map(str::to_owned)
        } else {
            crate::userland::accounts::user_by_name(name).map(|user| user.home)
        };
        home.unwrap_or_else(|| format!("~{name}"))
    }
}

/// Adds an expansion's result in the way its surroundings ask.
pub(super) fn push_value(fields: &mut Fields, quotation: Quotation, value: &str) {
    match quotation {
        Quotation::Double => fields.push(value, true),
        Quotation::Bare | Quotation::BareInBraces => fields.push_result(value),
    }
}

fn is_all_parameters(word: &Word) -> bool {
    matches!(word.as_slice(), [Piece::Parameter(parameter)] if parameter.name == "@" && parameter.operation == Operation::Value)
}

impl arithmetic::Variables for Shell {
    fn get(&self, name: &str) -> Option<String> {
        self.value_of(name)
    }

    fn set(&mut self, name: &str, value: i64) {
        if let Err(error) = self.state.set(name, value.to_string()) {
            self.complain(&error.to_string());
        }
    }
}
