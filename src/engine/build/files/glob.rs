//! Go's `filepath.Match`: `*` and `?` stop at `/`, `[a-z]` and `[^a-z]`, `\` escapes. COPY's patterns are these.

/// A pattern for one path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Glob(Vec<Token>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Star,
    Any,
    Literal(char),
    Class { negated: bool, ranges: Vec<(char, char)> },
}

/// Whether a path has a character that makes it a pattern.
pub(crate) fn has_wildcard(path: &str) -> bool {
    let mut characters = path.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => drop(characters.next()),
            '*' | '?' | '[' => return true,
            _ => {}
        }
    }
    false
}

impl Glob {
    /// Reads a pattern; `None` when it is malformed.
    pub(crate) fn parse(pattern: &str) -> Option<Self> {
        let mut tokens = Vec::new();
        let mut characters = pattern.chars().peekable();
        while let Some(character) = characters.next() {
            tokens.push(match character {
                '*' => Token::Star,
                '?' => Token::Any,
                '\\' => Token::Literal(characters.next()?),
                '[' => class(&mut characters)?,
                _ => Token::Literal(character),
            });
        }
        Some(Self(tokens))
    }

    /// Whether it fits a whole path.
    pub(crate) fn matches(&self, path: &str) -> bool {
        let path: Vec<char> = path.chars().collect();
        fits(&self.0, &path)
    }
}

fn class(characters: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<Token> {
    let negated = characters.next_if_eq(&'^').is_some();
    let mut ranges = Vec::new();
    loop {
        if characters.peek() == Some(&']') && !ranges.is_empty() {
            characters.next();
            return Some(Token::Class { negated, ranges });
        }
        let low = class_character(characters)?;
        let high = if characters.next_if_eq(&'-').is_some() { class_character(characters)? } else { low };
        ranges.push((low, high));
    }
}

fn class_character(characters: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Option<char> {
    match characters.next()? {
        '-' | ']' => None,
        '\\' => characters.next(),
        character => Some(character),
    }
}

fn fits(tokens: &[Token], text: &[char]) -> bool {
    let Some((token, rest)) = tokens.split_first() else { return text.is_empty() };
    if *token == Token::Star {
        let reach = text.iter().position(|character| *character == '/').unwrap_or(text.len());
        return (0..=reach).any(|taken| fits(rest, &text[taken..]));
    }
    let Some((character, after)) = text.split_first() else { return false };
    let here = match token {
        Token::Literal(literal) => literal == character,
        Token::Any => *character != '/',
        Token::Class { negated, ranges } => {
            *character != '/' && ranges.iter().any(|(low, high)| (low..=high).contains(&character)) != *negated
        }
        Token::Star => false,
    };
    here && fits(rest, after)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fits_as_go_does() {
        for (pattern, path, fits) in [
            ("*.txt", "a.txt", true),
            ("*.txt", "d/a.txt", false),
            ("d/*", "d/a", true),
            ("?", "/", false),
            ("[a-c]x", "bx", true),
            ("[^a-c]x", "bx", false),
            ("a\\*", "a*", true),
            ("a\\*", "ab", false),
            ("a*b*c", "aXbYc", true),
            ("*", "", true),
        ] {
            assert_eq!(Glob::parse(pattern).unwrap().matches(path), fits, "{pattern} {path}");
        }
        for malformed in ["[", "[]", "a\\", "[a-", "[-x]"] {
            assert_eq!(Glob::parse(malformed), None, "{malformed}");
        }
        assert!(has_wildcard("a*") && !has_wildcard("a\\*"));
    }
}
