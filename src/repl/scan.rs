//! A line cut as a shell would cut it: words with their place, operators, and what is still open.
//!
//! It expands nothing: it says which words *would* be expanded, so that such lines go to a real shell.

use std::ops::Range;

/// One word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Its text, quotes removed.
    pub text: String,
    /// Where it stands in the line, in bytes, quotes included.
    pub span: Range<usize>,
    /// A shell would change it: `$x`, `$(…)`, `*`, `~`, `{a,b}`.
    pub expands: bool,
    /// Some of it was quoted: then it is no keyword.
    pub quoted: bool,
}

/// A piece of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    /// A word.
    Word(Word),
    /// `|`, `&&`, `;`, `>`, a newline…
    Operator(Range<usize>),
    /// From `#` to the end of the line.
    Comment(Range<usize>),
}

/// What still has to be closed before the line is whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Open {
    /// `'`
    SingleQuote,
    /// `"`
    DoubleQuote,
    /// A `\` at the very end.
    Backslash,
    /// `$(`, `` ` `` or `${`.
    Substitution,
}

/// A line, cut.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scan {
    /// Its pieces, in order.
    pub tokens: Vec<Token>,
    /// What is still open at its end.
    pub open: Option<Open>,
}

impl Scan {
    /// The words, in order.
    pub fn words(&self) -> impl Iterator<Item = &Word> {
        self.tokens.iter().filter_map(|token| match token {
            Token::Word(word) => Some(word),
            _ => None,
        })
    }
}

/// Cuts a line.
pub fn scan(line: &str) -> Scan {
    let mut scanner = Scanner { line, at: 0, tokens: Vec::new(), open: None };
    scanner.run();
    Scan { tokens: scanner.tokens, open: scanner.open }
}

struct Scanner<'a> {
    line: &'a str,
    at: usize,
    tokens: Vec<Token>,
    open: Option<Open>,
}

impl Scanner<'_> {
    fn run(&mut self) {
        while let Some(character) = self.peek() {
            match character {
                ' ' | '\t' | '\r' => self.skip(character),
                '#' => {
                    let start = self.at;
                    self.at = self.line[start..].find('\n').map_or(self.line.len(), |length| start + length);
                    self.tokens.push(Token::Comment(start..self.at));
                }
                '\n' | '|' | '&' | ';' | '<' | '>' | '(' | ')' => self.operator(),
                _ => self.word(),
            }
        }
    }

    fn peek(&self) -> Option<char> {
        self.line[self.at..].chars().next()
    }

    fn skip(&mut self, character: char) {
        self.at += character.len_utf8();
    }

    fn operator(&mut self) {
        const OPERATORS: [&str; 15] =
            ["<<<", "<<-", "&>>", "&&", "||", ";;", "<<", ">>", "<&", ">&", "<>", ">|", "|&", "&>", "\n"];
        let rest = &self.line[self.at..];
        let length =
            OPERATORS.iter().find(|operator| rest.starts_with(**operator)).map_or(1, |operator| operator.len());
        self.tokens.push(Token::Operator(self.at..self.at + length));
        self.at += length;
    }

    fn word(&mut self) {
        let start = self.at;
        let mut word = Word { text: String::new(), span: start..start, expands: false, quoted: false };
        while let Some(character) = self.peek() {
            match character {
                ' ' | '\t' | '\r' | '\n' | '|' | '&' | ';' | '<' | '>' | '(' | ')' => break,
                '\'' => self.single_quoted(&mut word),
                '"' => self.double_quoted(&mut word),
                '\\' => self.escaped(&mut word),
                '$' | '`' => self.expansion(&mut word),
                '*' | '?' | '[' => {
                    word.expands = true;
                    self.push(&mut word, character);
                }
                '~' if self.at == start => {
                    word.expands = true;
                    self.push(&mut word, character);
                }
                _ => self.push(&mut word, character),
            }
        }
        word.span.end = self.at;
        if !word.quoted && has_brace_list(&word.text) {
            word.expands = true;
        }
        // A continued line alone makes no word.
        if word.quoted || word.expands || !word.text.is_empty() {
            self.tokens.push(Token::Word(word));
        }
    }

    fn push(&mut self, word: &mut Word, character: char) {
        word.text.push(character);
        self.skip(character);
    }

    fn single_quoted(&mut self, word: &mut Word) {
        word.quoted = true;
        self.at += 1;
        if let Some(length) = self.line[self.at..].find('\'') {
            word.text.push_str(&self.line[self.at..self.at + length]);
            self.at += length + 1;
        } else {
            word.text.push_str(&self.line[self.at..]);
            self.at = self.line.len();
            self.open = Some(Open::SingleQuote);
        }
    }

    fn double_quoted(&mut self, word: &mut Word) {
        word.quoted = true;
        self.at += 1;
        loop {
            match self.peek() {
                None => {
                    self.open.get_or_insert(Open::DoubleQuote);
                    return;
                }
                Some('"') => {
                    self.at += 1;
                    return;
                }
                Some('$' | '`') => self.expansion(word),
                Some('\\') => {
                    self.at += 1;
                    match self.peek() {
                        Some('\n') => self.at += 1,
                        Some(special @ ('"' | '\\' | '$' | '`')) => self.push(word, special),
                        _ => word.text.push('\\'),
                    }
                }
                Some(other) => self.push(word, other),
            }
        }
    }

    fn escaped(&mut self, word: &mut Word) {
        self.at += 1;
        match self.peek() {
            None => self.open = Some(Open::Backslash),
            Some('\n') => self.at += 1,
            Some(character) => {
                word.quoted = true;
                self.push(word, character);
            }
        }
    }

    /// `$name`, `${…}`, `$(…)`, `` `…` ``: kept as written.
    fn expansion(&mut self, word: &mut Word) {
        let start = self.at;
        let rest = &self.line[start..];
        let mut following = rest.chars().skip(1);
        let length = match (rest.chars().next(), following.next()) {
            (Some('`'), _) => rest[1..].find('`').map(|length| length + 2),
            (_, Some('(')) => closing(rest, '(', ')'),
            (_, Some('{')) => closing(rest, '{', '}'),
            (_, Some(next)) if next.is_alphanumeric() || "_?!#$@*-'\"".contains(next) => Some(1),
            // A lone `$` is itself.
            _ => {
                self.push(word, '$');
                return;
            }
        };
        word.expands = true;
        let length = length.unwrap_or_else(|| {
            self.open = Some(Open::Substitution);
            rest.len()
        });
        word.text.push_str(&rest[..length]);
        self.at += length;
        // `$?`, `$*`: the sign belongs to the name, it is no pattern.
        if length == 1
            && let Some(sign @ ('?' | '!' | '#' | '$' | '@' | '*' | '-')) = self.peek()
        {
            self.push(word, sign);
        }
    }
}

/// The length of `$(…)` at the head of the text, quotes and nesting respected.
fn closing(text: &str, opening: char, closing: char) -> Option<usize> {
    let mut depth = 0_usize;
    let mut quote: Option<char> = None;
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match (quote, character) {
            (Some(open), _) if character == open => quote = None,
            (Some('\''), _) => {}
            (_, '\\') => {
                characters.next();
            }
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(character),
            (None, _) if character == opening => depth += 1,
            (None, _) if character == closing => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(at + character.len_utf8());
                }
            }
            (None, _) => {}
        }
    }
    None
}

/// `{a,b}` or `{1..3}`, which bash expands. `{{.Names}}` is not one.
fn has_brace_list(text: &str) -> bool {
    let Some(start) = text.find('{') else { return false };
    let inner = &text[start + 1..];
    let Some(end) = inner.find('}') else { return false };
    let inner = &inner[..end];
    !inner.contains('{') && (inner.contains(',') || inner.contains(".."))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(line: &str) -> Vec<String> {
        scan(line).words().map(|word| word.text.clone()).collect()
    }

    #[test]
    fn quotes_are_removed_and_spans_kept() {
        let line = r#"docker run -e "A=b c" alpine sh -c 'echo "$x"'"#;
        assert_eq!(texts(line), ["docker", "run", "-e", "A=b c", "alpine", "sh", "-c", "echo \"$x\""]);
        let scan = scan(line);
        assert!(scan.words().all(|word| !word.expands));
        let quoted = scan.words().nth(3).unwrap();
        assert_eq!(&line[quoted.span.clone()], "\"A=b c\"");
    }

    #[test]
    fn what_a_shell_would_change_is_marked() {
        for line in ["$x", "\"$x\"", "$(docker ps -q)", "`a b`", "*.txt", "~/x", "{a,b}", "a$?", "${x:-'}'}"] {
            let scan = scan(line);
            assert_eq!(scan.words().count(), 1, "{line}: {scan:?}");
            assert!(scan.words().all(|word| word.expands), "{line}");
            assert_eq!(scan.open, None, "{line}");
        }
        for line in ["{{.Names}}", "'*'", "\\*", "a~b", "cost$", "\"{a,b}\""] {
            assert!(scan(line).words().all(|word| !word.expands), "{line}");
        }
    }

    #[test]
    fn what_is_open_is_said() {
        assert_eq!(scan("echo 'a").open, Some(Open::SingleQuote));
        assert_eq!(scan("echo \"a").open, Some(Open::DoubleQuote));
        assert_eq!(scan("echo a \\").open, Some(Open::Backslash));
        assert_eq!(scan("echo $(ls").open, Some(Open::Substitution));
        assert_eq!(scan("echo a \\\n b").open, None);
    }

    #[test]
    fn operators_and_comments_stand_apart() {
        let tokens = scan("a&&b <<<x # c").tokens;
        let operators = tokens.iter().filter(|token| matches!(token, Token::Operator(_))).count();
        assert_eq!(operators, 2);
        assert!(matches!(tokens.last(), Some(Token::Comment(_))));
        assert_eq!(texts("a#b"), ["a#b"]);
    }
}
