//! Word expansion: quotes, escapes, `$name` and `${name…}`, as the Dockerfile reference describes
//! ("Environment replacement") and BuildKit's `shell` package does it.
//!
//! Splitting into words happens after the variables are replaced, and only outside quotes.

use super::pattern::Pattern;
use super::quote::quote;

/// Words that cannot be expanded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("failed to process {}: {reason}", quote(.word))]
pub struct ExpansionError {
    /// As written.
    pub word: String,
    /// Which rule it breaks.
    pub reason: String,
}

/// What comes out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Expanded {
    /// As one piece.
    pub text: String,
    /// Split at the spaces that stand outside quotes.
    pub words: Vec<String>,
}

/// Where the values of variables come from.
pub type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

/// How words are expanded.
#[derive(Debug, Clone, Copy)]
pub struct Expander {
    escape: char,
    quotes: Quotes,
    escapes: Escapes,
    unset: Unset,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quotes {
    /// They group, and are taken away.
    Removed,
    /// They group, and stay.
    Kept,
    /// They are characters like others.
    Ordinary,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Escapes {
    Removed,
    Kept,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unset {
    /// An unset variable is worth nothing.
    Empty,
    /// An unset variable stays as it is written.
    Kept,
}

impl Expander {
    /// For the words of instructions.
    pub fn for_words(escape: char) -> Self {
        Self { escape, quotes: Quotes::Removed, escapes: Escapes::Removed, unset: Unset::Empty }
    }

    /// For titles shown to the user: quotes and unknown variables stay.
    pub fn for_titles(escape: char) -> Self {
        Self { escape, quotes: Quotes::Kept, escapes: Escapes::Removed, unset: Unset::Kept }
    }

    /// For the content of here-documents: quotes mean nothing.
    pub fn for_here_documents() -> Self {
        Self { escape: '\\', quotes: Quotes::Ordinary, escapes: Escapes::Removed, unset: Unset::Empty }
    }

    /// For cutting a line into words that stay as they are written.
    pub(super) fn for_splitting() -> Self {
        Self { escape: '\\', quotes: Quotes::Kept, escapes: Escapes::Kept, unset: Unset::Kept }
    }

    /// For the delimiter of a here-document, without its quotes.
    pub(super) fn for_delimiters() -> Self {
        Self { escape: '\\', quotes: Quotes::Removed, escapes: Escapes::Removed, unset: Unset::Kept }
    }

    /// Expands one word or line.
    ///
    /// # Errors
    /// [`ExpansionError`] for an unclosed quote or brace, an unknown modifier, and `${name?}` of an unset name.
    pub fn expand(self, word: &str, lookup: Lookup<'_>) -> Result<Expanded, ExpansionError> {
        let mut run = Run { expander: self, escapes: self.escapes, input: word.chars().collect(), position: 0, lookup };
        run.until(None).map_err(|reason| ExpansionError { word: word.to_owned(), reason })
    }
}

/// Collects the text and, beside it, its words.
#[derive(Default)]
struct Words {
    done: Vec<String>,
    current: String,
}

impl Words {
    fn push_splitting(&mut self, character: char) {
        if character.is_whitespace() {
            self.close();
        } else {
            self.current.push(character);
        }
    }

    fn close(&mut self) {
        if !self.current.is_empty() {
            self.done.push(std::mem::take(&mut self.current));
        }
    }
}

struct Run<'a> {
    expander: Expander,
    escapes: Escapes,
    input: Vec<char>,
    position: usize,
    lookup: Lookup<'a>,
}

impl Run<'_> {
    fn peek(&self) -> Option<char> {
        self.input.get(self.position).copied()
    }

    fn next(&mut self) -> Option<char> {
        let character = self.peek();
        if character.is_some() {
            self.position += 1;
        }
        character
    }

    /// Expands up to the end, or up to and without `stop`.
    fn until(&mut self, stop: Option<char>) -> Result<Expanded, String> {
        let mut text = String::new();
        let mut words = Words::default();
        while let Some(character) = self.peek() {
            if stop == Some(character) {
                self.position += 1;
                words.close();
                return Ok(Expanded { text, words: words.done });
            }
            match character {
                '$' => {
                    let value = self.dollar()?;
                    value.chars().for_each(|character| words.push_splitting(character));
                    text.push_str(&value);
                }
                '\'' | '"' if self.expander.quotes != Quotes::Ordinary => {
                    let value = if character == '"' { self.double_quotes()? } else { self.single_quotes()? };
                    words.current.push_str(&value);
                    text.push_str(&value);
                }
                _ => {
                    self.position += 1;
                    if character == self.expander.escape {
                        if self.escapes == Escapes::Kept {
                            words.current.push(character);
                            text.push(character);
                        }
                        // At the very end it is dropped.
                        let Some(escaped) = self.next() else { break };
                        words.current.push(escaped);
                        text.push(escaped);
                    } else {
                        words.push_splitting(character);
                        text.push(character);
                    }
                }
            }
        }
        if let Some(stop) = stop {
            return Err(format!("unexpected end of statement while looking for matching {stop}"));
        }
        words.close();
        Ok(Expanded { text, words: words.done })
    }

    fn quote_mark(&mut self, text: &mut String) {
        if let (Some(mark), Quotes::Kept) = (self.next(), self.expander.quotes) {
            text.push(mark);
        }
    }

    /// Everything is literal up to the next quote, which cannot be escaped.
    fn single_quotes(&mut self) -> Result<String, String> {
        let mut text = String::new();
        self.quote_mark(&mut text);
        loop {
            match self.peek() {
                None => return Err("unexpected end of statement while looking for matching single-quote".to_owned()),
                Some('\'') => {
                    self.quote_mark(&mut text);
                    return Ok(text);
                }
                Some(character) => {
                    self.position += 1;
                    text.push(character);
                }
            }
        }
    }

    /// Variables are replaced; the escape character is special only before `"`, `$` and itself.
    fn double_quotes(&mut self) -> Result<String, String> {
        let mut text = String::new();
        self.quote_mark(&mut text);
        loop {
            match self.peek() {
                None => return Err("unexpected end of statement while looking for matching double-quote".to_owned()),
                Some('"') => {
                    self.quote_mark(&mut text);
                    return Ok(text);
                }
                Some('$') => text.push_str(&self.dollar()?),
                Some(mut character) => {
                    self.position += 1;
                    if character == self.expander.escape {
                        if self.escapes == Escapes::Kept {
                            text.push(character);
                        }
                        match self.peek() {
                            None => continue,
                            Some(escaped) if matches!(escaped, '"' | '$') || escaped == self.expander.escape => {
                                self.position += 1;
                                character = escaped;
                            }
                            Some(_) => {}
                        }
                    }
                    text.push(character);
                }
            }
        }
    }

    /// `$name`, `${name}` and `${name` followed by a modifier.
    fn dollar(&mut self) -> Result<String, String> {
        self.position += 1;
        if self.peek() != Some('{') {
            let name = self.name();
            if name.is_empty() {
                return Ok("$".to_owned());
            }
            return Ok(match (self.lookup)(&name) {
                Some(value) => value,
                None if self.expander.unset == Unset::Kept => format!("${name}"),
                None => String::new(),
            });
        }
        self.position += 1;
        match self.peek() {
            None => return Err("syntax error: missing '}'".to_owned()),
            Some('{' | '}' | ':') => return Err("syntax error: bad substitution".to_owned()),
            Some(_) => {}
        }
        let name = self.name();
        match self.next() {
            Some('}') => Ok(match (self.lookup)(&name) {
                Some(value) => value,
                None if self.expander.unset == Unset::Kept => format!("${{{name}}}"),
                None => String::new(),
            }),
            Some(':') => {
                let modifier = self.next();
                self.modified(&name, modifier, NullIs::Unset)
            }
            Some('/') => self.replaced(&name),
            modifier @ Some('+' | '-' | '?' | '#' | '%') => self.modified(&name, modifier, NullIs::Set),
            // Where the text ends, Go has a character that is none.
            other => Err(unsupported(&other.unwrap_or(char::REPLACEMENT_CHARACTER).to_string())),
        }
    }

    fn modified(&mut self, name: &str, modifier: Option<char>, null: NullIs) -> Result<String, String> {
        let Some(modifier) = modifier else { return Err("syntax error: missing '}'".to_owned()) };
        let colon = if null == NullIs::Unset { ":" } else { "" };
        let escapes = if matches!(modifier, '#' | '%') { Escapes::Kept } else { Escapes::Removed };
        let word = self.operand('}', escapes, "syntax error: missing '}'")?;
        let value = (self.lookup)(name);
        if value.is_none() && self.expander.unset == Unset::Kept {
            return Ok(format!("${{{name}{colon}{modifier}{word}}}"));
        }
        let useful = value.as_ref().is_some_and(|value| null == NullIs::Set || !value.is_empty());
        let text = value.clone().unwrap_or_default();
        match modifier {
            '-' => Ok(if useful { text } else { word }),
            '+' => Ok(if useful { word } else { String::new() }),
            '?' if useful => Ok(text),
            '?' => {
                let state = if value.is_none() { "unset" } else { "empty" };
                let message = if word.is_empty() { format!("is not allowed to be {state}") } else { word };
                Err(format!("{name}: {message}"))
            }
            '#' | '%' => {
                let (longest, pattern) = match word.strip_prefix(modifier) {
                    Some(rest) => (true, rest),
                    None => (false, word.as_str()),
                };
                let pattern = Pattern::parse(pattern)?;
                Ok(if modifier == '#' { pattern.trim_start(&text, longest) } else { pattern.trim_end(&text, longest) })
            }
            _ => Err(unsupported(&format!("{colon}{modifier}"))),
        }
    }

    /// `${name/pattern/replacement}` and, for all, `${name//pattern/replacement}`.
    fn replaced(&mut self, name: &str) -> Result<String, String> {
        let every = self.peek() == Some('/');
        if every {
            self.position += 1;
        }
        let pattern = self.operand('/', Escapes::Kept, "syntax error: missing '/' in ${}")?;
        let replacement = self.operand('}', Escapes::Kept, "syntax error: missing '}'")?;
        match (self.lookup)(name) {
            None if self.expander.unset == Unset::Kept => Ok(format!("${{{name}/{pattern}/{replacement}}}")),
            value => Ok(Pattern::parse(&pattern)?.replace(&value.unwrap_or_default(), &replacement, every)),
        }
    }

    fn operand(&mut self, stop: char, escapes: Escapes, missing: &str) -> Result<String, String> {
        let before = std::mem::replace(&mut self.escapes, escapes);
        let operand = self.until(Some(stop));
        self.escapes = before;
        operand
            .map(|expanded| expanded.text)
            .map_err(|reason| if self.peek().is_none() { missing.to_owned() } else { reason })
    }

    /// Letters, digits and `_`; or only digits; or one of the shell's special parameters.
    fn name(&mut self) -> String {
        let mut name = String::new();
        match self.peek() {
            Some(first) if first.is_numeric() => {
                while let Some(digit) = self.peek().filter(|character| character.is_numeric()) {
                    self.position += 1;
                    name.push(digit);
                }
            }
            Some(special @ ('@' | '*' | '#' | '?' | '-' | '$' | '!')) => {
                self.position += 1;
                name.push(special);
            }
            _ => {
                while let Some(letter) =
                    self.peek().filter(|character| character.is_alphanumeric() || *character == '_')
                {
                    self.position += 1;
                    name.push(letter);
                }
            }
        }
        name
    }
}

/// What an empty value counts as: `${x:-y}` against `${x-y}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NullIs {
    Set,
    Unset,
}

fn unsupported(modifier: &str) -> String {
    format!("unsupported modifier ({modifier}) in substitution")
}
