//! What stands inside an action: declarations, commands, operands. The second half of the parser.

use super::constant;
use super::functions;
use super::lexer::TokenKind;
use super::node::{Command, Operand, OperandKind, Pipe};
use super::parser::{DEEPEST, ParseError, Parser};

impl Parser {
    /// Up to `end`, which is taken.
    pub(super) fn pipeline(&mut self, context: &str, end: TokenKind) -> Result<Pipe, ParseError> {
        self.skip_spaces();
        let position = self.peek().position;
        let (declares, assigns) = self.declarations(context)?;
        let mut commands = Vec::new();
        loop {
            self.skip_spaces();
            let token = self.peek().clone();
            match token.kind {
                kind if kind == end => {
                    self.next += 1;
                    break;
                }
                TokenKind::Bool
                | TokenKind::CharacterConstant
                | TokenKind::Field
                | TokenKind::Identifier
                | TokenKind::Number
                | TokenKind::Raw
                | TokenKind::Quoted
                | TokenKind::Variable
                | TokenKind::LeftParenthesis => commands.push(self.command()?),
                TokenKind::Keyword if matches!(token.text.as_str(), "." | "nil") => commands.push(self.command()?),
                _ => {
                    self.next += 1;
                    return self.unexpected(&token, context);
                }
            }
        }
        if commands.is_empty() {
            return self.error(format!("missing value for {context}"));
        }
        for (stage, command) in commands.iter().enumerate().skip(1) {
            if matches!(
                command.operands[0].kind,
                OperandKind::Bool(_)
                    | OperandKind::Dot
                    | OperandKind::Nil
                    | OperandKind::Number(..)
                    | OperandKind::Text(..)
            ) {
                return self.error(format!("non executable command in pipeline stage {}", stage + 1));
            }
        }
        Ok(Pipe { position, declares, assigns, commands })
    }

    /// `$x :=`, `$x =`, `$i, $x :=`.
    fn declarations(&mut self, context: &str) -> Result<(Vec<String>, bool), ParseError> {
        let mut declares = Vec::new();
        loop {
            self.skip_spaces();
            let here = self.next;
            if self.peek().kind != TokenKind::Variable {
                return Ok((declares, false));
            }
            let name = self.take().text;
            self.skip_spaces();
            let token = self.peek().clone();
            match token.kind {
                TokenKind::Assign | TokenKind::Declare => {
                    self.next += 1;
                    declares.push(name.clone());
                    self.variables.push(name);
                    return Ok((declares, token.kind == TokenKind::Assign));
                }
                TokenKind::Character if token.text == "," => {
                    self.next += 1;
                    declares.push(name.clone());
                    self.variables.push(name);
                    if context != "range" || declares.len() >= 2 {
                        return self.error(format!("too many declarations in {context}"));
                    }
                    self.skip_spaces();
                    let next = self.peek().kind;
                    let may_follow = [TokenKind::Variable, TokenKind::RightDelimiter, TokenKind::RightParenthesis];
                    if !may_follow.contains(&next) {
                        return self.error("range can only initialize variables");
                    }
                }
                _ => {
                    self.next = here;
                    return Ok((declares, false));
                }
            }
        }
    }

    fn command(&mut self) -> Result<Command, ParseError> {
        self.skip_spaces();
        let position = self.peek().position;
        let mut operands = Vec::new();
        loop {
            self.skip_spaces();
            operands.extend(self.operand()?);
            let token = self.peek().clone();
            match token.kind {
                TokenKind::Space => {}
                TokenKind::RightDelimiter | TokenKind::RightParenthesis => break,
                TokenKind::Pipe => {
                    self.next += 1;
                    break;
                }
                _ => {
                    self.next += 1;
                    return self.unexpected(&token, "operand");
                }
            }
        }
        if operands.is_empty() { self.error("empty command") } else { Ok(Command { position, operands }) }
    }

    fn operand(&mut self) -> Result<Option<Operand>, ParseError> {
        let Some(mut operand) = self.term()? else { return Ok(None) };
        if self.peek().kind != TokenKind::Field {
            return Ok(Some(operand));
        }
        let position = self.peek().position;
        let mut names = Vec::new();
        while self.peek().kind == TokenKind::Field {
            names.push(self.take().text[1..].to_owned());
        }
        operand = match operand.kind {
            OperandKind::Field(first) => {
                Operand { position, kind: OperandKind::Field(first.into_iter().chain(names).collect()) }
            }
            OperandKind::Variable(first) => {
                Operand { position, kind: OperandKind::Variable(first.into_iter().chain(names).collect()) }
            }
            OperandKind::Bool(_)
            | OperandKind::Text(..)
            | OperandKind::Number(..)
            | OperandKind::Nil
            | OperandKind::Dot => {
                return self.error(format!("unexpected . after term {:?}", operand.to_string()));
            }
            _ => Operand { position, kind: OperandKind::Chain(Box::new(operand), names) },
        };
        Ok(Some(operand))
    }

    fn term(&mut self) -> Result<Option<Operand>, ParseError> {
        self.skip_spaces();
        let token = self.take();
        let kind = match token.kind {
            TokenKind::Identifier if functions::is_known(&token.text) => OperandKind::Identifier(token.text),
            TokenKind::Identifier => return self.error(format!("function {:?} not defined", token.text)),
            TokenKind::Keyword if token.text == "." => OperandKind::Dot,
            TokenKind::Keyword if token.text == "nil" => OperandKind::Nil,
            TokenKind::Variable => {
                if !self.variables.contains(&token.text) {
                    return self.error(format!("undefined variable {:?}", token.text));
                }
                OperandKind::Variable(vec![token.text])
            }
            TokenKind::Field => OperandKind::Field(vec![token.text[1..].to_owned()]),
            TokenKind::Bool => OperandKind::Bool(token.text == "true"),
            TokenKind::CharacterConstant | TokenKind::Number => match constant::number(&token.text) {
                Ok(number) => OperandKind::Number(token.text, number),
                Err(message) => return self.error(message),
            },
            TokenKind::Quoted | TokenKind::Raw => match constant::unquote(&token.text) {
                Some(text) => OperandKind::Text(token.text, text),
                None => return self.error("invalid syntax"),
            },
            TokenKind::LeftParenthesis => {
                self.depth += 1;
                if self.depth > DEEPEST {
                    return self.error("max expression depth exceeded");
                }
                let pipe = self.pipeline("parenthesized pipeline", TokenKind::RightParenthesis)?;
                self.depth -= 1;
                OperandKind::Pipe(pipe)
            }
            _ => {
                self.next -= 1;
                return Ok(None);
            }
        };
        Ok(Some(Operand { position: token.position, kind }))
    }
}
