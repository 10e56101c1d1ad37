//! Shell patterns: `*`, `?`, `[…]` over text whose quoted characters stand for themselves.
//!
//! One matcher for `case`, `${x%…}` and file names. Source: POSIX XCU 2.13.

/// A character and whether a quotation took away its meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// The character.
    pub character: char,
    /// Whether it was quoted.
    pub quoted: bool,
}

/// Text as marks.
pub fn marks(text: &str, quoted: bool) -> impl Iterator<Item = Mark> + '_ {
    text.chars().map(move |character| Mark { character, quoted })
}

/// The text of marks.
pub fn text_of(marks: &[Mark]) -> String {
    marks.iter().map(|mark| mark.character).collect()
}

/// Whether matching could differ from comparing.
pub fn is_pattern(pattern: &[Mark]) -> bool {
    pattern.iter().any(|mark| !mark.quoted && "*?[".contains(mark.character))
}

/// Whether the whole of `text` matches `pattern`.
pub fn matches(pattern: &[Mark], text: &[char]) -> bool {
    let (mut at, mut here) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    loop {
        if at < pattern.len() {
            let mark = pattern[at];
            if mark.character == '*' && !mark.quoted {
                star = Some((at, here));
                at += 1;
                continue;
            }
            if here < text.len()
                && let Some(next) = step(pattern, at, text[here])
            {
                at = next;
                here += 1;
                continue;
            }
        } else if here == text.len() {
            return true;
        }
        match star {
            Some((position, from)) if from < text.len() => {
                star = Some((position, from + 1));
                at = position + 1;
                here = from + 1;
            }
            _ => return false,
        }
    }
}

/// The position after the element at `at` when it matches `c`.
fn step(pattern: &[Mark], at: usize, c: char) -> Option<usize> {
    let mark = pattern[at];
    if mark.quoted {
        return (mark.character == c).then_some(at + 1);
    }
    match mark.character {
        '?' => Some(at + 1),
        '[' => match bracket(pattern, at, c) {
            Some((matched, end)) => matched.then_some(end),
            None => (c == '[').then_some(at + 1),
        },
        literal => (literal == c).then_some(at + 1),
    }
}

/// `[…]` at `at`: whether `c` is in it, and where it ends. `None` when it is not closed.
fn bracket(pattern: &[Mark], at: usize, c: char) -> Option<(bool, usize)> {
    let mut index = at + 1;
    let negated = pattern.get(index).is_some_and(|mark| !mark.quoted && "!^".contains(mark.character));
    if negated {
        index += 1;
    }
    let first = index;
    let mut matched = false;
    loop {
        let mark = *pattern.get(index)?;
        if mark.character == ']' && !mark.quoted && index > first {
            return Some((matched != negated, index + 1));
        }
        if mark.character == '[' && !mark.quoted && pattern.get(index + 1).is_some_and(|next| next.character == ':') {
            let end = (index + 2..pattern.len())
                .find(|&i| pattern[i].character == ':' && pattern.get(i + 1).is_some_and(|n| n.character == ']'));
            if let Some(end) = end {
                matched |= in_class(&text_of(&pattern[index + 2..end]), c);
                index = end + 2;
                continue;
            }
        }
        let range = pattern.get(index + 1).is_some_and(|next| next.character == '-' && !next.quoted)
            && pattern.get(index + 2).is_some_and(|next| next.character != ']' || next.quoted);
        if range {
            matched |= mark.character <= c && c <= pattern[index + 2].character;
            index += 3;
        } else {
            matched |= mark.character == c;
            index += 1;
        }
    }
}

fn in_class(name: &str, c: char) -> bool {
    match name {
        "alpha" => c.is_alphabetic(),
        "digit" => c.is_ascii_digit(),
        "alnum" => c.is_alphanumeric(),
        "upper" => c.is_uppercase(),
        "lower" => c.is_lowercase(),
        "space" => c.is_whitespace(),
        "blank" => c == ' ' || c == '\t',
        "punct" => c.is_ascii_punctuation(),
        "print" => !c.is_control(),
        "graph" => !c.is_control() && !c.is_whitespace(),
        "cntrl" => c.is_control(),
        "xdigit" => c.is_ascii_hexdigit(),
        _ => false,
    }
}

/// The paths that match `pattern`, sorted; empty when none does. Names starting with `.` want a written dot.
pub fn paths(pattern: &[Mark]) -> Vec<String> {
    let mut found = vec![String::new()];
    let mut components = pattern.split(|mark| mark.character == '/').peekable();
    let mut first = true;
    while let Some(component) = components.next() {
        let last = components.peek().is_none();
        if component.is_empty() {
            if first || !last {
                for path in &mut found {
                    path.push('/');
                }
            } else {
                found.retain(|path| std::path::Path::new(path).is_dir());
                for path in &mut found {
                    path.push('/');
                }
            }
            first = false;
            continue;
        }
        first = false;
        found = found.iter().flat_map(|base| extend(base, component, last)).collect();
    }
    found.sort();
    found
}

/// `base` followed by each name that matches `component`.
fn extend(base: &str, component: &[Mark], last: bool) -> Vec<String> {
    let join = |name: &str| {
        if base.is_empty() || base.ends_with('/') { format!("{base}{name}") } else { format!("{base}/{name}") }
    };
    if !is_pattern(component) {
        let path = join(&text_of(component));
        let exists = std::fs::symlink_metadata(&path).is_ok();
        return if exists { vec![path] } else { Vec::new() };
    }
    let directory = if base.is_empty() { "." } else { base };
    let Ok(entries) = std::fs::read_dir(directory) else { return Vec::new() };
    let hidden = component.first().is_some_and(|mark| mark.character == '.');
    let mut names: Vec<String> =
        entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    if hidden {
        names.extend([".".to_owned(), "..".to_owned()]);
    }
    names
        .into_iter()
        .filter(|name| hidden || !name.starts_with('.'))
        .filter(|name| matches(component, &name.chars().collect::<Vec<_>>()))
        .map(|name| join(&name))
        .filter(|path| last || std::path::Path::new(path).is_dir())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matched(pattern: &str, text: &str) -> bool {
        matches(&marks(pattern, false).collect::<Vec<_>>(), &text.chars().collect::<Vec<_>>())
    }

    #[test]
    fn patterns_match_as_posix_says() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("a*c", "abbc", true),
            ("a*c", "abcd", false),
            ("*.tar.*", "x.tar.gz", true),
            ("?", "é", true),
            ("[a-c]x", "bx", true),
            ("[!a-c]x", "bx", false),
            ("[]]", "]", true),
            ("[[:digit:]]*", "7up", true),
            ("[abc", "[abc", true),
            ("a[-]b", "a-b", true),
            ("**a", "ba", true),
        ] {
            assert_eq!(matched(pattern, text), expected, "{pattern} {text}");
        }
    }

    #[test]
    fn a_quoted_star_is_a_star() {
        let pattern: Vec<Mark> = marks("*", true).collect();
        assert!(matches(&pattern, &['*']));
        assert!(!matches(&pattern, &['a']));
    }
}
