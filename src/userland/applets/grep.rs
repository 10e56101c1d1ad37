//! `grep`: lines that match.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use regex::bytes::{Regex, RegexBuilder};

use super::failure::{AppletResult, Failure, complain, reason};

/// What POSIX gives to trouble, 1 being "nothing matched".
const TROUBLE: u8 = 2;

#[derive(Debug, Default)]
#[allow(clippy::struct_excessive_bools)] // one for each letter
struct Options {
    patterns: Vec<String>,
    fixed: bool,
    extended: bool,
    ignore_case: bool,
    invert: bool,
    word: bool,
    whole_line: bool,
    count: bool,
    names_only: bool,
    names_without: bool,
    numbers: bool,
    only_matching: bool,
    quiet: bool,
    silent: bool,
    recursive: bool,
    with_name: Option<bool>,
    limit: Option<u64>,
    after: usize,
    before: usize,
}

struct Search<'a> {
    options: Options,
    pattern: Regex,
    output: &'a mut dyn Write,
    found: bool,
    trouble: bool,
}

/// `grep [-EFivwxclLnoqsrhHm…] PATTERN [FILE…]`
pub fn main(arguments: &[OsString], output: &mut dyn Write) -> AppletResult {
    let (options, files) = parse(arguments)?;
    let source = options.patterns.iter().map(|pattern| translate(pattern, &options)).collect::<Vec<_>>().join("|");
    let source = if options.whole_line { format!("^(?:{source})$") } else { source };
    let pattern = RegexBuilder::new(&source)
        .case_insensitive(options.ignore_case)
        .build()
        .map_err(|_| Failure::usage(format!("bad regex '{}'", options.patterns.join("\\n")), TROUBLE))?;
    let named = options.with_name.unwrap_or(files.len() > 1 || options.recursive);
    let mut search = Search { options, pattern, output, found: false, trouble: false };
    if files.is_empty() {
        if search.options.recursive {
            search.path(Path::new("."), named)?;
        } else {
            search.stream(&mut io::stdin().lock(), "(standard input)", named)?;
        }
    }
    for file in &files {
        if file == "-" {
            search.stream(&mut io::stdin().lock(), "(standard input)", named)?;
        } else {
            search.path(Path::new(file), named)?;
        }
    }
    Ok(if search.trouble { TROUBLE } else { u8::from(!search.found) })
}

fn parse(arguments: &[OsString]) -> Result<(Options, Vec<OsString>), Failure> {
    use lexopt::Arg::{Long, Short, Value};
    let mut options = Options::default();
    let mut words = Vec::new();
    let mut parser = lexopt::Parser::from_args(arguments.iter().cloned());
    let number = |value: OsString| {
        let text = value.to_string_lossy().into_owned();
        text.parse::<u64>().map_err(|_| Failure::usage(format!("invalid number '{text}'"), TROUBLE))
    };
    let lines = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    while let Some(argument) = parser.next()? {
        match argument {
            Short('E') | Long("extended-regexp") => options.extended = true,
            Short('F') | Long("fixed-strings") => options.fixed = true,
            Short('G') => options.extended = false,
            Short('e') | Long("regexp") => options.patterns.push(parser.value()?.to_string_lossy().into_owned()),
            Short('f') => {
                let path = parser.value()?;
                let text = fs::read_to_string(&path).map_err(|error| Failure::at(&path, &error))?;
                options.patterns.extend(text.lines().map(str::to_owned));
            }
            Short('i' | 'y') | Long("ignore-case") => options.ignore_case = true,
            Short('v') | Long("invert-match") => options.invert = true,
            Short('w') => options.word = true,
            Short('x') => options.whole_line = true,
            Short('c') | Long("count") => options.count = true,
            Short('l') => options.names_only = true,
            Short('L') => options.names_without = true,
            Short('n') => options.numbers = true,
            Short('o') => options.only_matching = true,
            Short('q') | Long("quiet") => options.quiet = true,
            Short('s') => options.silent = true,
            Short('r' | 'R') => options.recursive = true,
            Short('h') => options.with_name = Some(false),
            Short('H') => options.with_name = Some(true),
            Short('a') => {}
            Short('m') => options.limit = Some(number(parser.value()?)?),
            Short('A') => options.after = lines(number(parser.value()?)?),
            Short('B') => options.before = lines(number(parser.value()?)?),
            Short('C') => {
                options.after = lines(number(parser.value()?)?);
                options.before = options.after;
            }
            Long("color" | "colour") => {
                let _ = parser.optional_value();
            }
            Value(word) => words.push(word),
            other => return Err(Failure::usage(other.unexpected().to_string(), TROUBLE)),
        }
    }
    if options.patterns.is_empty() {
        if words.is_empty() {
            return Err(Failure::usage("a pattern is needed", TROUBLE));
        }
        options.patterns = words.remove(0).to_string_lossy().lines().map(str::to_owned).collect();
        if options.patterns.is_empty() {
            options.patterns.push(String::new());
        }
    }
    Ok((options, words))
}

/// A POSIX pattern in the words of the regex crate.
fn translate(pattern: &str, options: &Options) -> String {
    let text = if options.fixed {
        regex::escape(pattern)
    } else if options.extended {
        pattern.to_owned()
    } else {
        from_basic(pattern)
    };
    if options.word { format!(r"\b(?:{text})\b") } else { format!("(?:{text})") }
}

/// In basic expressions `+ ? | ( ) { }` are plain until a backslash makes them special.
fn from_basic(pattern: &str) -> String {
    let mut text = String::new();
    let mut letters = pattern.chars().peekable();
    let mut in_class = false;
    while let Some(letter) = letters.next() {
        match letter {
            '[' => {
                in_class = true;
                text.push('[');
            }
            ']' if in_class => {
                in_class = false;
                text.push(']');
            }
            _ if in_class => text.push(letter),
            '\\' => match letters.next() {
                Some(special @ ('+' | '?' | '|' | '(' | ')' | '{' | '}')) => text.push(special),
                Some('<' | '>') => text.push_str(r"\b"),
                Some(other) => {
                    text.push('\\');
                    text.push(other);
                }
                None => text.push_str(r"\\"),
            },
            '+' | '?' | '|' | '(' | ')' | '{' | '}' => {
                text.push('\\');
                text.push(letter);
            }
            '*' if text.is_empty() || text == "^" => text.push_str(r"\*"),
            _ => text.push(letter),
        }
    }
    text
}

impl Search<'_> {
    fn path(&mut self, path: &Path, named: bool) -> Result<(), Failure> {
        if self.options.recursive && path.is_dir() {
            let mut inside: Vec<PathBuf> =
                fs::read_dir(path).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
            inside.sort();
            return inside.iter().try_for_each(|path| self.path(path, named));
        }
        let opened = if path.is_dir() { Err(io::ErrorKind::IsADirectory.into()) } else { File::open(path) };
        match opened {
            Ok(file) => self.stream(&mut BufReader::new(file), &path.display().to_string(), named),
            Err(error) => {
                if !self.options.silent {
                    complain("grep", format_args!("{}: {}", path.display(), reason(&error)));
                }
                self.trouble = true;
                Ok(())
            }
        }
    }

    fn stream(&mut self, input: &mut dyn BufRead, name: &str, named: bool) -> Result<(), Failure> {
        let lines: Vec<Vec<u8>> = input.split(b'\n').collect::<Result<_, _>>()?;
        let mut matching: Vec<usize> = Vec::new();
        for (index, line) in lines.iter().enumerate() {
            if self.pattern.is_match(line) != self.options.invert {
                matching.push(index);
                if self.options.limit.is_some_and(|limit| matching.len() as u64 >= limit) {
                    break;
                }
            }
        }
        self.found |= !matching.is_empty();
        let prefix = if named { format!("{name}:") } else { String::new() };
        if self.options.quiet {
        } else if self.options.names_only || self.options.names_without {
            if matching.is_empty() == self.options.names_without {
                writeln!(self.output, "{name}")?;
            }
        } else if self.options.count {
            writeln!(self.output, "{prefix}{}", matching.len())?;
        } else {
            self.show(&lines, &matching, if named { name } else { "" })?;
        }
        Ok(())
    }

    fn show(&mut self, lines: &[Vec<u8>], matching: &[usize], name: &str) -> io::Result<()> {
        let mut next = 0;
        for (place, index) in matching.iter().enumerate() {
            let start = index.saturating_sub(self.options.before).max(next);
            if place > 0 && start > next && self.options.after + self.options.before > 0 {
                self.output.write_all(b"--\n")?;
            }
            let end = (index + self.options.after + 1).min(lines.len());
            for (number, line) in lines.iter().enumerate().take(end).skip(start) {
                let is_match = matching.binary_search(&number).is_ok();
                if self.options.only_matching && !self.options.invert {
                    for found in self.pattern.find_iter(line).filter(|found| is_match && !found.is_empty()) {
                        label(self.output, name, self.options.numbers.then_some(number), ':')?;
                        self.output.write_all(found.as_bytes())?;
                        self.output.write_all(b"\n")?;
                    }
                    continue;
                }
                label(self.output, name, self.options.numbers.then_some(number), if is_match { ':' } else { '-' })?;
                self.output.write_all(line)?;
                self.output.write_all(b"\n")?;
            }
            next = end.max(next);
        }
        Ok(())
    }
}

fn label(output: &mut dyn Write, name: &str, number: Option<usize>, mark: char) -> io::Result<()> {
    if !name.is_empty() {
        write!(output, "{name}{mark}")?;
    }
    if let Some(number) = number {
        write!(output, "{}{mark}", number + 1)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn basic_expressions_become_the_crates() {
        for (basic, ours) in [
            ("a+b", r"a\+b"),
            (r"a\+b", "a+b"),
            (r"\(a\|b\)", "(a|b)"),
            ("*a", r"\*a"),
            ("[+]", "[+]"),
            ("a{2}", r"a\{2\}"),
        ] {
            assert_eq!(from_basic(basic), ours);
        }
    }
}
