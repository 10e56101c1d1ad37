//! POSIX basic regular expressions in the `regex` crate's language.

/// Which of POSIX's two regular expression languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(dead_code)]
pub enum Syntax {
    /// Where `\(` groups.
    Basic,
    /// Where `(` groups.
    Extended,
}

/// A POSIX regular expression in the `regex` crate's language. Errors: back-references, which it has not.
pub fn from_posix(pattern: &str, syntax: Syntax) -> Result<String, String> {
    let characters: Vec<char> = pattern.chars().collect();
    let mut result = String::new();
    let mut index = 0;
    let basic = syntax == Syntax::Basic;
    while let Some(&c) = characters.get(index) {
        index += 1;
        match c {
            '\\' => {
                let Some(&next) = characters.get(index) else { return Err("bad regex: trailing backslash".to_owned()) };
                index += 1;
                match next {
                    '(' | ')' | '{' | '}' | '|' | '+' | '?' if basic => result.push(next),
                    '<' => result.push_str(r"\b{start}"),
                    '>' => result.push_str(r"\b{end}"),
                    'w' | 'W' | 's' | 'S' | 'b' | 'B' | 'd' | 'D' | 'n' | 't' => {
                        result.push('\\');
                        result.push(next);
                    }
                    '1'..='9' => return Err(format!("back-reference \\{next} is not supported")),
                    other => result.push_str(&regex::escape(&other.to_string())),
                }
            }
            '(' | ')' | '{' | '}' | '|' | '+' | '?' if basic => {
                result.push('\\');
                result.push(c);
            }
            '*' if basic && (result.is_empty() || result.ends_with('(') && !result.ends_with("\\(") || result == "^") => result.push_str("\\*"),
            '^' if basic && !(result.is_empty() || result.ends_with(['(', '|'])) => result.push_str("\\^"),
            '$' if basic && !(index == characters.len() || characters[index..].starts_with(&['\\', ')']) || characters[index..].starts_with(&['\\', '|'])) => result.push_str("\\$"),
            '{' if !characters.get(index).is_some_and(char::is_ascii_digit) => result.push_str("\\{"),
            '[' => {
                let start = index;
                let mut end = index;
                if characters.get(end) == Some(&'^') {
                    end += 1;
                }
                if characters.get(end) == Some(&']') {
                    end += 1;
                }
                loop {
                    match characters.get(end) {
                        None => return Err("bad regex: unmatched [".to_owned()),
                        Some(']') => break,
                        Some('[') if characters.get(end + 1) == Some(&':') => {
                            end += 2;
                            while characters.get(end).is_some_and(|c| *c != ']') {
                                end += 1;
                            }
                            end += 1;
                        }
                        Some(_) => end += 1,
                    }
                }
                result.push('[');
                let inside: String = characters[start..end].iter().collect();
                result.push_str(&bracket(&inside));
                result.push(']');
                index = end + 1;
            }
            _ => result.push(c),
        }
    }
    Ok(result)
}

/// The inside of `[…]`, with what is special only to the `regex` crate protected.
fn bracket(inside: &str) -> String {
    let mut result = String::new();
    let mut rest = inside;
    if let Some(after) = rest.strip_prefix('^') {
        result.push('^');
        rest = after;
    }
    while let Some(c) = rest.chars().next() {
        if rest.starts_with("[:")
            && let Some(end) = rest.find(":]")
        {
            result.push_str(&rest[..end + 2]);
            rest = &rest[end + 2..];
            continue;
        }
        if "[]\\&~^".contains(c) {
            result.push('\\');
        }
        result.push(c);
        rest = &rest[c.len_utf8()..];
    }
    result
}
