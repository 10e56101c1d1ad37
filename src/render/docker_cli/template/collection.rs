//! `len`, `index` and `slice`.

use super::datum::{Datum, Nil};

/// `len`.
pub fn length(value: &Datum) -> Result<Datum, String> {
    let length = match value {
        Datum::Text(text) => text.len(),
        Datum::List(items) => items.len(),
        Datum::Map(entries) => entries.len(),
        Datum::Nil(Nil::List | Nil::Map) => 0,
        Datum::Invalid | Datum::Nil(Nil::Pointer) => {
            return Err("reflect: call of reflect.Value.Type on zero Value".to_owned());
        }
        other => return Err(format!("len of type {}", pointed(other))),
    };
    Ok(Datum::Int(i64::try_from(length).unwrap_or(i64::MAX)))
}

/// The type, and not that of a pointer to it.
fn pointed(value: &Datum) -> &'static str {
    value.type_name().trim_start_matches('*')
}

/// `index x 1 2`: x[1][2]. What a map without types does not have is no value.
pub fn index(arguments: &[Datum], untyped: bool) -> Result<Datum, String> {
    let mut value = arguments[0].clone();
    for key in &arguments[1..] {
        value = match (&value, key) {
            (Datum::Invalid | Datum::Nil(Nil::Pointer), _) => return Err("index of untyped nil".to_owned()),
            (Datum::List(items), key) => items[checked(key, items.len(), "slice")?].clone(),
            (Datum::Nil(Nil::List), key) => {
                checked(key, 0, "slice")?;
                Datum::Invalid
            }
            (Datum::Text(text), key) => Datum::Int(i64::from(text.as_bytes()[checked(key, text.len(), "string")?])),
            (Datum::Map(entries), Datum::Text(key)) => {
                let found = entries.iter().find(|(known, _)| **known == **key).map(|(_, item)| item.clone());
                // What is missing is the zero of the values' type.
                found.unwrap_or_else(|| match entries.first() {
                    _ if untyped => Datum::Invalid,
                    Some((_, Datum::Text(_))) | None => Datum::from(""),
                    Some((_, Datum::List(_))) => Datum::Nil(Nil::List),
                    _ => Datum::Nil(Nil::Pointer),
                })
            }
            (Datum::Nil(Nil::Map), Datum::Text(_)) => Datum::from(""),
            (Datum::Map(_) | Datum::Nil(Nil::Map), key) => {
                return Err(format!("value has type {}; should be string", key.type_name()));
            }
            (other, _) => return Err(format!("can't index item of type {}", pointed(other))),
        };
    }
    Ok(value)
}

/// `slice x 1 2`: x[1:2].
pub fn slice(arguments: &[Datum]) -> Result<Datum, String> {
    let bounds = &arguments[1..];
    if bounds.len() > 3 {
        return Err(format!("too many slice indexes: {}", bounds.len()));
    }
    let total = match &arguments[0] {
        Datum::Invalid | Datum::Nil(Nil::Pointer) => return Err("slice of untyped nil".to_owned()),
        Datum::Text(_) if bounds.len() == 3 => return Err("cannot 3-index slice a string".to_owned()),
        Datum::Text(text) => text.len(),
        Datum::List(items) => items.len(),
        Datum::Nil(Nil::List) => 0,
        other => return Err(format!("can't slice item of type {}", pointed(other))),
    };
    let mut places = [0, total, total];
    for (place, bound) in places.iter_mut().zip(bounds) {
        *place = position(bound, total)?;
    }
    let [from, to, limit] = places;
    if from > to {
        return Err(format!("invalid slice index: {from} > {to}"));
    }
    if to > limit {
        return Err(format!("invalid slice index: {to} > {limit}"));
    }
    Ok(match &arguments[0] {
        Datum::Text(text) => String::from_utf8_lossy(&text.as_bytes()[from..to]).into_owned().into(),
        Datum::List(items) => Datum::List(items[from..to].to_vec().into()),
        other => other.clone(),
    })
}

/// A place inside; the one after the last panics in Go, in these words.
fn checked(key: &Datum, length: usize, what: &str) -> Result<usize, String> {
    let at = position(key, length)?;
    if at == length { Err(format!("reflect: {what} index out of range")) } else { Ok(at) }
}

fn position(key: &Datum, length: usize) -> Result<usize, String> {
    match key {
        Datum::Int(number) => {
            let at = usize::try_from(*number).ok().filter(|at| *at <= length);
            at.ok_or_else(|| format!("index out of range: {number}"))
        }
        Datum::Invalid | Datum::Nil(_) => Err("cannot index slice/array with nil".to_owned()),
        other => Err(format!("cannot index slice/array with type {}", other.type_name())),
    }
}
