//! [`Step`]: one exercise.

use serde::Deserialize;
use toml::Spanned;

use super::Line;
use crate::verify::{Check, Fact, Name};

/// One exercise of a lesson.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Its name; the `## id` heading of the prose.
    pub id: Spanned<Name>,
    /// What the learner does in it.
    pub kind: StepKind,
    /// What must hold for the step to be done. All of them.
    #[serde(default)]
    pub checks: Vec<Spanned<Check>>,
    /// Run before the learner begins, unseen.
    #[serde(default)]
    pub setup: Vec<Line>,
    /// What makes the checks hold.
    #[serde(default)]
    pub solution: Vec<Line>,
    /// Other right ways.
    #[serde(default)]
    pub alternatives: Vec<Spanned<Vec<Line>>>,
    /// Wrong ways, each with the check it must leave unmet.
    #[serde(default)]
    pub wrong: Vec<Spanned<Wrong>>,
    /// The ladder, nearest to the start first.
    #[serde(default)]
    pub hints: Vec<Spanned<Hint>>,
    /// What a *predict* step asks.
    pub question: Option<Spanned<Question>>,
    /// Off the critical path: may be left undone.
    #[serde(default)]
    pub bonus: bool,
    /// How long it takes a beginner.
    pub minutes: Option<u32>,
}

/// What the learner does in a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StepKind {
    /// Change the world.
    Do,
    /// Run an observing command.
    Look,
    /// Answer first; the engine's state is the answer key.
    Predict,
    /// Play.
    Free,
}

/// A wrong way.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wrong {
    /// The lines, from the step's start state.
    pub run: Vec<Line>,
    /// The check they must leave unmet: its `as` or `id`.
    pub unmet: Spanned<Name>,
}

/// One rung of the ladder. Its text is the `### indice ID` section of the step's prose.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hint {
    /// Its name.
    pub id: Name,
    /// Shown only when this holds.
    pub when: Option<Check>,
    /// Shown only when this does not hold.
    pub unless: Option<Check>,
    /// Shown only while this check of the step is unmet.
    pub unmet: Option<Name>,
}

/// A question whose answer is in the engine.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// The answers offered, each an answer the fact can give. Their texts are the `### choix ID` sections.
    pub choices: Vec<Name>,
    /// Where the engine keeps the answer.
    pub answer: Fact,
    /// Run once the learner has answered, shown, before the truth is read. Empty when the truth is there already.
    #[serde(default)]
    pub then: Vec<Line>,
}
