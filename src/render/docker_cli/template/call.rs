//! Calls: how many arguments, of which types, and what the function says.

use super::datum::{Datum, Nil};
use super::execute::{Done, State};
use super::functions::{self, Functions, Kind, Signature};
use super::node::{Command, Number, Operand, OperandKind};

/// A function with its arguments, the value fed by the pipeline last.
pub(super) fn function<'a>(
    state: &mut State<'a>,
    name: &str,
    identifier: &'a Operand,
    command: &'a Command,
    dot: &Datum,
    fed: Option<Datum>,
) -> Done<Datum> {
    let operands = &command.operands[1..];
    let signature = functions::signature(name, state.execution.functions);
    check_count(state, name, identifier, &signature, operands.len(), fed.is_some())?;
    if matches!(name, "and" | "or") {
        return short_circuit(state, name == "or", operands, dot, fed);
    }
    let arguments = arguments(state, &signature, operands, dot, fed, identifier)?;
    if let ("call", Some(value)) = (name, arguments.first())
        && !matches!(value, Datum::Invalid | Datum::Nil(Nil::Pointer))
    {
        let what = operands.first().unwrap_or(identifier);
        let message = format!("error calling call: non-function {what} of type {}", value.type_name());
        return state.fail(command.position, &command.to_string(), &message);
    }
    functions::call(name, state.execution.functions, arguments).or_else(|message| {
        state.fail(command.position, &command.to_string(), &format!("error calling {name}: {message}"))
    })
}

/// A function's name as an argument: it is called with none.
pub(super) fn lone_function(state: &State<'_>, name: &str, operand: &Operand) -> Done<Datum> {
    let signature = functions::signature(name, state.execution.functions);
    check_count(state, name, operand, &signature, 0, false)?;
    functions::call(name, state.execution.functions, Vec::new())
        .or_else(|message| state.fail(operand.position, name, &format!("error calling {name}: {message}")))
}

/// Whether `.Label "x"` can be asked: of a row, and of the headings of a table.
pub(super) fn has_labels(value: &Datum, functions: Functions) -> bool {
    match value {
        Datum::Struct(structure) => structure.labels.is_some(),
        Datum::Map(_) => functions == Functions::Headings,
        _ => false,
    }
}

/// `.Label "x"`.
pub(super) fn label<'a>(
    state: &mut State<'a>,
    value: &Datum,
    node: &'a Operand,
    operands: &'a [Operand],
    dot: &Datum,
    fed: Option<Datum>,
) -> Done<Datum> {
    let signature = Signature { fixed: &[Kind::Text], variadic: None };
    check_count(state, "Label", node, &signature, operands.len(), fed.is_some())?;
    let arguments = arguments(state, &signature, operands, dot, fed, node)?;
    let wanted = arguments[0].text().unwrap_or_default();
    Ok(match value {
        Datum::Struct(structure) => {
            let mut labels = structure.labels.iter().flatten();
            Datum::from(labels.find(|(key, _)| key == wanted).map_or("", |(_, value)| value.as_str()))
        }
        _ => Datum::from(wanted.rsplit('.').next().unwrap_or_default().replace(['-', '_'], " ")),
    })
}

/// A row's field is a method without arguments.
pub(super) fn no_arguments(state: &State<'_>, name: &str, node: &Operand, given: usize, fed: bool) -> Done<()> {
    check_count(state, name, node, &Signature { fixed: &[], variadic: None }, given, fed)
}

fn check_count(
    state: &State<'_>,
    name: &str,
    node: &Operand,
    signature: &Signature,
    given: usize,
    fed: bool,
) -> Done<()> {
    let total = given + usize::from(fed);
    let wanted = signature.fixed.len();
    let message = match signature.variadic {
        Some(_) if total < wanted => format!("wrong number of args for {name}: want at least {wanted} got {given}"),
        None if total != wanted => format!("wrong number of args for {name}: want {wanted} got {total}"),
        _ => return Ok(()),
    };
    state.fail(node.position, &node.to_string(), &message)
}

fn short_circuit<'a>(
    state: &mut State<'a>,
    stops_at: bool,
    operands: &'a [Operand],
    dot: &Datum,
    fed: Option<Datum>,
) -> Done<Datum> {
    let mut last = Datum::Invalid;
    for operand in operands {
        last = state.operand(operand, dot)?;
        if last.is_true() == stops_at {
            return Ok(last);
        }
    }
    Ok(fed.unwrap_or(last))
}

fn arguments<'a>(
    state: &mut State<'a>,
    signature: &Signature,
    operands: &'a [Operand],
    dot: &Datum,
    fed: Option<Datum>,
    node: &Operand,
) -> Done<Vec<Datum>> {
    let kind_of = |position: usize| signature.fixed.get(position).copied().or(signature.variadic).unwrap_or(Kind::Any);
    let mut arguments = Vec::new();
    for (position, operand) in operands.iter().enumerate() {
        arguments.push(argument(state, kind_of(position), operand, dot)?);
    }
    if let Some(fed) = fed {
        let kind = kind_of(arguments.len());
        arguments.push(fitting(state, kind, fed, node)?);
    }
    Ok(arguments)
}

fn argument<'a>(state: &mut State<'a>, kind: Kind, operand: &'a Operand, dot: &Datum) -> Done<Datum> {
    let constant = match (&operand.kind, kind) {
        (OperandKind::Nil, Kind::Text | Kind::Integer) => {
            return state.fail(operand.position, "nil", &format!("cannot assign nil to {}", kind.go_name()));
        }
        (OperandKind::Text(..), kind) => matches!(kind, Kind::Text | Kind::Any),
        (OperandKind::Number(_, Number::Int(_)), kind) => matches!(kind, Kind::Integer | Kind::Any),
        (OperandKind::Number(..) | OperandKind::Bool(_), kind) => kind == Kind::Any,
        _ => {
            let value = state.operand(operand, dot)?;
            return fitting(state, kind, value, operand);
        }
    };
    if constant {
        return state.operand(operand, dot);
    }
    let text = operand.to_string();
    let message = match kind {
        Kind::Texts => format!("can't handle {text} for arg of type []string"),
        _ => format!("expected {}; found {text}", kind.constant_name()),
    };
    state.fail(operand.position, &text, &message)
}

/// A computed value where a type is wanted.
fn fitting(state: &State<'_>, kind: Kind, value: Datum, node: &Operand) -> Done<Datum> {
    let fits = match (kind, &value) {
        (Kind::Any, _)
        | (Kind::Text, Datum::Text(_))
        | (Kind::Integer, Datum::Int(_))
        | (Kind::Texts, Datum::Nil(Nil::List)) => true,
        (Kind::Texts, Datum::List(items)) => items.iter().all(|item| item.text().is_some()),
        (_, Datum::Invalid) => {
            return state.fail(
                node.position,
                &node.to_string(),
                &format!("invalid value; expected {}", kind.go_name()),
            );
        }
        _ => false,
    };
    if fits {
        return Ok(value);
    }
    let message = format!("wrong type for value; expected {}; got {}", kind.go_name(), value.type_name());
    state.fail(node.position, &node.to_string(), &message)
}
