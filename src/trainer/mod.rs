//! Lesson proofs and everything a trainer needs.
