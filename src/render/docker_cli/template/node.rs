//! What a template is once read, and how Go writes its parts in errors.

use std::fmt;

/// A list of these is a template's body.
#[derive(Debug)]
pub enum Node {
    /// Copied as it is.
    Text(String),
    /// `{{pipeline}}`.
    Action(Pipe),
    /// `{{if}}`.
    If(Control),
    /// `{{with}}`.
    With(Control),
    /// `{{range}}`.
    Range(Control),
    /// `{{template "name" pipeline}}`.
    Template {
        /// Byte offset, for errors.
        position: usize,
        /// Which.
        name: String,
        /// What its dot is.
        pipe: Option<Pipe>,
    },
    /// `{{break}}`.
    Break,
    /// `{{continue}}`.
    Continue,
}

/// A pipeline, what is done with it, and what otherwise.
#[derive(Debug)]
pub struct Control {
    /// The value.
    pub pipe: Pipe,
    /// When it is not empty.
    pub body: Vec<Node>,
    /// When it is.
    pub otherwise: Vec<Node>,
}

/// Commands, each fed by the one before.
#[derive(Debug)]
pub struct Pipe {
    /// Byte offset.
    pub position: usize,
    /// `$x :=` or `$i, $x :=`.
    pub declares: Vec<String>,
    /// `=` instead of `:=`.
    pub assigns: bool,
    /// At least one.
    pub commands: Vec<Command>,
}

/// An operand and its arguments.
#[derive(Debug)]
pub struct Command {
    /// Byte offset.
    pub position: usize,
    /// At least one.
    pub operands: Vec<Operand>,
}

/// One operand.
#[derive(Debug)]
pub struct Operand {
    /// Byte offset.
    pub position: usize,
    /// What it is.
    pub kind: OperandKind,
}

/// What an operand is.
#[derive(Debug)]
pub enum OperandKind {
    /// A function.
    Identifier(String),
    /// `.`
    Dot,
    /// `nil`
    Nil,
    /// `true`, `false`
    Bool(bool),
    /// A number, as typed and read.
    Number(String, Number),
    /// A string, as typed and read.
    Text(String, String),
    /// `.A.B`
    Field(Vec<String>),
    /// `$x.A`: the name with its dollar, then fields.
    Variable(Vec<String>),
    /// `(pipeline).A`
    Chain(Box<Operand>, Vec<String>),
    /// `(pipeline)`
    Pipe(Pipe),
}

/// A constant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Number {
    /// Without point or exponent.
    Int(i64),
    /// With one.
    Float(f64),
}

impl fmt::Display for Pipe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.declares.is_empty() {
            write!(f, "{} {} ", self.declares.join(", "), if self.assigns { "=" } else { ":=" })?;
        }
        for (position, command) in self.commands.iter().enumerate() {
            write!(f, "{}{command}", if position > 0 { " | " } else { "" })?;
        }
        Ok(())
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, operand) in self.operands.iter().enumerate() {
            let space = if position > 0 { " " } else { "" };
            match &operand.kind {
                OperandKind::Pipe(pipe) => write!(f, "{space}({pipe})")?,
                _ => write!(f, "{space}{operand}")?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            OperandKind::Identifier(name) => f.write_str(name),
            OperandKind::Dot => f.write_str("."),
            OperandKind::Nil => f.write_str("nil"),
            OperandKind::Bool(truth) => write!(f, "{truth}"),
            OperandKind::Number(typed, _) | OperandKind::Text(typed, _) => f.write_str(typed),
            OperandKind::Field(names) => names.iter().try_for_each(|name| write!(f, ".{name}")),
            OperandKind::Variable(names) => f.write_str(&names.join(".")),
            OperandKind::Chain(base, names) => {
                match &base.kind {
                    OperandKind::Pipe(pipe) => write!(f, "({pipe})")?,
                    _ => write!(f, "{base}")?,
                }
                names.iter().try_for_each(|name| write!(f, ".{name}"))
            }
            OperandKind::Pipe(pipe) => write!(f, "{pipe}"),
        }
    }
}
