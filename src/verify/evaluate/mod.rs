//! One check in a world: what was found, or why not.

mod closest;
mod container;
mod file;
mod image;
mod layer;
mod observed;

use super::{Binding, Bindings, Check, CheckKind, Message, Verdict, World};

pub(super) use file::{Looked, look};

/// What one check says.
pub(super) enum Evaluation {
    /// It holds of each of these, newest first.
    Found(Vec<Binding>),
    /// It holds, of nothing in particular.
    Holds,
    /// It does not, or cannot be told.
    Not(Verdict),
}

/// A fact could not be read: the reason.
pub(super) type Unreadable = Message;

/// What a check asks, said with the learner's own names.
pub(super) fn expected(check: &Check, world: &World<'_>, bindings: &Bindings) -> Message {
    match &check.kind {
        CheckKind::Container(check) => container::expected(check, world, bindings),
        CheckKind::File(check) => file::expected(check, world, bindings),
        CheckKind::Image(check) => image::expected(check, world, bindings),
        CheckKind::Layer(check) => layer::expected(check),
        CheckKind::Logs(check) => observed::expected_logs(check, world, bindings),
        CheckKind::Process(check) => observed::expected_process(check, world, bindings),
        CheckKind::Ran(check) => observed::expected_ran(check),
    }
}

/// Evaluates one check.
pub(super) fn evaluate(check: &Check, world: &World<'_>, bindings: &Bindings) -> Evaluation {
    let expected = expected(check, world, bindings);
    let asked = expected.clone();
    let evaluation = match &check.kind {
        CheckKind::Container(check) => container::evaluate(check, world, bindings, asked),
        CheckKind::File(check) => file::evaluate(check, world, bindings, asked),
        CheckKind::Image(check) => image::evaluate(check, world, bindings, asked),
        CheckKind::Layer(check) => layer::evaluate(check, world, bindings, asked),
        CheckKind::Logs(check) => observed::logs(check, world, bindings, asked),
        CheckKind::Process(check) => observed::process(check, world, bindings, asked),
        CheckKind::Ran(check) => observed::ran(check, world, bindings, asked),
    };
    evaluation.unwrap_or_else(|why| Evaluation::Not(Verdict::CouldNotCheck { expected, why }))
}

/// `Holds` or unmet with these messages.
fn hold_or(holds: bool, expected: Message, observed: Message, next: Message) -> Evaluation {
    if holds { Evaluation::Holds } else { unmet(expected, observed, next) }
}

fn unmet(expected: Message, observed: Message, next: Message) -> Evaluation {
    Evaluation::Not(Verdict::Unmet { expected, observed, next })
}

/// Nothing bears the name yet: an earlier check is unmet.
fn unbound(expected: Message, name: &str) -> Evaluation {
    unmet(
        expected,
        Message::new("observed-unbound").text("name", name),
        Message::new("next-unbound").text("name", name),
    )
}
