//! `.dockerignore`: which files of the context the builder does not see.
//!
//! One pattern a line, the last one that fits decides, `!` takes back in, `**` crosses directories, a pattern that fits
//! a directory holds for what is in it. Source: moby/patternmatcher and its `ignorefile`.

use std::path::Path;

/// The rules of one file, in order.
#[derive(Debug, Clone, Default)]
pub(crate) struct IgnoreRules {
    rules: Vec<Rule>,
    has_exceptions: bool,
}

#[derive(Debug, Clone)]
struct Rule {
    exception: bool,
    tokens: Vec<Token>,
    /// How many components it has: it also holds under a directory of as many that fits it.
    depth: usize,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    /// `**/`: any number of directories, none included.
    AnyDirectories,
    /// `**` at the end: anything.
    Anything,
    Star,
    Any,
    Literal(char),
    Class {
        negated: bool,
        ranges: Vec<(char, char)>,
    },
}

impl IgnoreRules {
    /// Reads a file's text. Lines that cannot be understood are errors, with their pattern.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut rules = Self::default();
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        for line in text.lines() {
            if line.starts_with('#') {
                continue;
            }
            let line = line.trim();
            let (exception, pattern) = match line.strip_prefix('!') {
                Some(rest) => (true, rest.trim()),
                None => (false, line),
            };
            if pattern.is_empty() {
                if exception {
                    return Err("illegal exclusion pattern: \"!\"".to_owned());
                }
                continue;
            }
            let cleaned = clean(pattern);
            if cleaned == "." {
                continue;
            }
            let tokens = tokens(&cleaned).ok_or_else(|| format!("syntax error in pattern: {pattern}"))?;
            rules.has_exceptions |= exception;
            rules.rules.push(Rule { exception, tokens, depth: cleaned.split('/').count() });
        }
        Ok(rules)
    }

    /// Whether the builder does not see this path, relative to the context.
    pub(crate) fn hides(&self, path: &Path) -> bool {
        let Some(text) = path.to_str() else { return false };
        let mut hidden = false;
        for rule in &self.rules {
            // A rule that would change nothing is not looked at.
            if rule.exception == hidden && rule.holds_for(text) {
                hidden = !rule.exception;
            }
        }
        hidden
    }

    /// Whether nothing of the root is seen.
    pub(crate) fn hides_everything(&self) -> bool {
        self.rules.iter().any(|rule| {
            matches!(rule.tokens.as_slice(), [Token::Star | Token::Anything] | [Token::AnyDirectories, Token::Star])
        })
    }

    /// Whether something inside a hidden directory may be seen.
    pub(crate) fn may_show_inside_hidden(&self) -> bool {
        self.has_exceptions
    }
}

impl Rule {
    fn holds_for(&self, path: &str) -> bool {
        let characters: Vec<char> = path.chars().collect();
        if fits(&self.tokens, &characters) {
            return true;
        }
        let components: Vec<&str> = path.split('/').collect();
        let parents = components.len() - 1;
        let crosses = self.tokens.iter().any(|token| matches!(token, Token::AnyDirectories | Token::Anything));
        let depths = if crosses { 1..=parents } else { self.depth..=self.depth.min(parents) };
        depths.into_iter().filter(|depth| *depth <= parents).any(|depth| {
            let parent: Vec<char> = components[..depth].join("/").chars().collect();
            fits(&self.tokens, &parent)
        })
    }
}

/// Go's `filepath.Clean`, without a leading `/`.
fn clean(pattern: &str) -> String {
    let mut components: Vec<&str> = Vec::new();
    for component in pattern.split('/') {
        match component {
            "" | "." => {}
            ".." if components.last().is_some_and(|last| *last != "..") => drop(components.pop()),
            _ => components.push(component),
        }
    }
    if components.is_empty() { ".".to_owned() } else { components.join("/") }
}

fn tokens(pattern: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut characters = pattern.chars().peekable();
    while let Some(character) = characters.next() {
        let token = match character {
            '*' if characters.next_if_eq(&'*').is_some() => {
                if characters.next_if_eq(&'/').is_some() {
                    Token::AnyDirectories
                } else if characters.peek().is_none() {
                    Token::Anything
                } else {
                    // `**x`: any directories, then a name that ends so.
                    tokens.push(Token::AnyDirectories);
                    Token::Star
                }
            }
            '*' => Token::Star,
            '?' => Token::Any,
            '\\' => Token::Literal(characters.next()?),
            '[' => {
                let negated = characters.next_if_eq(&'^').is_some();
                let mut ranges = Vec::new();
                loop {
                    let low = match characters.next()? {
                        ']' if !ranges.is_empty() => break,
                        '\\' => characters.next()?,
                        character => character,
                    };
                    let high = if characters.next_if_eq(&'-').is_some() { characters.next()? } else { low };
                    ranges.push((low, high));
                }
                Token::Class { negated, ranges }
            }
            _ => Token::Literal(character),
        };
        tokens.push(token);
    }
    Some(tokens)
}

fn fits(tokens: &[Token], text: &[char]) -> bool {
    let Some((token, rest)) = tokens.split_first() else { return text.is_empty() };
    match token {
        Token::Anything => true,
        Token::AnyDirectories => {
            let after_slashes =
                text.iter().enumerate().filter(|(_, character)| **character == '/').map(|(at, _)| at + 1);
            std::iter::once(0).chain(after_slashes).any(|start| fits(rest, &text[start..]))
        }
        Token::Star => {
            let reach = text.iter().position(|character| *character == '/').unwrap_or(text.len());
            (0..=reach).any(|taken| fits(rest, &text[taken..]))
        }
        Token::Any | Token::Literal(_) | Token::Class { .. } => {
            let Some((character, after)) = text.split_first() else { return false };
            let here = match token {
                Token::Literal(literal) => literal == character,
                Token::Class { negated, ranges } => {
                    *character != '/' && ranges.iter().any(|(low, high)| (low..=high).contains(&character)) != *negated
                }
                _ => *character != '/',
            };
            here && fits(rest, after)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hidden(rules: &str, path: &str) -> bool {
        IgnoreRules::parse(rules).unwrap().hides(Path::new(path))
    }

    #[test]
    fn patterns_hide_files_and_what_is_in_directories() {
        for (rules, path, expected) in [
            ("*.log", "a.log", true),
            ("*.log", "d/a.log", false),
            ("*/*.log", "d/a.log", true),
            ("**/*.log", "a.log", true),
            ("**/*.log", "d/e/a.log", true),
            ("target", "target/debug/x", true),
            ("/target/", "target/x", true),
            ("a/**", "a/b/c", true),
            ("a/**", "a", false),
            ("**", "x", true),
            ("**/node_modules", "a/node_modules/b/c", true),
            ("# comment\n\n  x  ", "x", true),
            ("a?c", "abc", true),
            ("./x/../y", "y", true),
            ("[a-c].txt", "b.txt", true),
        ] {
            assert_eq!(hidden(rules, path), expected, "{rules:?} {path}");
        }
    }

    #[test]
    fn the_last_rule_that_fits_decides() {
        for (rules, path, expected) in [
            ("*\n!keep", "keep", false),
            ("*\n!keep", "other", true),
            ("*.md\n!README*.md\nREADME-secret.md", "README-secret.md", true),
            ("*.md\nREADME-secret.md\n!README*.md", "README-secret.md", false),
            ("docs\n!docs/keep", "docs/keep/file", false),
            ("docs\n!docs/keep", "docs/other", true),
        ] {
            assert_eq!(hidden(rules, path), expected, "{rules:?} {path}");
        }
    }

    #[test]
    fn malformed_patterns_are_refused() {
        assert!(IgnoreRules::parse("[a").is_err());
        assert!(IgnoreRules::parse("!").is_err());
    }
}
