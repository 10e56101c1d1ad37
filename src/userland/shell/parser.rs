//! Text to syntax tree: the grammar of commands.
//!
//! Scannerless recursive descent, after the POSIX shell grammar (XCU 2.10). Words are read by
//! `parser_word`, redirections by `parser_redirection`. Knows nothing of values.

use std::collections::BTreeMap;

use super::syntax::{Arm, Command, CommandKind, Connector, Item, List, Mode, Pipeline};

/// Why text is not a command.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SyntaxError {
    /// More text could make it one.
    #[error("syntax error: unexpected end of file")]
    Incomplete,
    /// A quotation that the text does not close.
    #[error("syntax error: unterminated quoted string")]
    Unterminated,
    /// No continuation can make it one.
    #[error("syntax error: unexpected {0}")]
    Unexpected(String),
    /// `${…}` that means nothing.
    #[error("syntax error: bad substitution")]
    BadSubstitution,
}

impl SyntaxError {
    /// Whether reading one more line may help.
    pub fn wants_more(&self) -> bool {
        matches!(self, Self::Incomplete | Self::Unterminated)
    }
}

/// A position in a source text.
pub struct Parser<'a> {
    pub(super) text: Vec<char>,
    pub(super) position: usize,
    pub(super) line: usize,
    /// Bodies of here-documents already read: where the newline before them is, where they end.
    pub(super) here_documents: BTreeMap<usize, usize>,
    aliases: &'a BTreeMap<String, String>,
    expanding_alias_until: usize,
    depth: usize,
}

/// Deeper nesting is refused rather than overflowing the stack.
const DEPTH_LIMIT: usize = 200;

pub(super) type Parsed<T> = Result<T, SyntaxError>;

/// Words that are grammar where a command may start.
pub(super) const RESERVED: [&str; 16] =
    ["if", "then", "elif", "else", "fi", "for", "while", "until", "do", "done", "case", "esac", "{", "}", "!", "in"];

impl<'a> Parser<'a> {
    /// Reads `text`, whose first line has the number `line`.
    pub fn new(text: &str, line: usize, aliases: &'a BTreeMap<String, String>) -> Self {
        Self {
            text: text.chars().collect(),
            position: 0,
            line,
            here_documents: BTreeMap::new(),
            aliases,
            expanding_alias_until: 0,
            depth: 0,
        }
    }

    /// The next complete command line; `None` at the end of the text.
    pub fn next_line(&mut self) -> Parsed<Option<List>> {
        loop {
            self.skip_blanks();
            match self.peek() {
                None => return Ok(None),
                Some('\n') => self.advance(),
                Some(_) => break,
            }
        }
        let list = self.list(false)?;
        self.skip_blanks();
        match self.peek() {
            None => Ok(Some(list)),
            Some('\n') => {
                self.advance();
                Ok(Some(list))
            }
            Some(_) => Err(self.unexpected()),
        }
    }

    /// The line that will be read next, from 1.
    pub fn line(&self) -> usize {
        self.line
    }

    /// Reads all that remains as one list.
    pub fn whole(&mut self) -> Parsed<List> {
        let list = self.list(true)?;
        if self.peek().is_some() { Err(self.unexpected()) } else { Ok(list) }
    }

    /// Commands up to something that cannot start one; `newlines` says whether a newline separates or ends.
    pub(super) fn list(&mut self, newlines: bool) -> Parsed<List> {
        self.depth += 1;
        if self.depth > DEPTH_LIMIT {
            return Err(SyntaxError::Unexpected("nesting".to_owned()));
        }
        let mut items = Vec::new();
        loop {
            if newlines {
                self.skip_newlines();
            } else {
                self.skip_blanks();
            }
            if self.ends_list() {
                break;
            }
            let start = self.position;
            let mut item = self.and_or()?;
            if self.depth == 1 || self.peek() == Some('&') {
                let end = self.position.max(start);
                self.text[start..end].iter().collect::<String>().trim().clone_into(&mut item.source);
            }
            self.skip_blanks();
            let mut separated = false;
            if self.looks_at(";") && !self.looks_at(";;") && !self.looks_at(";&") {
                self.advance();
                separated = true;
            } else if self.peek() == Some('&') {
                self.advance();
                item.mode = Mode::Background;
                separated = true;
            }
            items.push(item);
            let goes_on = separated || (newlines && self.peek() == Some('\n'));
            if !goes_on {
                break;
            }
        }
        self.depth -= 1;
        Ok(List { items })
    }

    /// A list that must hold something, as every body must.
    fn body(&mut self) -> Parsed<List> {
        let list = self.list(true)?;
        if list.items.is_empty() { Err(self.unexpected()) } else { Ok(list) }
    }

    fn ends_list(&mut self) -> bool {
        match self.peek() {
            None | Some('\n' | ')' | ';' | '&' | '|') => true,
            Some(_) => {
                ["then", "elif", "else", "fi", "do", "done", "esac", "}"].iter().any(|word| self.at_reserved(word))
            }
        }
    }

    fn and_or(&mut self) -> Parsed<Item> {
        let first = self.pipeline()?;
        let mut rest = Vec::new();
        loop {
            self.skip_blanks();
            let connector = if self.looks_at("&&") {
                Connector::And
            } else if self.looks_at("||") {
                Connector::Or
            } else {
                return Ok(Item { first, rest, mode: Mode::Foreground, source: String::new() });
            };
            self.position += 2;
            self.skip_newlines();
            rest.push((connector, self.pipeline()?));
        }
    }

    fn pipeline(&mut self) -> Parsed<Pipeline> {
        let mut negated = false;
        while self.take_reserved("!") {
            negated = !negated;
            self.skip_blanks();
        }
        let mut commands = vec![self.command()?];
        loop {
            self.skip_blanks();
            if self.peek() != Some('|') || self.looks_at("||") {
                return Ok(Pipeline { negated, commands });
            }
            self.advance();
            self.skip_newlines();
            commands.push(self.command()?);
        }
    }

    pub(super) fn command(&mut self) -> Parsed<Command> {
        self.skip_blanks();
        self.expand_alias();
        let line = self.line;
        let kind = if self.peek() == Some('(') {
            self.advance();
            let list = self.body()?;
            self.demand(")")?;
            CommandKind::Subshell(list)
        } else if self.take_reserved("{") {
            let list = self.body()?;
            self.demand_reserved("}")?;
            CommandKind::Group(list)
        } else if self.take_reserved("if") {
            self.if_command()?
        } else if self.at_reserved("while") || self.at_reserved("until") {
            let until = self.take_reserved("until");
            if !until {
                self.take_reserved("while");
            }
            let condition = self.body()?;
            CommandKind::Loop { until, condition, body: self.do_group()? }
        } else if self.take_reserved("for") {
            self.for_command()?
        } else if self.take_reserved("case") {
            self.case_command()?
        } else {
            return self.simple_or_function(line);
        };
        let redirections = self.redirections()?;
        Ok(Command { kind, redirections, line })
    }

    fn if_command(&mut self) -> Parsed<CommandKind> {
        let condition = self.body()?;
        self.demand_reserved("then")?;
        let mut branches = vec![(condition, self.body()?)];
        loop {
            if self.take_reserved("elif") {
                let condition = self.body()?;
                self.demand_reserved("then")?;
                branches.push((condition, self.body()?));
            } else if self.take_reserved("else") {
                let otherwise = Some(self.body()?);
                self.demand_reserved("fi")?;
                return Ok(CommandKind::If { branches, otherwise });
            } else {
                self.demand_reserved("fi")?;
                return Ok(CommandKind::If { branches, otherwise: None });
            }
        }
    }

    fn do_group(&mut self) -> Parsed<List> {
        self.demand_reserved("do")?;
        let body = self.body()?;
        self.demand_reserved("done")?;
        Ok(body)
    }

    fn for_command(&mut self) -> Parsed<CommandKind> {
        self.skip_blanks();
        let name = self.name();
        if name.is_empty() {
            return Err(self.unexpected());
        }
        self.skip_newlines();
        let mut words = None;
        if self.take_reserved("in") {
            let mut values = Vec::new();
            loop {
                self.skip_blanks();
                match self.word()? {
                    Some(word) => values.push(word),
                    None => break,
                }
            }
            words = Some(values);
        }
        self.skip_blanks();
        if self.peek() == Some(';') {
            self.advance();
        }
        self.skip_newlines();
        Ok(CommandKind::For { name, words, body: self.do_group()? })
    }

    fn case_command(&mut self) -> Parsed<CommandKind> {
        self.skip_blanks();
        let subject = self.word()?.ok_or_else(|| self.unexpected())?;
        self.skip_newlines();
        self.demand_reserved("in")?;
        let mut arms = Vec::new();
        loop {
            self.skip_newlines();
            if self.take_reserved("esac") {
                return Ok(CommandKind::Case { subject, arms });
            }
            if self.peek() == Some('(') {
                self.advance();
            }
            let mut patterns = Vec::new();
            loop {
                self.skip_blanks();
                patterns.push(self.word()?.ok_or_else(|| self.unexpected())?);
                self.skip_blanks();
                if self.peek() != Some('|') {
                    break;
                }
                self.advance();
            }
            self.demand(")")?;
            let body = self.list(true)?;
            self.skip_newlines();
            let falls_through = self.looks_at(";&");
            arms.push(Arm { patterns, body, falls_through });
            if falls_through || self.looks_at(";;") {
                self.position += 2;
            } else {
                self.demand_reserved("esac")?;
                return Ok(CommandKind::Case { subject, arms });
            }
        }
    }

    /// Replaces an alias at the head of a command by its text. Not within its own text: no loop.
    fn expand_alias(&mut self) {
        if self.aliases.is_empty() || self.position < self.expanding_alias_until {
            return;
        }
        let end = (self.position..self.text.len())
            .find(|&index| !(self.text[index].is_alphanumeric() || "_-.!%,@".contains(self.text[index])))
            .unwrap_or(self.text.len());
        let name: String = self.text[self.position..end].iter().collect();
        let Some(value) = self.aliases.get(&name) else { return };
        if RESERVED.contains(&name.as_str()) || self.here_documents.range(self.position..).next().is_some() {
            return;
        }
        let value: Vec<char> = value.chars().collect();
        self.expanding_alias_until = self.position + value.len();
        self.text.splice(self.position..end, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Parsed<Option<List>> {
        Parser::new(text, 1, &BTreeMap::new()).next_line()
    }

    #[test]
    fn the_unfinished_is_told_from_the_wrong() {
        for text in [
            "if true",
            "for i in a b; do",
            "echo 'a",
            "echo \"a",
            "cat <<E\nbody\n",
            "a &&",
            "a |",
            "f() {",
            "case x in",
            "echo $(ls",
            "echo ${x",
            "echo $((1",
            "(a",
        ] {
            assert!(parse(text).is_err_and(|error| error.wants_more()), "{text}");
        }
        for text in [")", "a;;", "fi", "if; then", "echo ${x!}", "| a", "for 1 in a; do :; done", "{ a; ) "] {
            assert!(parse(text).is_err_and(|error| !error.wants_more()), "{text}");
        }
    }

    #[test]
    fn a_list_knows_its_items() {
        let list = parse("a | b && c || d; e &\n").expect("it is a command").expect("there is one");
        assert_eq!(list.items.len(), 2);
        assert_eq!(list.items[0].first.commands.len(), 2);
        assert_eq!(list.items[0].rest.len(), 2);
        assert_eq!(list.items[1].mode, Mode::Background);
        assert_eq!(list.items[1].source, "e");
    }

    #[test]
    fn an_alias_is_replaced_once() {
        let aliases = BTreeMap::from([("ls".to_owned(), "ls -l".to_owned())]);
        let list = Parser::new("ls x\n", 1, &aliases).next_line().expect("it is a command").expect("there is one");
        let CommandKind::Simple { words, .. } = &list.items[0].first.commands[0].kind else {
            panic!("a simple command")
        };
        assert_eq!(words.len(), 3);
    }
}
