//! A tree and data become text, as Go's `text/template` does it.

use super::call;
use super::datum::{Datum, LEFT_OUT, Nil, OBJECT};
use super::functions::Functions;
use super::node::{Command, Control, Node, Number, Operand, OperandKind, Pipe};
use super::parser::Trees;

/// Templates that call each other deeper than this are a mistake.
const DEEPEST: usize = 1000;

/// What a map's missing key is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MissingKey {
    /// `<no value>`.
    NoValue,
    /// An error.
    Refused,
}

/// A template ready to be filled in.
pub struct Execution<'a> {
    /// The name in errors.
    pub name: &'a str,
    /// As typed, for the places in errors.
    pub source: &'a str,
    /// What was read.
    pub trees: &'a Trees,
    /// What a map's missing key is.
    pub missing: MissingKey,
    /// What functions mean.
    pub functions: Functions,
}

/// A sentence of Go's, place included.
#[derive(Debug)]
pub struct ExecutionError {
    /// From `template: ` on.
    pub message: String,
}

pub(super) type Done<T> = Result<T, ExecutionError>;

enum Flow {
    On,
    Break,
    Continue,
}

pub(super) struct State<'a> {
    pub(super) execution: &'a Execution<'a>,
    /// The template that is being filled in.
    current: &'a str,
    variables: Vec<(String, Datum)>,
    output: String,
    depth: usize,
}

impl Execution<'_> {
    /// Fills it in: the text, up to the error when there is one.
    pub fn run(&self, data: &Datum) -> (String, Option<ExecutionError>) {
        let variables = vec![("$".to_owned(), data.clone())];
        let mut state = State { execution: self, current: self.name, variables, output: String::new(), depth: 0 };
        let end = self.trees.get(self.name).map(|nodes| state.list(nodes, data));
        (state.output, end.and_then(Result::err))
    }
}

impl<'a> State<'a> {
    /// An error at a node.
    pub(super) fn fail<T>(&self, position: usize, context: &str, message: &str) -> Done<T> {
        let (name, source) = (self.execution.name, self.execution.source);
        let before = &source[..position.min(source.len())];
        let line = 1 + before.matches('\n').count();
        let column = before.rfind('\n').map_or(before.len(), |newline| before.len() - newline - 1);
        let message =
            format!("template: {name}:{line}:{column}: executing {:?} at <{context}>: {message}", self.current);
        Err(ExecutionError { message })
    }

    fn list(&mut self, nodes: &'a [Node], dot: &Datum) -> Done<Flow> {
        for node in nodes {
            let flow = self.node(node, dot)?;
            if !matches!(flow, Flow::On) {
                return Ok(flow);
            }
        }
        Ok(Flow::On)
    }

    fn node(&mut self, node: &'a Node, dot: &Datum) -> Done<Flow> {
        match node {
            Node::Text(text) => self.output.push_str(text),
            Node::Action(pipe) => {
                let value = self.pipeline(pipe, dot)?;
                if pipe.declares.is_empty() {
                    self.output.push_str(&value.plain());
                }
            }
            Node::If(control) => {
                let known = self.variables.len();
                let truth = self.pipeline(&control.pipe, dot)?.is_true();
                let flow = self.list(if truth { &control.body } else { &control.otherwise }, dot)?;
                self.variables.truncate(known);
                return Ok(flow);
            }
            Node::With(control) => {
                let known = self.variables.len();
                let value = self.pipeline(&control.pipe, dot)?;
                let flow = if value.is_true() {
                    self.list(&control.body, &value)?
                } else {
                    self.list(&control.otherwise, dot)?
                };
                self.variables.truncate(known);
                return Ok(flow);
            }
            Node::Range(control) => self.range(control, dot)?,
            Node::Template { position, name, pipe } => self.template(*position, name, pipe.as_ref(), dot)?,
            Node::Break => return Ok(Flow::Break),
            Node::Continue => return Ok(Flow::Continue),
        }
        Ok(Flow::On)
    }

    fn template(&mut self, position: usize, name: &'a str, pipe: Option<&'a Pipe>, dot: &Datum) -> Done<()> {
        let Some(nodes) = self.execution.trees.get(name) else {
            return self.fail(position, &template_source(name, pipe), &format!("template {name:?} not defined"));
        };
        if self.depth == DEEPEST {
            let message = format!("exceeded maximum template depth ({DEEPEST})");
            return self.fail(position, &template_source(name, pipe), &message);
        }
        let data = pipe.map_or(Ok(Datum::Invalid), |pipe| self.pipeline(pipe, dot))?;
        let variables = std::mem::replace(&mut self.variables, vec![("$".to_owned(), data.clone())]);
        let current = std::mem::replace(&mut self.current, name);
        self.depth += 1;
        self.list(nodes, &data)?;
        self.depth -= 1;
        self.current = current;
        self.variables = variables;
        Ok(())
    }

    fn range(&mut self, control: &'a Control, dot: &Datum) -> Done<()> {
        let known = self.variables.len();
        let value = self.pipeline(&control.pipe, dot)?;
        self.variables.truncate(known);
        let items: Vec<(Datum, Datum)> = match &value {
            Datum::List(items) => {
                items.iter().zip(0..).map(|(item, index)| (Datum::Int(index), item.clone())).collect()
            }
            Datum::Map(entries) => {
                entries.iter().map(|(key, item)| (Datum::from(key.as_str()), item.clone())).collect()
            }
            Datum::Int(_) if control.pipe.declares.len() > 1 => {
                let command = &control.pipe.commands[0];
                let message = format!("can't use {} to iterate over more than one variable", value.plain());
                return self.fail(command.position, &command.to_string(), &message);
            }
            Datum::Int(count) => (0..*count).map(|index| (Datum::Int(index), Datum::Int(index))).collect(),
            Datum::Invalid | Datum::Nil(Nil::List | Nil::Map) => Vec::new(),
            other => {
                let message = format!("range can't iterate over {}", other.plain());
                return self.fail(control.pipe.position, &control.pipe.to_string(), &message);
            }
        };
        if items.is_empty() {
            self.list(&control.otherwise, dot)?;
        }
        for (key, item) in items {
            match control.pipe.declares.as_slice() {
                [value] => self.declare(value, item.clone(), control.pipe.assigns),
                [index, value] => {
                    self.declare(index, key, control.pipe.assigns);
                    self.declare(value, item.clone(), control.pipe.assigns);
                }
                _ => {}
            }
            let flow = self.list(&control.body, &item)?;
            self.variables.truncate(known);
            if matches!(flow, Flow::Break) {
                break;
            }
        }
        self.variables.truncate(known);
        Ok(())
    }

    fn declare(&mut self, name: &str, value: Datum, assigns: bool) {
        let old = self.variables.iter_mut().rev().find(|(known, _)| assigns && known == name);
        match old {
            Some((_, old)) => *old = value,
            None => self.variables.push((name.to_owned(), value)),
        }
    }

    pub(super) fn pipeline(&mut self, pipe: &'a Pipe, dot: &Datum) -> Done<Datum> {
        let mut fed = None;
        for command in &pipe.commands {
            fed = Some(self.command(command, dot, fed)?);
        }
        let value = fed.unwrap_or(Datum::Invalid);
        for name in &pipe.declares {
            if pipe.assigns && !self.variables.iter().any(|(known, _)| known == name) {
                let last = last_operand(pipe);
                return self.fail(last.position, &last.to_string(), &format!("undefined variable: {name}"));
            }
            self.declare(name, value.clone(), pipe.assigns);
        }
        Ok(value)
    }

    fn command(&mut self, command: &'a Command, dot: &Datum, fed: Option<Datum>) -> Done<Datum> {
        let (first, others) = (&command.operands[0], &command.operands[1..]);
        match &first.kind {
            OperandKind::Identifier(name) => return call::function(self, name, first, command, dot, fed),
            OperandKind::Field(names) => return self.fields(dot.clone(), names, first, others, dot, fed),
            OperandKind::Variable(names) => {
                let value = self.variable(&names[0]);
                if names.len() > 1 {
                    return self.fields(value, &names[1..], first, others, dot, fed);
                }
                self.no_arguments(first, others, fed.as_ref())?;
                return Ok(value);
            }
            OperandKind::Chain(base, names) => {
                let value = self.operand(base, dot)?;
                return self.fields(value, names, first, others, dot, fed);
            }
            OperandKind::Nil => return self.fail(first.position, "nil", "nil is not a command"),
            _ => {}
        }
        if let OperandKind::Pipe(pipe) = &first.kind
            && (!others.is_empty() || fed.is_some())
        {
            let message = format!("can't give argument to non-function {pipe}");
            return self.fail(command.position, &command.to_string(), &message);
        }
        self.no_arguments(first, others, fed.as_ref())?;
        self.operand(first, dot)
    }

    fn no_arguments(&self, first: &Operand, others: &[Operand], fed: Option<&Datum>) -> Done<()> {
        if others.is_empty() && fed.is_none() {
            return Ok(());
        }
        let text = first.to_string();
        self.fail(first.position, &text, &format!("can't give argument to non-function {text}"))
    }

    fn variable(&self, name: &str) -> Datum {
        let found = self.variables.iter().rev().find(|(known, _)| known == name);
        found.map_or(Datum::Invalid, |(_, value)| value.clone())
    }

    /// An operand alone, without arguments.
    pub(super) fn operand(&mut self, operand: &'a Operand, dot: &Datum) -> Done<Datum> {
        Ok(match &operand.kind {
            OperandKind::Dot => dot.clone(),
            OperandKind::Nil => Datum::Nil(Nil::Pointer),
            OperandKind::Bool(truth) => Datum::Bool(*truth),
            OperandKind::Text(_, text) => Datum::from(text.as_str()),
            OperandKind::Number(_, Number::Int(number)) => Datum::Int(*number),
            OperandKind::Number(_, Number::Float(number)) => Datum::Float(*number),
            OperandKind::Field(names) => self.fields(dot.clone(), names, operand, &[], dot, None)?,
            OperandKind::Variable(names) => {
                let value = self.variable(&names[0]);
                self.fields(value, &names[1..], operand, &[], dot, None)?
            }
            OperandKind::Chain(base, names) => {
                let value = self.operand(base, dot)?;
                self.fields(value, names, operand, &[], dot, None)?
            }
            OperandKind::Pipe(pipe) => self.pipeline(pipe, dot)?,
            OperandKind::Identifier(name) => call::lone_function(self, name, operand)?,
        })
    }

    /// `.A.B argument…`: only the last name may take arguments, and only `Label` of a row does.
    fn fields(
        &mut self,
        mut value: Datum,
        names: &'a [String],
        node: &'a Operand,
        arguments: &'a [Operand],
        dot: &Datum,
        fed: Option<Datum>,
    ) -> Done<Datum> {
        for (position, name) in names.iter().enumerate() {
            let is_last = position + 1 == names.len();
            let has_arguments = is_last && (!arguments.is_empty() || fed.is_some());
            if let (Datum::Struct(row), true) = (&value, has_arguments)
                && row.is_row
                && row.fields.iter().any(|(key, _)| key == name)
            {
                call::no_arguments(self, name, node, arguments.len(), fed.is_some())?;
            }
            if name == "Label" && call::has_labels(&value, self.execution.functions) {
                let (arguments, fed) = if is_last { (arguments, fed.clone()) } else { (&[][..], None) };
                value = call::label(self, &value, node, arguments, dot, fed)?;
                continue;
            }
            value = self.field(&value, name, node, has_arguments)?;
        }
        Ok(value)
    }

    fn field(&self, value: &Datum, name: &str, node: &Operand, has_arguments: bool) -> Done<Datum> {
        let node = match &node.kind {
            OperandKind::Chain(base, _) => match &base.kind {
                OperandKind::Pipe(pipe) => last_operand(pipe),
                _ => base,
            },
            _ => node,
        };
        let refuse = |message: String| self.fail(node.position, &node.to_string(), &message);
        match value {
            Datum::Invalid if self.execution.missing == MissingKey::Refused => {
                refuse(format!("nil data; no entry for key \"{name}\""))
            }
            Datum::Invalid => Ok(Datum::Invalid),
            Datum::Struct(structure) => {
                let found = structure.field(name);
                let left_out = || LEFT_OUT.iter().find(|(key, _)| structure.labels.is_none() && *key == name);
                match (found, has_arguments) {
                    (Some(_), true) => refuse(format!("{name} has arguments but cannot be invoked as function")),
                    (Some(found), false) => Ok(found.clone()),
                    (None, _) => match left_out() {
                        Some((_, left)) if structure.type_name == OBJECT => Ok(left.datum()),
                        _ => refuse(format!("can't evaluate field {name} in type {}", structure.type_name)),
                    },
                }
            }
            Datum::Map(_) | Datum::Nil(Nil::Map) if has_arguments => {
                refuse(format!("{name} is not a method but has arguments"))
            }
            Datum::Map(_) | Datum::Nil(Nil::Map) => {
                let found = match value {
                    Datum::Map(entries) => entries.iter().find(|(key, _)| key == name),
                    _ => None,
                };
                match (found, self.execution.missing) {
                    (Some((_, found)), _) => Ok(found.clone()),
                    (None, MissingKey::NoValue) => Ok(Datum::Invalid),
                    (None, MissingKey::Refused) => refuse(format!("map has no entry for key \"{name}\"")),
                }
            }
            Datum::Nil(Nil::Pointer) => refuse(format!("nil pointer evaluating interface {{}}.{name}")),
            other => {
                // What inspect falls back to knows no types.
                let raw = self.execution.missing == MissingKey::Refused;
                let kind = if raw { "interface {}" } else { other.type_name() };
                refuse(format!("can't evaluate field {name} in type {kind}"))
            }
        }
    }
}

/// The operand Go looked at last, where it says that what came of a pipeline does not do.
fn last_operand(pipe: &Pipe) -> &Operand {
    let command = &pipe.commands[pipe.commands.len() - 1];
    let last = &command.operands[command.operands.len() - 1];
    match &last.kind {
        OperandKind::Pipe(inner) => last_operand(inner),
        _ => last,
    }
}

fn template_source(name: &str, pipe: Option<&Pipe>) -> String {
    pipe.map_or_else(|| format!("{{{{template {name:?}}}}}"), |pipe| format!("{{{{template {name:?} {pipe}}}}}"))
}
