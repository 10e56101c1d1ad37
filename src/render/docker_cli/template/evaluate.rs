//! A tree and data become text.

use serde_json::Value;

use super::parse::{Base, Command, Node, Pipeline, Term};
use super::{LABELS_KEY, MissingField, functions, print};

/// What cannot be filled in, and where.
#[derive(Debug)]
pub struct EvaluationError {
    /// Byte offset in the source.
    pub position: usize,
    /// The term, as Go shows it.
    pub text: String,
    /// In Go's words.
    pub message: String,
}

enum Flow {
    On,
    Break,
    Continue,
}

struct State<'a> {
    root: &'a Value,
    variables: Vec<(String, Value)>,
    missing: &'a MissingField,
    output: String,
}

/// Fills the tree in.
pub fn render(nodes: &[Node], data: &Value, missing: &MissingField) -> Result<String, EvaluationError> {
    let mut state = State { root: data, variables: Vec::new(), missing, output: String::new() };
    state.list(nodes, data)?;
    Ok(state.output)
}

impl State<'_> {
    fn list(&mut self, nodes: &[Node], dot: &Value) -> Result<Flow, EvaluationError> {
        for node in nodes {
            match node {
                Node::Text(text) => self.output.push_str(text),
                Node::Print(pipeline) => {
                    let value = self.pipeline(pipeline, dot)?;
                    if pipeline.declares.is_empty() {
                        self.output
                            .push_str(&value.map_or_else(|| "<no value>".to_owned(), |value| print::plain(&value)));
                    }
                }
                Node::Choice { with, pipeline, yes, no } => {
                    let known = self.variables.len();
                    let value = self.pipeline(pipeline, dot)?.unwrap_or_default();
                    let flow = match (print::is_true(&value), *with) {
                        (true, true) => self.list(yes, &value)?,
                        (true, false) => self.list(yes, dot)?,
                        (false, _) => self.list(no, dot)?,
                    };
                    self.variables.truncate(known);
                    if !matches!(flow, Flow::On) {
                        return Ok(flow);
                    }
                }
                Node::Range { pipeline, body, empty } => self.range(pipeline, body, empty, dot)?,
                Node::Break => return Ok(Flow::Break),
                Node::Continue => return Ok(Flow::Continue),
            }
        }
        Ok(Flow::On)
    }

    fn range(
        &mut self,
        pipeline: &Pipeline,
        body: &[Node],
        empty: &[Node],
        dot: &Value,
    ) -> Result<(), EvaluationError> {
        let known = self.variables.len();
        let value = self.commands(pipeline, dot)?.unwrap_or_default();
        let items: Vec<(Value, Value)> = match value {
            Value::Array(items) => items.into_iter().enumerate().map(|(index, item)| (index.into(), item)).collect(),
            Value::Object(fields) => {
                let mut fields: Vec<_> = fields.into_iter().filter(|(key, _)| key != LABELS_KEY).collect();
                fields.sort_by(|left, right| left.0.cmp(&right.0));
                fields.into_iter().map(|(key, item)| (key.into(), item)).collect()
            }
            Value::Null => Vec::new(),
            Value::Number(number) => {
                (0..number.as_i64().unwrap_or_default()).map(|index| (index.into(), index.into())).collect()
            }
            other => {
                return Err(error_at(
                    &pipeline.commands[0].terms[0],
                    format!("range can't iterate over {}", print::plain(&other)),
                ));
            }
        };
        if items.is_empty() {
            self.list(empty, dot)?;
        }
        for (key, item) in items {
            match pipeline.declares.as_slice() {
                [value] => self.variables.push((value.clone(), item.clone())),
                [index, value] => {
                    self.variables.push((index.clone(), key));
                    self.variables.push((value.clone(), item.clone()));
                }
                _ => {}
            }
            let flow = self.list(body, &item)?;
            self.variables.truncate(known);
            if matches!(flow, Flow::Break) {
                break;
            }
        }
        Ok(())
    }

    /// `None` is the value of a field that is not there.
    fn pipeline(&mut self, pipeline: &Pipeline, dot: &Value) -> Result<Option<Value>, EvaluationError> {
        let value = self.commands(pipeline, dot)?;
        for name in &pipeline.declares {
            let value = value.clone().unwrap_or_default();
            let old = self.variables.iter_mut().rev().find(|(known, _)| pipeline.assigns && known == name);
            match old {
                Some((_, old)) => *old = value,
                None => self.variables.push((name.clone(), value)),
            }
        }
        Ok(value)
    }

    fn commands(&mut self, pipeline: &Pipeline, dot: &Value) -> Result<Option<Value>, EvaluationError> {
        let mut fed: Option<Value> = None;
        for command in &pipeline.commands {
            fed = self.command(command, dot, fed)?;
        }
        Ok(fed)
    }

    fn command(
        &mut self,
        command: &Command,
        dot: &Value,
        fed: Option<Value>,
    ) -> Result<Option<Value>, EvaluationError> {
        let (first, others) = (&command.terms[0], &command.terms[1..]);
        let mut arguments = Vec::new();
        for term in others {
            arguments.push(self.term(term, dot, Vec::new())?.unwrap_or_default());
        }
        arguments.extend(fed);
        self.term(first, dot, arguments)
    }

    fn term(&mut self, term: &Term, dot: &Value, mut arguments: Vec<Value>) -> Result<Option<Value>, EvaluationError> {
        let mut value = match &term.base {
            Base::Dot => dot.clone(),
            Base::Variable(name) if name == "$" => self.root.clone(),
            Base::Variable(name) => {
                let found = self.variables.iter().rev().find(|(known, _)| known == name);
                found.map(|(_, value)| value.clone()).unwrap_or_default()
            }
            Base::Constant(value) => value.clone(),
            Base::Group(pipeline) => self.pipeline(pipeline, dot)?.unwrap_or_default(),
            Base::Function(name) => {
                let result = functions::call(name, &std::mem::take(&mut arguments));
                result.map_err(|message| error_at(term, format!("error calling {name}: {message}")))?
            }
        };
        for (depth, field) in term.fields.iter().enumerate() {
            // `.Label "name"` is a method of rows; every other field is just there.
            if field == "Label" && value.get(LABELS_KEY).is_some() {
                let key = arguments.pop().unwrap_or_default();
                value = value[LABELS_KEY].get(key.as_str().unwrap_or_default()).cloned().unwrap_or_else(|| "".into());
                continue;
            }
            match self.field(&value, field, depth, term)? {
                Some(found) => value = found,
                None => return Ok(None),
            }
        }
        if arguments.is_empty() {
            Ok(Some(value))
        } else {
            Err(error_at(term, format!("can't give argument to non-function {}", print::source_of(term))))
        }
    }

    fn field(&self, value: &Value, name: &str, depth: usize, term: &Term) -> Result<Option<Value>, EvaluationError> {
        let found = match value {
            Value::Object(fields) => fields.get(name),
            Value::Null => return Err(error_at(term, format!("nil data; no entry for key \"{name}\""))),
            other => {
                let kind = print::go_type(other);
                return Err(error_at(term, format!("can't evaluate field {name} in type {kind}")));
            }
        };
        match (found, self.missing) {
            (Some(found), _) => Ok(Some(found.clone())),
            (None, MissingField::OfType(kind) | MissingField::OfTypeOrNoValue(kind)) if depth == 0 => {
                Err(error_at(term, format!("can't evaluate field {name} in type {kind}")))
            }
            (None, MissingField::NoValue | MissingField::OfTypeOrNoValue(_)) => Ok(None),
            (None, _) => Err(error_at(term, format!("map has no entry for key \"{name}\""))),
        }
    }
}

fn error_at(term: &Term, message: String) -> EvaluationError {
    EvaluationError { position: term.position, text: print::source_of(term), message }
}
