//! [`Message`]: something the course says, as a Fluent id and its arguments. The words live in `locales/*/*.ftl`.

use serde::Serialize;

/// A sentence to be said in the learner's language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Message {
    /// The Fluent id.
    pub id: &'static str,
    /// The Fluent arguments, in the order they were given.
    pub arguments: Vec<(&'static str, Argument)>,
}

/// One argument of a [`Message`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Argument {
    /// Text that is the learner's own: a name, an id, a path.
    Text(String),
    /// A number, left to the language's plural rules.
    Number(i64),
    /// Other messages, said first and joined by the language's list separator (Fluent id `list-separator`).
    Messages(Vec<Message>),
}

impl Message {
    /// A message without arguments.
    pub fn new(id: &'static str) -> Self {
        Self { id, arguments: Vec::new() }
    }

    /// The same message with a text argument.
    #[must_use]
    pub fn text(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.arguments.push((name, Argument::Text(value.into())));
        self
    }

    /// The same message with a number argument.
    #[must_use]
    pub fn number(mut self, name: &'static str, value: i64) -> Self {
        self.arguments.push((name, Argument::Number(value)));
        self
    }

    /// The same message with other messages as an argument.
    #[must_use]
    pub fn messages(mut self, name: &'static str, value: Vec<Message>) -> Self {
        self.arguments.push((name, Argument::Messages(value)));
        self
    }

    /// Every Fluent id this message needs, its own first.
    pub fn ids(&self) -> Vec<&'static str> {
        let mut ids = vec![self.id];
        for (_, argument) in &self.arguments {
            if let Argument::Messages(messages) = argument {
                ids.extend(messages.iter().flat_map(Message::ids));
            }
        }
        ids
    }
}
