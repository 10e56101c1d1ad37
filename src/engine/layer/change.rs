//! One line of `docker diff`.

use serde::{Deserialize, Serialize};

/// What happened to a path of the container's file system.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Change {
    /// Absolute, as seen in the container.
    pub path: String,
    /// What happened.
    pub kind: ChangeKind,
}

/// Docker's three letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum ChangeKind {
    /// `C`
    #[serde(rename = "C")]
    Changed,
    /// `A`
    #[serde(rename = "A")]
    Added,
    /// `D`
    #[serde(rename = "D")]
    Deleted,
}

impl ChangeKind {
    /// `A`, `C` or `D`.
    pub fn letter(self) -> char {
        match self {
            Self::Changed => 'C',
            Self::Added => 'A',
            Self::Deleted => 'D',
        }
    }
}
