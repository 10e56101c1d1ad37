//! What was typed after a verb, sorted into flags and arguments, and read with the verb's flag table.
//!
//! Owns the words *flag use* and *argument*. Reading by name is checked against the table: asking for a flag
//! that the verb does not declare is a fault of ours that the tests of each verb find.

use std::ops::Range;

use super::flag::Flag;
use super::verb::Verb;

/// A verb with its flags and arguments, before it becomes a command.
#[derive(Debug, Clone)]
pub struct Words {
    /// Which verb.
    pub verb: &'static Verb,
    /// The name it goes by in messages: `ps`, `container ls`.
    pub said: &'static str,
    /// The flags in the order they were typed.
    pub uses: Vec<FlagUse>,
    /// The arguments in the order they were typed.
    pub arguments: Vec<Argument>,
}

/// A flag that was typed.
#[derive(Debug, Clone)]
pub struct FlagUse {
    /// Which one.
    pub flag: &'static Flag,
    /// Its value; `true` for a boolean without one.
    pub value: String,
    /// Which words of the line it and its value are.
    pub words: Range<usize>,
}

/// An argument that was typed.
#[derive(Debug, Clone)]
pub struct Argument {
    /// The word.
    pub text: String,
    /// Which word of the line.
    pub word: usize,
}

impl Words {
    /// `docker run`, for messages.
    pub fn command_line(&self) -> String {
        format!("docker {}", self.said)
    }

    /// `run`, `container run`: as it was typed.
    pub fn said(&self) -> &'static str {
        self.said
    }

    /// The short name, which `run` and `create` call themselves by whatever was typed.
    pub fn short(&self) -> &'static str {
        self.verb.names.last().copied().unwrap_or(self.said)
    }

    /// Whether a flag was typed.
    pub fn given(&self, long: &str) -> bool {
        self.uses.iter().any(|used| used.flag.long == long)
    }

    /// The last value of a flag, or its default; `None` when there is neither.
    pub fn text(&self, long: &str) -> Option<&str> {
        let typed = self.uses.iter().rev().find(|used| used.flag.long == long).map(|used| used.value.as_str());
        typed.or_else(|| Some(self.verb.flag(long)?.default).filter(|default| !default.is_empty()))
    }

    /// The last value of a flag, owned; `None` when it is empty.
    pub fn owned(&self, long: &str) -> Option<String> {
        self.text(long).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// A boolean flag.
    pub fn bool(&self, long: &str) -> bool {
        self.text(long).and_then(super::value::parse_bool).unwrap_or(false)
    }

    /// An integer flag that was typed.
    pub fn int(&self, long: &str) -> Option<i64> {
        self.given(long).then(|| super::value::number::int(self.text(long)?, 64).ok()).flatten()
    }

    /// Every value of a flag that may be repeated.
    pub fn list(&self, long: &str) -> Vec<String> {
        self.uses.iter().filter(|used| used.flag.long == long).map(|used| used.value.clone()).collect()
    }

    /// The nth argument; empty when there are fewer (the verb's rule says how many there are).
    pub fn argument(&self, position: usize) -> String {
        self.arguments.get(position).map(|argument| argument.text.clone()).unwrap_or_default()
    }

    /// The arguments from a position on.
    pub fn arguments_from(&self, position: usize) -> Vec<String> {
        self.arguments.iter().skip(position).map(|argument| argument.text.clone()).collect()
    }
}
