//! Go templates (`text/template` and Docker's own functions): all of `--format`.
//!
//! Ours and not a crate's: Docker prints objects in the order of their fields (`{{json .}}`) and words its errors
//! with the place in the template; the crate at hand (gtmpl) keeps objects in hash maps and has its own words.

mod call;
mod collection;
mod compare;
mod constant;
mod datum;
mod escape;
mod execute;
mod functions;
mod lexer;
mod node;
mod parser;
mod pipeline;
mod printf;
mod shape;
#[cfg(test)]
mod tests;
mod typed;

use serde_json::Value;

use datum::{Datum, OBJECT, Typing};
use execute::{Execution, MissingKey};
use functions::Functions;
use parser::Trees;

/// A template that was read.
#[derive(Debug)]
pub struct Template {
    name: String,
    source: String,
    trees: Trees,
}

/// What a template is filled in with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// A row, or a report: a structure of this Go type.
    Structure(&'static str),
    /// The headings of a table: what has none is `<no value>`.
    Headings,
    /// An object of `inspect`: the structures of Docker's API, and its JSON when these do not do.
    Object,
}

impl Template {
    /// Reads a template. `name` is in its error messages; Docker mostly uses none.
    ///
    /// # Errors
    /// Go's sentence, from `template: ` on.
    pub fn parse(name: &str, source: &str) -> Result<Self, String> {
        let trees = parser::parse(name, source)
            .map_err(|error| format!("template: {name}:{}: {}", error.line, error.message))?;
        Ok(Self { name: name.to_owned(), source: source.to_owned(), trees })
    }

    /// Fills the template in.
    ///
    /// # Errors
    /// Go's sentence, from `template: ` on.
    pub fn render(&self, data: &Value, subject: Subject) -> Result<String, String> {
        match self.render_partly(data, subject) {
            (text, None) => Ok(text),
            (_, Some(message)) => Err(message),
        }
    }

    /// Fills the template in: the text, and Go's sentence where it had to stop.
    pub fn render_partly(&self, data: &Value, subject: Subject) -> (String, Option<String>) {
        let run = |typing, type_name, missing, functions| {
            let (name, source, trees) = (&self.name, &self.source, &self.trees);
            let execution = Execution { name, source, trees, missing, functions };
            let (text, error) = execution.run(&Datum::root(data, typing, type_name));
            (text, error.map(|error| error.message))
        };
        match subject {
            Subject::Structure(type_name) => run(Typing::Typed, type_name, MissingKey::NoValue, Functions::Values),
            Subject::Headings => run(Typing::Raw, "", MissingKey::NoValue, Functions::Headings),
            Subject::Object => match run(Typing::Typed, OBJECT, MissingKey::NoValue, Functions::Values) {
                (_, Some(_)) => run(Typing::Raw, "", MissingKey::Refused, Functions::Untyped),
                done => done,
            },
        }
    }
}

/// The mark of a row: the key under which it keeps what `.Label "name"` looks up. Never shown.
pub const LABELS_KEY: &str = "\0labels";

/// The key under which an object keeps what `json` makes of it, when its fields are written under other names. Never shown.
pub const JSON_KEY: &str = "\0json";
