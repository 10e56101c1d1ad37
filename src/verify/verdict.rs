//! [`Verdict`]: the three answers a check can give.

use serde::Serialize;

use super::{Binding, Bindings, Message};

/// Met, unmet, or could not check. The last never counts against the learner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "verdict", rename_all = "kebab-case")]
pub enum Verdict {
    /// It holds.
    Met {
        /// What was asked.
        expected: Message,
        /// What was found, when the check binds.
        found: Option<Binding>,
    },
    /// It does not hold.
    Unmet {
        /// What was asked.
        expected: Message,
        /// What is.
        observed: Message,
        /// What to do about it.
        next: Message,
    },
    /// The engine cannot tell.
    CouldNotCheck {
        /// What was asked.
        expected: Message,
        /// Why.
        why: Message,
    },
}

impl Verdict {
    /// Whether it holds.
    pub fn is_met(&self) -> bool {
        matches!(self, Self::Met { .. })
    }

    /// Whether it surely does not hold.
    pub fn is_unmet(&self) -> bool {
        matches!(self, Self::Unmet { .. })
    }

    /// What was asked.
    pub fn expected(&self) -> &Message {
        match self {
            Self::Met { expected, .. } | Self::Unmet { expected, .. } | Self::CouldNotCheck { expected, .. } => {
                expected
            }
        }
    }

    /// Every message it holds.
    pub fn messages(&self) -> Vec<&Message> {
        match self {
            Self::Met { expected, .. } => vec![expected],
            Self::Unmet { expected, observed, next } => vec![expected, observed, next],
            Self::CouldNotCheck { expected, why } => vec![expected, why],
        }
    }
}

/// The verdicts of a step's checks, in their order, and what they bind together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// One for each check.
    pub verdicts: Vec<Verdict>,
    /// What was bound before and what these checks found.
    pub bindings: Bindings,
}

impl Judgement {
    /// Whether all hold. A step without checks never holds by itself.
    pub fn is_met(&self) -> bool {
        !self.verdicts.is_empty() && self.verdicts.iter().all(Verdict::is_met)
    }
}
