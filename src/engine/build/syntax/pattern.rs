//! The patterns of `${name#pattern}`, `${name%pattern}` and `${name/pattern/text}`: `*` and `?` only.

/// A parsed pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern(Vec<Token>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    AnyString,
    AnyCharacter,
    Literal(char),
}

impl Pattern {
    /// `\*`, `\?` and `\\` are literal; `\}` and `\/` lose their backslash, which protected them from the braces.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut tokens = Vec::new();
        let mut characters = text.chars();
        while let Some(character) = characters.next() {
            tokens.push(match character {
                '*' => Token::AnyString,
                '?' => Token::AnyCharacter,
                '\\' => match characters.next() {
                    Some(escaped @ ('}' | '/' | '*' | '?' | '\\')) => Token::Literal(escaped),
                    other => {
                        let escaped = other.map(String::from).unwrap_or_default();
                        return Err(format!("invalid pattern ({text}) in substitution: invalid escape '\\{escaped}'"));
                    }
                },
                _ => Token::Literal(character),
            });
        }
        Ok(Self(tokens))
    }

    /// The value without the shortest or longest beginning that matches.
    pub(super) fn trim_start(&self, value: &str, longest: bool) -> String {
        let characters: Vec<char> = value.chars().collect();
        let cut = pick(0..=characters.len(), longest, |end| matches(&self.0, &characters[..end]));
        cut.map_or_else(|| value.to_owned(), |cut| characters[cut..].iter().collect())
    }

    /// The value without the shortest or longest end that matches.
    pub(super) fn trim_end(&self, value: &str, longest: bool) -> String {
        let characters: Vec<char> = value.chars().collect();
        let cut = pick(0..=characters.len(), !longest, |start| matches(&self.0, &characters[start..]));
        cut.map_or_else(|| value.to_owned(), |cut| characters[..cut].iter().collect())
    }

    /// The value with the first match, or every one, replaced; matches are as long as can be.
    pub(super) fn replace(&self, value: &str, replacement: &str, every: bool) -> String {
        let characters: Vec<char> = value.chars().collect();
        let mut text = String::new();
        let mut start = 0;
        let mut done = false;
        while start < characters.len() {
            let end = (start + 1..=characters.len()).rev().find(|&end| matches(&self.0, &characters[start..end]));
            match end {
                Some(end) if !done => {
                    text.push_str(replacement);
                    start = end;
                    done = !every;
                }
                _ => {
                    text.push(characters[start]);
                    start += 1;
                }
            }
        }
        text
    }
}

fn pick(range: std::ops::RangeInclusive<usize>, last: bool, fits: impl Fn(usize) -> bool) -> Option<usize> {
    if last { range.rev().find(|&at| fits(at)) } else { range.into_iter().find(|&at| fits(at)) }
}

/// Whether the whole text fits: the usual two-pointer walk, going back to the last `*` on a mismatch.
fn matches(tokens: &[Token], text: &[char]) -> bool {
    let (mut token, mut at) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while at < text.len() {
        match tokens.get(token) {
            Some(Token::AnyString) => {
                star = Some((token, at));
                token += 1;
                continue;
            }
            Some(Token::AnyCharacter) => {}
            Some(Token::Literal(character)) if *character == text[at] => {}
            _ => match &mut star {
                Some((star_token, star_at)) => {
                    *star_at += 1;
                    token = *star_token + 1;
                    at = *star_at;
                    continue;
                }
                None => return false,
            },
        }
        token += 1;
        at += 1;
    }
    tokens[token..].iter().all(|token| *token == Token::AnyString)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_trimmed_short_and_long() {
        let pattern = Pattern::parse("*.").unwrap();
        assert_eq!(pattern.trim_start("a.b.c", false), "b.c");
        assert_eq!(pattern.trim_start("a.b.c", true), "c");
        let pattern = Pattern::parse(".*").unwrap();
        assert_eq!(pattern.trim_end("a.b.c", false), "a.b");
        assert_eq!(pattern.trim_end("a.b.c", true), "a");
        assert_eq!(pattern.trim_end("abc", true), "abc");
    }

    #[test]
    fn matches_are_replaced_once_or_everywhere() {
        let pattern = Pattern::parse("b?").unwrap();
        assert_eq!(pattern.replace("abcabd", "-", false), "a-abd");
        assert_eq!(pattern.replace("abcabd", "-", true), "a-a-");
    }

    #[test]
    fn other_escapes_are_refused() {
        assert!(Pattern::parse("\\a").is_err());
        assert_eq!(Pattern::parse("\\*").unwrap().trim_start("*a", true), "a");
    }
}
