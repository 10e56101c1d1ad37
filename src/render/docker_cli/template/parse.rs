//! Pieces of a template become a tree.

use super::functions;
use super::scan::{Piece, ScanError, Token, TokenKind, scan};

/// A node of the tree.
#[derive(Debug)]
pub enum Node {
    /// Copied as it is.
    Text(String),
    /// Written.
    Print(Pipeline),
    /// `if` and `with`.
    Choice { with: bool, pipeline: Pipeline, yes: Vec<Node>, no: Vec<Node> },
    /// `range`.
    Range { pipeline: Pipeline, body: Vec<Node>, empty: Vec<Node> },
    /// `break`.
    Break,
    /// `continue`.
    Continue,
}

/// Commands, each fed to the next, perhaps kept in variables.
#[derive(Debug)]
pub struct Pipeline {
    /// `$x := …`; two for `range`.
    pub declares: Vec<String>,
    /// `$x = …` of an existing variable.
    pub assigns: bool,
    /// From left to right.
    pub commands: Vec<Command>,
}

/// A term and its arguments.
#[derive(Debug)]
pub struct Command {
    /// The first is called when it can be.
    pub terms: Vec<Term>,
}

/// A value with the fields taken of it.
#[derive(Debug)]
pub struct Term {
    /// What it starts from.
    pub base: Base,
    /// The fields taken, with their places.
    pub fields: Vec<String>,
    /// Byte offset in the source.
    pub position: usize,
}

/// What a term starts from.
#[derive(Debug)]
pub enum Base {
    /// `.`
    Dot,
    /// `$x`
    Variable(String),
    /// A function.
    Function(String),
    /// A constant.
    Constant(serde_json::Value),
    /// `( … )`
    Group(Box<Pipeline>),
}

/// Reads a template.
pub fn parse(source: &str) -> Result<Vec<Node>, ScanError> {
    let mut parser =
        Parser { pieces: scan(source)?.into_iter(), variables: vec!["$".to_owned()], source, at: 0, ranges: 0 };
    match parser.list()? {
        (nodes, None) => Ok(nodes),
        (_, Some(ender)) => Err(parser.error(format!("unexpected {{{{{}}}}}", ender.word))),
    }
}

struct Parser<'a> {
    pieces: std::vec::IntoIter<Piece>,
    variables: Vec<String>,
    source: &'a str,
    at: usize,
    ranges: usize,
}

/// `end` or `else`, with what follows `else`.
struct Ender {
    word: String,
    rest: Vec<Token>,
}

impl Parser<'_> {
    fn error(&self, message: impl Into<String>) -> ScanError {
        ScanError {
            line: 1 + self.source[..self.at.min(self.source.len())].matches('\n').count(),
            message: message.into(),
        }
    }

    fn list(&mut self) -> Result<(Vec<Node>, Option<Ender>), ScanError> {
        let mut nodes = Vec::new();
        while let Some(piece) = self.pieces.next() {
            let (tokens, position) = match piece {
                Piece::Text(text) => {
                    if !text.is_empty() {
                        nodes.push(Node::Text(text));
                    }
                    continue;
                }
                Piece::Action(tokens, position) => (tokens, position),
            };
            self.at = position;
            let keyword = match tokens.first().map(|token| &token.kind) {
                Some(TokenKind::Word(word)) => word.clone(),
                _ => String::new(),
            };
            let rest = || tokens[1..].to_vec();
            match keyword.as_str() {
                "end" | "else" => return Ok((nodes, Some(Ender { word: keyword, rest: rest() }))),
                "if" | "with" => nodes.push(self.choice(&keyword, &rest())?),
                "range" => nodes.push(self.range(&rest())?),
                "break" | "continue" if self.ranges == 0 => {
                    return Err(self.error(format!("{{{{{keyword}}}}} outside {{{{range}}}}")));
                }
                "break" => nodes.push(Node::Break),
                "continue" => nodes.push(Node::Continue),
                _ => nodes.push(Node::Print(self.pipeline(&tokens, "command")?)),
            }
        }
        Ok((nodes, None))
    }

    fn choice(&mut self, keyword: &str, tokens: &[Token]) -> Result<Node, ScanError> {
        let known = self.variables.len();
        let pipeline = self.pipeline(tokens, keyword)?;
        let (yes, no) = self.branches()?;
        self.variables.truncate(known);
        Ok(Node::Choice { with: keyword == "with", pipeline, yes, no })
    }

    fn range(&mut self, tokens: &[Token]) -> Result<Node, ScanError> {
        let known = self.variables.len();
        let pipeline = self.pipeline(tokens, "range")?;
        self.ranges += 1;
        let branches = self.branches();
        self.ranges -= 1;
        self.variables.truncate(known);
        let (body, empty) = branches?;
        Ok(Node::Range { pipeline, body, empty })
    }

    fn branches(&mut self) -> Result<(Vec<Node>, Vec<Node>), ScanError> {
        let (yes, ender) = self.list()?;
        let ender = ender.ok_or_else(|| self.error("unexpected EOF"))?;
        if ender.word == "end" {
            return Ok((yes, Vec::new()));
        }
        if let Some(TokenKind::Word(word)) = ender.rest.first().map(|token| token.kind.clone()) {
            let nested = self.choice(&word, &ender.rest[1..])?;
            return Ok((yes, vec![nested]));
        }
        let (no, ender) = self.list()?;
        match ender {
            Some(ender) if ender.word == "end" => Ok((yes, no)),
            Some(_) => Err(self.error("expected end; found {{else}}")),
            None => Err(self.error("unexpected EOF")),
        }
    }

    fn pipeline(&mut self, tokens: &[Token], context: &str) -> Result<Pipeline, ScanError> {
        let (mut declares, mut assigns, mut rest) = (Vec::new(), false, tokens);
        let kinds: Vec<&TokenKind> = tokens.iter().map(|token| &token.kind).collect();
        match kinds.as_slice() {
            [TokenKind::Variable(name), TokenKind::Declare | TokenKind::Assign, ..] => {
                declares.push(name.clone());
                assigns = *kinds[1] == TokenKind::Assign;
                rest = &tokens[2..];
            }
            [TokenKind::Variable(key), TokenKind::Comma, TokenKind::Variable(value), TokenKind::Declare, ..] => {
                declares.extend([key.clone(), value.clone()]);
                rest = &tokens[4..];
            }
            _ => {}
        }
        let mut commands = Vec::new();
        let mut depth = 0_usize;
        let mut start = 0;
        for (index, token) in rest.iter().enumerate() {
            match token.kind {
                TokenKind::Open => depth += 1,
                TokenKind::Close => depth = depth.saturating_sub(1),
                TokenKind::Pipe if depth == 0 => {
                    commands.push(self.command(&rest[start..index], context)?);
                    start = index + 1;
                }
                _ => {}
            }
        }
        commands.push(self.command(&rest[start..], context)?);
        if assigns {
            self.check_variable(&declares[0])?;
        } else {
            self.variables.extend(declares.iter().cloned());
        }
        Ok(Pipeline { declares, assigns, commands })
    }

    fn command(&mut self, tokens: &[Token], context: &str) -> Result<Command, ScanError> {
        let mut terms: Vec<Term> = Vec::new();
        let mut index = 0;
        while let Some(token) = tokens.get(index) {
            index += 1;
            let position = token.position;
            let mut fields = Vec::new();
            let base = match &token.kind {
                TokenKind::Field(name) => {
                    if let Some(last) = terms.last_mut().filter(|_| !token.spaced) {
                        last.fields.push(name.clone());
                        continue;
                    }
                    fields.push(name.clone());
                    Base::Dot
                }
                TokenKind::Dot => Base::Dot,
                TokenKind::Variable(name) => {
                    self.check_variable(name)?;
                    Base::Variable(name.clone())
                }
                TokenKind::Word(word) => match word.as_str() {
                    "true" => Base::Constant(true.into()),
                    "false" => Base::Constant(false.into()),
                    "nil" => Base::Constant(serde_json::Value::Null),
                    _ if functions::is_known(word) => Base::Function(word.clone()),
                    _ => return Err(self.error(format!("function \"{word}\" not defined"))),
                },
                TokenKind::Text(text) => Base::Constant(text.clone().into()),
                TokenKind::Number(value, text) => Base::Constant(match text.parse::<i64>() {
                    Ok(integer) => integer.into(),
                    Err(_) => (*value).into(),
                }),
                TokenKind::Open => {
                    let end = closing(tokens, index).ok_or_else(|| self.error("unclosed left paren"))?;
                    let inner = self.pipeline(&tokens[index..end], "parenthesized pipeline")?;
                    index = end + 1;
                    Base::Group(Box::new(inner))
                }
                other => return Err(self.error(format!("unexpected <{}> in operand", sign(other)))),
            };
            terms.push(Term { base, fields, position });
        }
        if terms.is_empty() { Err(self.error(format!("missing value for {context}"))) } else { Ok(Command { terms }) }
    }

    fn check_variable(&self, name: &str) -> Result<(), ScanError> {
        if self.variables.iter().any(|known| known == name) {
            Ok(())
        } else {
            Err(self.error(format!("undefined variable \"{name}\"")))
        }
    }
}

fn closing(tokens: &[Token], from: usize) -> Option<usize> {
    let mut depth = 1;
    (from..tokens.len()).find(|index| {
        match tokens[*index].kind {
            TokenKind::Open => depth += 1,
            TokenKind::Close => depth -= 1,
            _ => {}
        }
        depth == 0
    })
}

fn sign(kind: &TokenKind) -> &'static str {
    match kind {
        TokenKind::Comma => ",",
        TokenKind::Declare => ":=",
        TokenKind::Assign => "=",
        TokenKind::Close => ")",
        _ => "?",
    }
}
