//! POSIX basic regular expressions in the `regex` crate's language.

/// A POSIX basic regular expression in the `regex` crate's language. Errors: back-references, which it has not.
pub fn from_basic(pattern: &str) -> Result<String, String> {
    let characters: Vec<char> = pattern.chars().collect();
    let mut result = String::new();
    let mut index = 0;
    while let Some(&c) = characters.get(index) {
        index += 1;
        match c {
            '\\' => {
                let Some(&next) = characters.get(index) else { return Err("bad regex: trailing backslash".to_owned()) };
                index += 1;
                match next {
                    '(' | ')' | '{' | '}' | '|' | '+' | '?' => result.push(next),
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
            '(' | ')' | '{' | '}' | '|' | '+' | '?' => {
                result.push('\\');
                result.push(c);
            }
            '*' if result.is_empty() || result.ends_with('(') && !result.ends_with("\\(") || result == "^" => {
                result.push_str("\\*");
            }
            '^' if !(result.is_empty() || result.ends_with(['(', '|'])) => result.push_str("\\^"),
            '$' if !(index == characters.len()
                || characters[index..].starts_with(&['\\', ')'])
                || characters[index..].starts_with(&['\\', '|'])) =>
            {
                result.push_str("\\$");
            }
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
