//! State as JSON, for people to read; documents that have a digest, without a byte too many.

use serde::Serialize;

/// Indented.
pub(crate) fn state(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec_pretty(value).expect("records of strings, numbers and maps of them are JSON")
}

/// On one line.
pub(crate) fn document(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("documents of strings, numbers and maps of them are JSON")
}
