//! Values as Go prints them.

use serde_json::Value;

use super::{JSON_KEY, LABELS_KEY};
use super::parse::{Base, Term};

/// As `%v`.
pub fn plain(value: &Value) -> String {
    match value {
        Value::Null => "<nil>".to_owned(),
        Value::Bool(truth) => truth.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        Value::Array(items) => format!("[{}]", items.iter().map(plain).collect::<Vec<_>>().join(" ")),
        Value::Object(fields) => {
            let mut pairs: Vec<String> = fields
                .iter()
                .filter(|(key, _)| *key != LABELS_KEY)
                .map(|(key, value)| format!("{key}:{}", plain(value)))
                .collect();
            pairs.sort();
            format!("map[{}]", pairs.join(" "))
        }
    }
}

/// What Go calls true: anything but its type's zero.
pub fn is_true(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(truth) => *truth,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(fields) => !fields.is_empty(),
    }
}

/// The Go type a value would have.
pub fn go_type(value: &Value) -> &'static str {
    match value {
        Value::Null => "nil",
        Value::Bool(_) => "bool",
        Value::Number(_) => "float64",
        Value::String(_) => "string",
        Value::Array(_) => "[]interface {}",
        Value::Object(_) => "map[string]interface {}",
    }
}

/// Compact JSON. A whole row of a table goes through `json.Marshal` in Docker, which escapes `<`, `>` and `&`;
/// any other value through an encoder that does not.
pub fn json(value: &Value) -> String {
    match value {
        Value::Object(fields) if fields.contains_key(LABELS_KEY) => {
            let shown: serde_json::Map<String, Value> = fields
                .iter()
                .filter(|(key, _)| *key != LABELS_KEY)
                .map(|(key, value)| (key.clone(), value.clone()))
                .collect();
            let text = Value::Object(shown).to_string();
            text.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
        }
        Value::Object(fields) if fields.contains_key(JSON_KEY) => json(&fields[JSON_KEY]),
        other => other.to_string(),
    }
}

/// A term as Go shows it in an error.
pub fn source_of(term: &Term) -> String {
    let base = match &term.base {
        Base::Dot if term.fields.is_empty() => ".".to_owned(),
        Base::Dot => String::new(),
        Base::Variable(name) | Base::Function(name) => name.clone(),
        Base::Constant(Value::String(text)) => format!("{text:?}"),
        Base::Constant(value) => plain(value),
        Base::Group(_) => "(…)".to_owned(),
    };
    term.fields.iter().fold(base, |text, field| format!("{text}.{field}"))
}
