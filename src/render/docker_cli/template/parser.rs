//! Tokens to trees, as Go's `text/template/parse` does it, its sentences included.

use std::collections::BTreeMap;

use super::constant;
use super::lexer::{self, Token, TokenKind};
use super::node::{Control, Node};

/// Parentheses and blocks one inside the other.
pub(super) const DEEPEST: usize = 100;

/// A template that cannot be read.
#[derive(Debug)]
pub struct ParseError {
    /// From 1.
    pub line: usize,
    /// In Go's words.
    pub message: String,
}

/// The main template and those it defines, by name.
pub type Trees = BTreeMap<String, Vec<Node>>;

/// Reads a template called `name`.
///
/// # Errors
/// Go's sentence.
pub fn parse(name: &str, source: &str) -> Result<Trees, ParseError> {
    let mut parser = Parser {
        name: name.to_owned(),
        tokens: lexer::tokens(source),
        next: 0,
        variables: vec!["$".to_owned()],
        ranges: 0,
        depth: 0,
        action_line: 0,
        defined: Trees::new(),
    };
    let main = parser.top()?;
    parser.defined.insert(name.to_owned(), main);
    Ok(parser.defined)
}

pub(super) struct Parser {
    pub(super) name: String,
    pub(super) tokens: Vec<Token>,
    pub(super) next: usize,
    pub(super) variables: Vec<String>,
    ranges: usize,
    pub(super) depth: usize,
    action_line: usize,
    defined: Trees,
}

/// What ended a list.
enum Ender {
    End,
    /// Followed by `if` or `with`, or by the end of the action.
    Else,
}

enum Item {
    Node(Node),
    Ender(Ender),
}

impl Ender {
    fn said(&self) -> &'static str {
        match self {
            Self::End => "{{end}}",
            Self::Else => "{{else}}",
        }
    }
}

impl Parser {
    pub(super) fn error<T>(&self, message: impl Into<String>) -> Result<T, ParseError> {
        let last = self.next.saturating_sub(1).min(self.tokens.len() - 1);
        Err(ParseError { line: self.tokens[last].line, message: message.into() })
    }

    pub(super) fn peek(&self) -> &Token {
        &self.tokens[self.next.min(self.tokens.len() - 1)]
    }

    pub(super) fn take(&mut self) -> Token {
        let token = self.peek().clone();
        self.next += 1;
        token
    }

    pub(super) fn skip_spaces(&mut self) {
        while self.peek().kind == TokenKind::Space {
            self.next += 1;
        }
    }

    fn take_word(&mut self) -> Token {
        self.skip_spaces();
        self.take()
    }

    fn is_keyword(&self, word: &str) -> bool {
        self.peek().kind == TokenKind::Keyword && self.peek().text == word
    }

    pub(super) fn unexpected<T>(&self, token: &Token, context: &str) -> Result<T, ParseError> {
        if token.kind != TokenKind::Error {
            return self.error(format!("unexpected {} in {context}", said(token)));
        }
        let mut message = token.text.clone();
        if self.action_line != 0 && self.action_line != token.line {
            let action = if message.ends_with(" action") { "" } else { " in action" };
            message.push_str(&format!("{action} started at {}:{}", self.name, self.action_line));
        }
        self.error(message)
    }

    fn expect(&mut self, kind: TokenKind, context: &str) -> Result<Token, ParseError> {
        let token = self.take_word();
        if token.kind == kind { Ok(token) } else { self.unexpected(&token, context) }
    }

    fn top(&mut self) -> Result<Vec<Node>, ParseError> {
        let mut nodes = Vec::new();
        while self.peek().kind != TokenKind::End {
            if self.peek().kind == TokenKind::LeftDelimiter {
                let here = self.next;
                self.next += 1;
                self.skip_spaces();
                if self.is_keyword("define") {
                    self.next += 1;
                    self.definition()?;
                    continue;
                }
                self.next = here;
            }
            match self.text_or_action()? {
                Item::Node(node) => nodes.push(node),
                Item::Ender(ender) => return self.error(format!("unexpected {}", ender.said())),
            }
        }
        Ok(nodes)
    }

    fn definition(&mut self) -> Result<(), ParseError> {
        let context = "define clause";
        let token = self.take_word();
        let name = self.template_name(&token, context)?;
        self.expect(TokenKind::RightDelimiter, context)?;
        let outer = std::mem::replace(&mut self.variables, vec!["$".to_owned()]);
        let (body, ender) = self.list()?;
        self.variables = outer;
        if matches!(ender, Ender::Else) {
            return self.error(format!("unexpected {} in {context}", ender.said()));
        }
        self.define(name, body)
    }

    fn define(&mut self, name: String, body: Vec<Node>) -> Result<(), ParseError> {
        let is_blank =
            |nodes: &[Node]| nodes.iter().all(|node| matches!(node, Node::Text(text) if text.trim().is_empty()));
        match self.defined.get(&name) {
            Some(known) if !is_blank(known) => {
                if !is_blank(&body) {
                    return self.error(format!("template: multiple definition of template {name:?}"));
                }
            }
            _ => {
                self.defined.insert(name, body);
            }
        }
        Ok(())
    }

    fn list(&mut self) -> Result<(Vec<Node>, Ender), ParseError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return self.error("exceeded max nesting");
        }
        let mut nodes = Vec::new();
        while self.peek().kind != TokenKind::End {
            match self.text_or_action()? {
                Item::Node(node) => nodes.push(node),
                Item::Ender(ender) => {
                    self.depth -= 1;
                    return Ok((nodes, ender));
                }
            }
        }
        self.next += 1;
        self.error("unexpected EOF")
    }

    fn text_or_action(&mut self) -> Result<Item, ParseError> {
        let token = self.take();
        match token.kind {
            TokenKind::Text => Ok(Item::Node(Node::Text(token.text))),
            TokenKind::LeftDelimiter => {
                self.action_line = token.line;
                let item = self.action();
                self.action_line = 0;
                item
            }
            _ => self.unexpected(&token, "input"),
        }
    }

    fn action(&mut self) -> Result<Item, ParseError> {
        self.skip_spaces();
        if self.peek().kind == TokenKind::Keyword {
            let word = self.peek().text.clone();
            if !matches!(word.as_str(), "." | "nil" | "define") {
                self.next += 1;
            }
            match word.as_str() {
                "if" => return Ok(Item::Node(Node::If(self.control("if")?))),
                "with" => return Ok(Item::Node(Node::With(self.control("with")?))),
                "range" => return Ok(Item::Node(Node::Range(self.control("range")?))),
                "template" => return Ok(Item::Node(self.template()?)),
                "block" => return Ok(Item::Node(self.block()?)),
                "break" | "continue" => return self.leave(&word),
                "end" => {
                    self.expect(TokenKind::RightDelimiter, "end")?;
                    return Ok(Item::Ender(Ender::End));
                }
                "else" => {
                    self.skip_spaces();
                    if !self.is_keyword("if") && !self.is_keyword("with") {
                        self.expect(TokenKind::RightDelimiter, "else")?;
                    }
                    return Ok(Item::Ender(Ender::Else));
                }
                _ => {}
            }
        }
        Ok(Item::Node(Node::Action(self.pipeline("command", TokenKind::RightDelimiter)?)))
    }

    fn leave(&mut self, word: &str) -> Result<Item, ParseError> {
        let token = self.take_word();
        if token.kind != TokenKind::RightDelimiter {
            return self.unexpected(&token, &format!("{{{{{word}}}}}"));
        }
        if self.ranges == 0 {
            return self.error(format!("{{{{{word}}}}} outside {{{{range}}}}"));
        }
        Ok(Item::Node(if word == "break" { Node::Break } else { Node::Continue }))
    }

    fn control(&mut self, context: &str) -> Result<Control, ParseError> {
        let known = self.variables.len();
        let pipe = self.pipeline(context, TokenKind::RightDelimiter)?;
        self.ranges += usize::from(context == "range");
        let (body, ender) = self.list()?;
        self.ranges -= usize::from(context == "range");
        let otherwise = match ender {
            Ender::End => Vec::new(),
            Ender::Else if context != "range" && self.is_keyword(context) => {
                self.next += 1;
                let nested = self.control(context)?;
                vec![if context == "if" { Node::If(nested) } else { Node::With(nested) }]
            }
            Ender::Else => match self.list()? {
                (otherwise, Ender::End) => otherwise,
                (_, other) => return self.error(format!("expected end; found {}", other.said())),
            },
        };
        self.variables.truncate(known);
        Ok(Control { pipe, body, otherwise })
    }

    fn template(&mut self) -> Result<Node, ParseError> {
        let context = "template clause";
        let token = self.take_word();
        let position = token.position;
        let name = self.template_name(&token, context)?;
        self.skip_spaces();
        if self.peek().kind == TokenKind::RightDelimiter {
            self.next += 1;
            return Ok(Node::Template { position, name, pipe: None });
        }
        let pipe = self.pipeline(context, TokenKind::RightDelimiter)?;
        Ok(Node::Template { position, name, pipe: Some(pipe) })
    }

    fn block(&mut self) -> Result<Node, ParseError> {
        let context = "block clause";
        let token = self.take_word();
        let position = token.position;
        let name = self.template_name(&token, context)?;
        let pipe = self.pipeline(context, TokenKind::RightDelimiter)?;
        let outer = std::mem::replace(&mut self.variables, vec!["$".to_owned()]);
        let (body, ender) = self.list()?;
        self.variables = outer;
        if matches!(ender, Ender::Else) {
            return self.error(format!("unexpected {} in {context}", ender.said()));
        }
        self.define(name.clone(), body)?;
        Ok(Node::Template { position, name, pipe: Some(pipe) })
    }

    fn template_name(&self, token: &Token, context: &str) -> Result<String, ParseError> {
        match token.kind {
            TokenKind::Quoted | TokenKind::Raw => match constant::unquote(&token.text) {
                Some(name) => Ok(name),
                None => self.error("invalid syntax"),
            },
            _ => self.unexpected(token, context),
        }
    }
}

/// A token as Go shows it in an error.
fn said(token: &Token) -> String {
    match token.kind {
        TokenKind::End => "EOF".to_owned(),
        TokenKind::Error => token.text.clone(),
        TokenKind::Keyword => format!("<{}>", token.text),
        _ if token.text.len() > 10 => format!("{:?}...", token.text.chars().take(10).collect::<String>()),
        _ => format!("{:?}", token.text),
    }
}
