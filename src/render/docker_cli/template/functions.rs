//! The functions of `text/template`, and those Docker adds.

use std::cmp::Ordering;

use serde_json::Value;

use super::print::{is_true, json, plain};

const KNOWN: &[&str] = &[
    "and", "eq", "ge", "gt", "index", "join", "json", "le", "len", "lower", "lt", "ne", "not", "or", "pad", "print",
    "printf", "println", "slice", "split", "table", "title", "truncate", "upper",
];

/// Whether a template may call it.
pub fn is_known(name: &str) -> bool {
    KNOWN.contains(&name)
}

/// Calls a function.
pub fn call(name: &str, arguments: &[Value]) -> Result<Value, String> {
    let text = |position: usize| arguments.get(position).map(plain).unwrap_or_default();
    let number = |position: usize| {
        let found = arguments.get(position).and_then(Value::as_u64).unwrap_or_default();
        usize::try_from(found).unwrap_or(usize::MAX)
    };
    let wanted = match name {
        "json" | "len" | "lower" | "not" | "title" | "upper" => 1,
        "join" | "split" | "truncate" | "ge" | "gt" | "le" | "lt" | "ne" => 2,
        "pad" => 3,
        _ => arguments.len().max(usize::from(matches!(name, "and" | "or" | "index" | "slice" | "printf" | "eq"))),
    };
    if arguments.len() != wanted {
        return Err(format!("wrong number of args for {name}: want {wanted} got {}", arguments.len()));
    }
    Ok(match name {
        "json" => json(&arguments[0]).into(),
        "lower" => text(0).to_lowercase().into(),
        "upper" => text(0).to_uppercase().into(),
        "title" => title(&text(0)).into(),
        "join" => list(&arguments[0])?.iter().map(plain).collect::<Vec<_>>().join(&text(1)).into(),
        "split" => text(0).split(&text(1)).map(Value::from).collect(),
        "truncate" => text(0).chars().take(number(1)).collect::<String>().into(),
        "pad" => pad(&text(0), number(1), number(2)).into(),
        "print" => print(arguments).into(),
        "println" => format!("{}\n", arguments.iter().map(plain).collect::<Vec<_>>().join(" ")).into(),
        "printf" => format(&text(0), &arguments[1..]).into(),
        "len" => length(&arguments[0])?.into(),
        "index" => index(arguments)?,
        "slice" => slice(arguments)?,
        "not" => (!is_true(&arguments[0])).into(),
        "and" => arguments.iter().find(|value| !is_true(value)).or(arguments.last()).cloned().unwrap_or_default(),
        "or" => arguments.iter().find(|value| is_true(value)).or(arguments.last()).cloned().unwrap_or_default(),
        "eq" => arguments[1..].iter().any(|other| equal(&arguments[0], other)).into(),
        "ne" => (!equal(&arguments[0], &arguments[1])).into(),
        "lt" => (order(arguments)? == Ordering::Less).into(),
        "le" => (order(arguments)? != Ordering::Greater).into(),
        "gt" => (order(arguments)? == Ordering::Greater).into(),
        "ge" => (order(arguments)? != Ordering::Less).into(),
        _ => text(0).into(),
    })
}

fn list(value: &Value) -> Result<Vec<Value>, String> {
    match value {
        Value::Array(items) => Ok(items.clone()),
        Value::Null => Ok(Vec::new()),
        other => Err(format!("wrong type for value; expected []string; got {}", super::print::go_type(other))),
    }
}

fn title(text: &str) -> String {
    let mut start = true;
    text.chars()
        .map(|letter| {
            let shown = if start { letter.to_uppercase().collect() } else { letter.to_string() };
            start = !letter.is_alphanumeric() && letter != '\'' && letter != '_';
            shown
        })
        .collect()
}

/// Empty text is not padded, as Docker does.
fn pad(text: &str, before: usize, after: usize) -> String {
    if text.is_empty() { String::new() } else { format!("{}{text}{}", " ".repeat(before), " ".repeat(after)) }
}

/// Go's `Sprint`: a space between two operands when neither is a string.
fn print(arguments: &[Value]) -> String {
    let mut text = String::new();
    for (position, value) in arguments.iter().enumerate() {
        if position > 0 && !value.is_string() && !arguments[position - 1].is_string() {
            text.push(' ');
        }
        text.push_str(&plain(value));
    }
    text
}

fn length(value: &Value) -> Result<usize, String> {
    match value {
        Value::String(text) => Ok(text.len()),
        Value::Array(items) => Ok(items.len()),
        Value::Object(fields) => Ok(fields.len()),
        Value::Null => Ok(0),
        other => Err(format!("len of type {}", super::print::go_type(other))),
    }
}

fn index(arguments: &[Value]) -> Result<Value, String> {
    let mut value = arguments[0].clone();
    for key in &arguments[1..] {
        value = match (&value, key) {
            (Value::Array(items), Value::Number(number)) => {
                let at = number.as_u64().and_then(|at| usize::try_from(at).ok());
                let found = at.and_then(|at| items.get(at));
                found.cloned().ok_or_else(|| format!("reflect: slice index out of range: {number}"))?
            }
            (Value::Object(fields), key) => {
                fields.get(key.as_str().unwrap_or_default()).cloned().unwrap_or_else(|| "".into())
            }
            (Value::Null, _) => return Err("index of untyped nil".to_owned()),
            (other, _) => return Err(format!("can't index item of type {}", super::print::go_type(other))),
        };
    }
    Ok(value)
}

fn slice(arguments: &[Value]) -> Result<Value, String> {
    let bound = |position: usize, absent: usize| {
        let found = arguments.get(position).and_then(Value::as_u64).and_then(|at| usize::try_from(at).ok());
        found.unwrap_or(absent)
    };
    let total = length(&arguments[0])?;
    let (from, to) = (bound(1, 0), bound(2, total));
    if from > to || to > total {
        return Err(format!("index out of range: {to}"));
    }
    match &arguments[0] {
        Value::String(text) => Ok(text.get(from..to).unwrap_or_default().into()),
        Value::Array(items) => Ok(items[from..to].to_vec().into()),
        other => Err(format!("can't slice item of type {}", super::print::go_type(other))),
    }
}

fn equal(left: &Value, right: &Value) -> bool {
    match (left.as_f64(), right.as_f64()) {
        (Some(left), Some(right)) => left.total_cmp(&right) == Ordering::Equal,
        _ => left == right,
    }
}

fn order(arguments: &[Value]) -> Result<Ordering, String> {
    match (&arguments[0], &arguments[1]) {
        (Value::String(left), Value::String(right)) => Ok(left.cmp(right)),
        (left, right) => match (left.as_f64(), right.as_f64()) {
            (Some(left), Some(right)) => Ok(left.total_cmp(&right)),
            _ => Err("incompatible types for comparison".to_owned()),
        },
    }
}

/// Go's `Sprintf`, for `%s %v %d %q %t %x %f %%` with flags, width and precision.
fn format(layout: &str, arguments: &[Value]) -> String {
    let mut text = String::new();
    let mut next = arguments.iter();
    let mut letters = layout.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter != '%' {
            text.push(letter);
            continue;
        }
        let mut options = String::new();
        while let Some(option) = letters.next_if(|letter| letter.is_ascii_digit() || "-+ #0.".contains(*letter)) {
            options.push(option);
        }
        let Some(verb) = letters.next() else { break };
        if verb == '%' {
            text.push('%');
            continue;
        }
        let Some(value) = next.next() else {
            text.push_str("%!");
            text.push(verb);
            text.push_str("(MISSING)");
            continue;
        };
        text.push_str(&formatted(verb, &options, value));
    }
    text
}

fn formatted(verb: char, options: &str, value: &Value) -> String {
    let left = options.contains('-');
    let zeros = options.trim_start_matches(['-', '+', ' ', '#']).starts_with('0') && !left;
    let (width, precision) = options
        .trim_start_matches(['-', '+', ' ', '#'])
        .split_once('.')
        .unwrap_or((options.trim_start_matches(['-', '+', ' ', '#']), ""));
    let width: usize = width.parse().unwrap_or(0);
    let precision: Option<usize> = precision.parse().ok();
    let shown = match verb {
        'q' => format!("{:?}", plain(value)),
        'x' => value.as_i64().map_or_else(|| super::super::hexadecimal(&plain(value)), |number| format!("{number:x}")),
        'f' => format!("{:.*}", precision.unwrap_or(6), value.as_f64().unwrap_or_default()),
        's' => plain(value).chars().take(precision.unwrap_or(usize::MAX)).collect(),
        _ => plain(value),
    };
    match (left, zeros) {
        (true, _) => format!("{shown:<width$}"),
        (false, true) => format!("{shown:0>width$}"),
        (false, false) => format!("{shown:>width$}"),
    }
}
