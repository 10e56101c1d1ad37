//! State as JSON, for people to read; documents that have a digest, without a byte too many.

use serde::Serialize;
use serde_json::ser::{PrettyFormatter, Serializer};

/// Indented.
pub(crate) fn state(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec_pretty(value).expect("records of strings, numbers and maps of them are JSON")
}

/// On one line.
pub(crate) fn document(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("documents of strings, numbers and maps of them are JSON")
}

/// Indented by three spaces, as Docker writes the manifests it pushes.
pub(crate) fn manifest(value: &impl Serialize) -> Vec<u8> {
    let mut json = Vec::new();
    let mut serializer = Serializer::with_formatter(&mut json, PrettyFormatter::with_indent(b"   "));
    value.serialize(&mut serializer).expect("manifests of strings and numbers are JSON");
    json
}
