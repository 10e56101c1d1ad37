//! What is put into a string: names and numbers, by variable name.

use fluent_bundle::{FluentArgs, FluentValue};

/// The variables of one message. Numbers stay numbers, so that plurals agree.
#[derive(Debug, Default)]
pub struct Arguments(FluentArgs<'static>);

impl Arguments {
    /// No variable.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text.
    #[must_use]
    pub fn text(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.0.set(name, FluentValue::from(value.into()));
        self
    }

    /// Adds a number.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts shown to people")]
    pub fn number(mut self, name: &'static str, value: i64) -> Self {
        self.0.set(name, FluentValue::from(value as f64));
        self
    }

    /// Adds a text whose variable's name is only known when running (a check's own vocabulary).
    #[must_use]
    pub fn named(mut self, name: String, value: String) -> Self {
        self.0.set(name, FluentValue::from(value));
        self
    }

    pub(super) fn as_fluent(&self) -> &FluentArgs<'static> {
        &self.0
    }
}
