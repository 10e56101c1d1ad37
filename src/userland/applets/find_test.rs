//! The expression of `find`: tests joined by "and", "or" and "not", and what to do with what passes them.

use std::ffi::OsString;
use std::fs::{self, Metadata};
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::Path;
use std::time::SystemTime;

use super::failure::Failure;

/// All that a `find` line asks after its paths.
#[derive(Debug)]
pub struct Expression {
    test: Test,
    /// What to do, in order.
    pub actions: Vec<Action>,
    /// `-mindepth`
    pub min_depth: usize,
    /// `-maxdepth`
    pub max_depth: usize,
    /// `-depth`, implied by `-delete`.
    pub depth_first: bool,
}

/// What to do with a path.
#[derive(Debug, Clone)]
pub enum Action {
    /// Print it, with this end.
    Print(u8),
    /// Remove it.
    Delete,
    /// Run a command; `{}` is the path; all of them at once when `gather`.
    Execute {
        /// Program and arguments.
        command: Vec<OsString>,
        /// `+` rather than `;`.
        gather: bool,
    },
}

#[derive(Debug)]
enum Test {
    Always,
    Name { pattern: Vec<char>, fold: bool, whole_path: bool },
    Kind(char),
    Size(Range),
    Modified { seconds_per_unit: u64, range: Range },
    Newer(SystemTime),
    Permissions { bits: u32, all: bool },
    User(u32),
    Empty,
    Prune,
    Not(Box<Test>),
    And(Box<Test>, Box<Test>),
    Or(Box<Test>, Box<Test>),
}

/// `+N`, `-N` or `N`, in blocks of a unit.
#[derive(Debug)]
struct Range {
    order: std::cmp::Ordering,
    number: u64,
    unit: u64,
}

impl Expression {
    /// Whether a path passes.
    pub fn holds(&self, path: &Path, status: &Metadata) -> bool {
        self.test.holds(path, status)
    }

    /// Whether a directory is not to be entered.
    pub fn prunes(&self, path: &Path, status: &Metadata) -> bool {
        self.test.prunes(path, status)
    }
}

impl Test {
    fn holds(&self, path: &Path, status: &Metadata) -> bool {
        match self {
            Self::Always | Self::Prune => true,
            Self::Name { pattern, fold, whole_path } => {
                let text = if *whole_path { path.as_os_str() } else { path.file_name().unwrap_or(path.as_os_str()) };
                let text = text.to_string_lossy();
                let text: Vec<char> =
                    if *fold { text.to_lowercase().chars().collect() } else { text.chars().collect() };
                glob(pattern, &text)
            }
            Self::Kind(letter) => {
                let kind = status.file_type();
                match letter {
                    'd' => kind.is_dir(),
                    'l' => kind.is_symlink(),
                    'p' => kind.is_fifo(),
                    's' => kind.is_socket(),
                    'c' => kind.is_char_device(),
                    'b' => kind.is_block_device(),
                    _ => kind.is_file(),
                }
            }
            Self::Size(range) => range.contains(status.size()),
            Self::Modified { seconds_per_unit, range } => {
                let age = status.modified().ok().and_then(|time| time.elapsed().ok()).unwrap_or_default();
                range.contains(age.as_secs() / seconds_per_unit)
            }
            Self::Newer(limit) => status.modified().is_ok_and(|time| time > *limit),
            Self::Permissions { bits, all: true } => status.mode() & bits == *bits,
            Self::Permissions { bits, all: false } => status.mode() & 0o7777 == *bits,
            Self::User(uid) => status.uid() == *uid,
            Self::Empty if status.is_dir() => fs::read_dir(path).is_ok_and(|mut entries| entries.next().is_none()),
            Self::Empty => status.is_file() && status.size() == 0,
            Self::Not(test) => !test.holds(path, status),
            Self::And(one, other) => one.holds(path, status) && other.holds(path, status),
            Self::Or(one, other) => one.holds(path, status) || other.holds(path, status),
        }
    }

    fn prunes(&self, path: &Path, status: &Metadata) -> bool {
        match self {
            Self::Prune => true,
            Self::And(one, other) => {
                one.holds(path, status) && (one.prunes(path, status) || other.prunes(path, status))
            }
            Self::Or(one, other) => {
                one.prunes(path, status) || (!one.holds(path, status) && other.prunes(path, status))
            }
            _ => false,
        }
    }
}

impl Range {
    fn parse(text: &str, default_unit: u64) -> Option<Self> {
        use std::cmp::Ordering::{Equal, Greater, Less};
        let (order, rest) = match text.as_bytes().first()? {
            b'+' => (Greater, &text[1..]),
            b'-' => (Less, &text[1..]),
            _ => (Equal, text),
        };
        let (digits, unit) = match rest.as_bytes().last()? {
            b'c' => (&rest[..rest.len() - 1], 1),
            b'k' => (&rest[..rest.len() - 1], 1 << 10),
            b'M' => (&rest[..rest.len() - 1], 1 << 20),
            b'G' => (&rest[..rest.len() - 1], 1 << 30),
            b'b' => (&rest[..rest.len() - 1], 512),
            _ => (rest, default_unit),
        };
        Some(Self { order, number: digits.parse().ok()?, unit })
    }

    fn contains(&self, value: u64) -> bool {
        value.div_ceil(self.unit).cmp(&self.number) == self.order
    }
}

/// Reads the words after the paths.
///
/// # Errors
/// One line naming the word.
pub fn parse(words: &[OsString]) -> Result<Expression, Failure> {
    let expression =
        Expression { test: Test::Always, actions: Vec::new(), min_depth: 0, max_depth: usize::MAX, depth_first: false };
    let mut parser = Parser { words: words.iter(), expression };
    let test = parser.any()?;
    if parser.words.len() > 0 {
        return Err(Failure::new("unexpected )"));
    }
    let mut expression = parser.expression;
    expression.test = test;
    if expression.actions.is_empty() {
        expression.actions.push(Action::Print(b'\n'));
    }
    Ok(expression)
}

struct Parser<'a> {
    words: std::slice::Iter<'a, OsString>,
    expression: Expression,
}

impl Parser<'_> {
    fn peek(&self) -> Option<String> {
        self.words.as_slice().first().map(|word| word.to_string_lossy().into_owned())
    }

    fn any(&mut self) -> Result<Test, Failure> {
        let mut test = self.all()?;
        while matches!(self.peek().as_deref(), Some("-o" | "-or")) {
            self.words.next();
            test = Test::Or(Box::new(test), Box::new(self.all()?));
        }
        Ok(test)
    }

    fn all(&mut self) -> Result<Test, Failure> {
        let mut test = Test::Always;
        loop {
            match self.peek().as_deref() {
                None | Some("-o" | "-or" | ")") => return Ok(test),
                Some("-a" | "-and") => {
                    self.words.next();
                }
                Some(_) => {
                    let next = self.one()?;
                    test = if matches!(test, Test::Always) { next } else { Test::And(Box::new(test), Box::new(next)) };
                }
            }
        }
    }

    fn one(&mut self) -> Result<Test, Failure> {
        let word = self.peek().unwrap_or_default();
        self.words.next();
        Ok(match word.as_str() {
            "!" | "-not" => Test::Not(Box::new(self.one()?)),
            "(" => {
                let inside = self.any()?;
                self.words.next();
                inside
            }
            "-name" | "-iname" | "-path" | "-wholename" => {
                let fold = word == "-iname";
                let text = self.value(&word)?;
                let pattern = if fold { text.to_lowercase().chars().collect() } else { text.chars().collect() };
                Test::Name { pattern, fold, whole_path: matches!(word.as_str(), "-path" | "-wholename") }
            }
            "-type" => Test::Kind(self.value(&word)?.chars().next().unwrap_or('f')),
            "-size" => Test::Size(self.range(&word, 512)?),
            "-mtime" => Test::Modified { seconds_per_unit: 86400, range: self.range(&word, 1)? },
            "-mmin" => Test::Modified { seconds_per_unit: 60, range: self.range(&word, 1)? },
            "-newer" => {
                let path = self.value(&word)?;
                let time = fs::metadata(&path).and_then(|status| status.modified());
                Test::Newer(time.map_err(|error| Failure::at(&path, &error))?)
            }
            "-perm" => {
                let text = self.value(&word)?;
                let bits = u32::from_str_radix(text.trim_start_matches(['-', '/']), 8);
                let bits = bits.map_err(|_| Failure::new(format!("invalid mode '{text}'")))?;
                Test::Permissions { bits, all: text.starts_with('-') }
            }
            "-user" | "-uid" => {
                let text = self.value(&word)?;
                let owners = fs::read_to_string("/etc/passwd").unwrap_or_default();
                let named = owners.lines().find_map(|line| {
                    let mut fields = line.split(':');
                    (fields.next()? == text).then(|| fields.nth(1)?.parse().ok())?
                });
                Test::User(
                    named.or_else(|| text.parse().ok()).ok_or_else(|| Failure::new(format!("unknown user {text}")))?,
                )
            }
            "-empty" => Test::Empty,
            "-prune" => Test::Prune,
            "-true" | "-xdev" | "-mount" => Test::Always,
            _ => return self.option_or_action(&word).map(|()| Test::Always),
        })
    }

    fn option_or_action(&mut self, word: &str) -> Result<(), Failure> {
        match word {
            "-print" => self.expression.actions.push(Action::Print(b'\n')),
            "-print0" => self.expression.actions.push(Action::Print(0)),
            "-depth" => self.expression.depth_first = true,
            "-delete" => {
                self.expression.depth_first = true;
                self.expression.actions.push(Action::Delete);
            }
            "-maxdepth" => self.expression.max_depth = self.number(word)?,
            "-mindepth" => self.expression.min_depth = self.number(word)?,
            "-exec" => {
                let mut command = Vec::new();
                loop {
                    let next =
                        self.words.next().ok_or_else(|| Failure::new("-exec needs a ';' or a '+' at its end"))?;
                    match next.to_str() {
                        Some(";") => break self.expression.actions.push(Action::Execute { command, gather: false }),
                        Some("+") if command.last().is_some_and(|last| last == "{}") => {
                            break self.expression.actions.push(Action::Execute { command, gather: true });
                        }
                        _ => command.push(next.clone()),
                    }
                }
            }
            other => return Err(Failure::new(format!("unrecognized: {other}"))),
        }
        Ok(())
    }

    fn value(&mut self, word: &str) -> Result<String, Failure> {
        let value = self.words.next().ok_or_else(|| Failure::new(format!("{word} requires an argument")))?;
        Ok(value.to_string_lossy().into_owned())
    }

    fn number(&mut self, word: &str) -> Result<usize, Failure> {
        let text = self.value(word)?;
        text.parse().map_err(|_| Failure::new(format!("invalid number '{text}'")))
    }

    fn range(&mut self, word: &str, unit: u64) -> Result<Range, Failure> {
        let text = self.value(word)?;
        Range::parse(&text, unit).ok_or_else(|| Failure::new(format!("invalid number '{text}'")))
    }
}

/// Whether a text fits a pattern of `*`, `?` and `[…]`.
fn glob(pattern: &[char], text: &[char]) -> bool {
    match pattern.split_first() {
        None => text.is_empty(),
        Some(('*', rest)) => (0..=text.len()).any(|skip| glob(rest, &text[skip..])),
        Some(('?', rest)) => !text.is_empty() && glob(rest, &text[1..]),
        Some(('[', rest)) => match (rest.iter().skip(1).position(|letter| *letter == ']'), text.split_first()) {
            (Some(end), Some((letter, after))) => class(&rest[..=end], *letter) && glob(&rest[end + 2..], after),
            _ => false,
        },
        Some(('\\', [escaped, rest @ ..])) => text.first() == Some(escaped) && glob(rest, &text[1..]),
        Some((letter, rest)) => text.first() == Some(letter) && glob(rest, &text[1..]),
    }
}

fn class(members: &[char], letter: char) -> bool {
    let (negated, members) = match members.split_first() {
        Some(('!' | '^', rest)) => (true, rest),
        _ => (false, members),
    };
    let mut found = false;
    let mut index = 0;
    while index < members.len() {
        if index + 2 < members.len() && members[index + 1] == '-' {
            found |= (members[index]..=members[index + 2]).contains(&letter);
            index += 3;
        } else {
            found |= members[index] == letter;
            index += 1;
        }
    }
    found != negated
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        let fits =
            |pattern: &str, text: &str| glob(&pattern.chars().collect::<Vec<_>>(), &text.chars().collect::<Vec<_>>());
        for (pattern, text, expected) in [
            ("*.txt", "a.txt", true),
            ("*.txt", "a.rs", false),
            ("a?c", "abc", true),
            ("[a-c]x", "bx", true),
            ("[!a]x", "ax", false),
            ("[]]", "]", true),
        ] {
            assert_eq!(fits(pattern, text), expected, "{pattern} {text}");
        }
    }
}
