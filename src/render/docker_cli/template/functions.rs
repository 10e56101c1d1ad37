//! The functions of `text/template` and those Docker adds, by name.

use super::datum::Datum;
use super::{collection, compare, escape, printf};

/// What functions mean: the headings of a table go through the same template as its rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Functions {
    /// As they are.
    Values,
    /// The same; what is found in maps has no type.
    Untyped,
    /// Docker's own give back the heading untouched.
    Headings,
}

/// What an argument must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Anything.
    Any,
    /// `string`
    Text,
    /// `int`
    Integer,
    /// `[]string`
    Texts,
}

impl Kind {
    /// The Go type.
    pub fn go_name(self) -> &'static str {
        match self {
            Self::Any => "interface {}",
            Self::Text => "string",
            Self::Integer => "int",
            Self::Texts => "[]string",
        }
    }

    /// What Go calls a constant of it.
    pub fn constant_name(self) -> &'static str {
        if self == Self::Integer { "integer" } else { self.go_name() }
    }
}

/// The arguments of a function.
#[derive(Debug, Clone, Copy)]
pub struct Signature {
    /// These, in order.
    pub fixed: &'static [Kind],
    /// Then any number of these.
    pub variadic: Option<Kind>,
}

/// Whether a template may call it.
pub fn is_known(name: &str) -> bool {
    const KNOWN: &[&str] = &[
        "and", "call", "eq", "ge", "gt", "html", "index", "join", "js", "json", "le", "len", "lower", "lt", "ne",
        "not", "or", "pad", "print", "printf", "println", "slice", "split", "title", "truncate", "upper", "urlquery",
    ];
    KNOWN.contains(&name)
}

/// What a function takes.
pub fn signature(name: &str, functions: Functions) -> Signature {
    let fixed = |fixed| Signature { fixed, variadic: None };
    let variadic = |fixed| Signature { fixed, variadic: Some(Kind::Any) };
    match (name, functions) {
        ("json" | "title" | "lower" | "upper", Functions::Headings) => fixed(&[Kind::Text]),
        ("join", Functions::Headings) => fixed(&[Kind::Text, Kind::Text]),
        ("json" | "not" | "len", _) => fixed(&[Kind::Any]),
        ("title" | "lower" | "upper", _) => fixed(&[Kind::Text]),
        ("split", _) => fixed(&[Kind::Text, Kind::Text]),
        ("join", _) => fixed(&[Kind::Texts, Kind::Text]),
        ("pad", _) => fixed(&[Kind::Text, Kind::Integer, Kind::Integer]),
        ("truncate", _) => fixed(&[Kind::Text, Kind::Integer]),
        ("ne" | "lt" | "le" | "gt" | "ge", _) => fixed(&[Kind::Any, Kind::Any]),
        ("and" | "or" | "eq" | "index" | "slice" | "call", _) => variadic(&[Kind::Any]),
        ("printf", _) => variadic(&[Kind::Text]),
        _ => variadic(&[]),
    }
}

/// Calls a function whose arguments fit.
///
/// # Errors
/// What follows `error calling …: `.
pub fn call(name: &str, functions: Functions, arguments: Vec<Datum>) -> Result<Datum, String> {
    let text = |position: usize| arguments.get(position).and_then(Datum::text).unwrap_or_default();
    let number = |position: usize| match arguments.get(position) {
        Some(Datum::Int(number)) => *number,
        _ => 0,
    };
    if functions == Functions::Headings
        && matches!(name, "json" | "split" | "join" | "title" | "lower" | "upper" | "truncate")
    {
        return Ok(Datum::from(text(0)));
    }
    Ok(match name {
        "json" => arguments[0].json().into(),
        "lower" => text(0).to_lowercase().into(),
        "upper" => text(0).to_uppercase().into(),
        "title" => title(text(0)).into(),
        "join" => match &arguments[0] {
            Datum::List(items) => items.iter().filter_map(Datum::text).collect::<Vec<_>>().join(text(1)).into(),
            _ => Datum::from(""),
        },
        "split" => split(text(0), text(1)),
        "truncate" => truncate(text(0), number(1))?.into(),
        // Empty text is not padded.
        "pad" if text(0).is_empty() => Datum::from(""),
        "pad" => format!("{}{}{}", spaces(number(1))?, text(0), spaces(number(2))?).into(),
        "print" => printf::print(&arguments).into(),
        "println" => printf::println(&arguments).into(),
        "printf" => printf::format(text(0), &arguments[1..]).into(),
        "html" => escape::html(&flat(&arguments)).into(),
        "js" => escape::javascript(&flat(&arguments)).into(),
        "urlquery" => escape::query(&flat(&arguments)).into(),
        "len" => collection::length(&arguments[0])?,
        "index" => collection::index(&arguments, functions == Functions::Untyped)?,
        "slice" => collection::slice(&arguments)?,
        "not" => Datum::Bool(!arguments[0].is_true()),
        "call" => return Err("call of nil".to_owned()),
        _ => Datum::Bool(compare::call(name, &arguments)?),
    })
}

/// What goes into an escaping function: text as it is, anything else as printed.
fn flat(arguments: &[Datum]) -> String {
    match arguments {
        [Datum::Text(text)] => text.to_string(),
        others => printf::print(others),
    }
}

/// Go's `strings.Title`.
fn title(text: &str) -> String {
    let mut start = true;
    text.chars()
        .map(|letter| {
            let shown = if start { letter.to_uppercase().collect() } else { letter.to_string() };
            start = !letter.is_alphanumeric() && letter != '_';
            shown
        })
        .collect()
}

/// Go's `strings.Split`: an empty separator cuts between letters.
fn split(text: &str, separator: &str) -> Datum {
    let parts: Vec<Datum> = if separator.is_empty() {
        text.chars().map(|letter| Datum::from(letter.to_string())).collect()
    } else {
        text.split(separator).map(Datum::from).collect()
    };
    Datum::List(parts.into())
}

/// Docker counts bytes here, and never cuts inside a letter in ours.
fn truncate(text: &str, length: i64) -> Result<String, String> {
    let length =
        usize::try_from(length).map_err(|_| format!("runtime error: slice bounds out of range [:{length}]"))?;
    if text.len() < length {
        return Ok(text.to_owned());
    }
    let end = (0..=length).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default();
    Ok(text[..end].to_owned())
}

fn spaces(count: i64) -> Result<String, String> {
    usize::try_from(count).map(|count| " ".repeat(count)).map_err(|_| "strings: negative Repeat count".to_owned())
}
