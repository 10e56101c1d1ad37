//! `eq`, `ne`, `lt`, `le`, `gt`, `ge`.

use std::cmp::Ordering;

use super::datum::Datum;

const INCOMPATIBLE: &str = "incompatible types for comparison";

/// One of the six.
pub fn call(name: &str, arguments: &[Datum]) -> Result<bool, String> {
    let (first, others) = (&arguments[0], &arguments[1..]);
    match name {
        "eq" => {
            if others.is_empty() {
                return Err("missing argument for comparison".to_owned());
            }
            for other in others {
                if equal(first, other)? {
                    return Ok(true);
                }
            }
            Ok(false)
        }
        "ne" => equal(first, &others[0]).map(|equal| !equal),
        "lt" => order(first, &others[0]).map(Ordering::is_lt),
        "le" => order(first, &others[0]).map(Ordering::is_le),
        "gt" => order(first, &others[0]).map(Ordering::is_gt),
        _ => order(first, &others[0]).map(Ordering::is_ge),
    }
}

fn equal(left: &Datum, right: &Datum) -> Result<bool, String> {
    match (left, right) {
        (Datum::Bool(left), Datum::Bool(right)) => Ok(left == right),
        (Datum::Int(left), Datum::Int(right)) => Ok(left == right),
        (Datum::Float(left), Datum::Float(right)) => Ok(left.total_cmp(right).is_eq()),
        (Datum::Text(left), Datum::Text(right)) => Ok(left == right),
        (Datum::Invalid | Datum::Nil(_), Datum::Invalid | Datum::Nil(_)) => Ok(true),
        (Datum::Invalid | Datum::Nil(_), _) | (_, Datum::Invalid | Datum::Nil(_)) => Ok(false),
        (Datum::List(_), Datum::List(_)) | (Datum::Map(_), Datum::Map(_)) => {
            Err(format!("non-comparable type {}: {}", left.plain(), left.type_name()))
        }
        _ => Err(INCOMPATIBLE.to_owned()),
    }
}

fn order(left: &Datum, right: &Datum) -> Result<Ordering, String> {
    match (left, right) {
        (Datum::Int(left), Datum::Int(right)) => Ok(left.cmp(right)),
        (Datum::Float(left), Datum::Float(right)) => Ok(left.total_cmp(right)),
        (Datum::Text(left), Datum::Text(right)) => Ok(left.cmp(right)),
        (
            Datum::Int(_) | Datum::Float(_) | Datum::Text(_) | Datum::Bool(_),
            Datum::Int(_) | Datum::Float(_) | Datum::Text(_),
        )
        | (Datum::Int(_) | Datum::Float(_) | Datum::Text(_), Datum::Bool(_)) => Err(INCOMPATIBLE.to_owned()),
        _ => Err("invalid type for comparison".to_owned()),
    }
}
