//! Go's `path.Match`: `*`, `?`, `[a-z]`, `[^a]`, `\*`; none of them crosses a slash. For `--filter reference=…`.

/// A pattern that was read.
#[derive(Debug, Clone)]
pub struct Glob(Vec<Part>);

#[derive(Debug, Clone)]
enum Part {
    /// This letter.
    Letter(char),
    /// Any letter.
    Any,
    /// Any run of letters.
    Run,
    /// A letter in one of these ranges, or in none.
    Class { negated: bool, ranges: Vec<(char, char)> },
}

impl Glob {
    /// Reads a pattern; `None` when it cannot be one.
    pub fn new(pattern: &str) -> Option<Self> {
        let mut parts = Vec::new();
        let mut letters = pattern.chars().peekable();
        while let Some(letter) = letters.next() {
            parts.push(match letter {
                '*' => Part::Run,
                '?' => Part::Any,
                '\\' => Part::Letter(letters.next()?),
                '[' => {
                    let negated = letters.next_if_eq(&'^').is_some();
                    let mut ranges = Vec::new();
                    loop {
                        if !ranges.is_empty() && letters.next_if_eq(&']').is_some() {
                            break;
                        }
                        let first = bound(&mut letters)?;
                        let last = if letters.next_if_eq(&'-').is_some() { bound(&mut letters)? } else { first };
                        ranges.push((first, last));
                    }
                    Part::Class { negated, ranges }
                }
                other => Part::Letter(other),
            });
        }
        Some(Self(parts))
    }

    /// Whether the whole text fits.
    pub fn fits(&self, text: &str) -> bool {
        fits(&self.0, &text.chars().collect::<Vec<_>>())
    }
}

/// An end of a range: not a bare `-` or `]`.
fn bound(letters: &mut impl Iterator<Item = char>) -> Option<char> {
    match letters.next()? {
        '-' | ']' => None,
        '\\' => letters.next(),
        other => Some(other),
    }
}

fn fits(parts: &[Part], text: &[char]) -> bool {
    let Some((part, rest)) = parts.split_first() else { return text.is_empty() };
    if matches!(part, Part::Run) {
        let end = text.iter().position(|letter| *letter == '/').unwrap_or(text.len());
        return (0..=end).any(|from| fits(rest, &text[from..]));
    }
    let Some((letter, after)) = text.split_first() else { return false };
    let here = match part {
        Part::Letter(wanted) => wanted == letter,
        Part::Class { negated, ranges } => {
            *letter != '/' && ranges.iter().any(|(first, last)| (first..=last).contains(&letter)) != *negated
        }
        Part::Any | Part::Run => *letter != '/',
    };
    here && fits(rest, after)
}

#[cfg(test)]
mod tests {
    use super::Glob;

    #[test]
    fn patterns_are_gos() {
        let fits = |pattern: &str, text: &str| Glob::new(pattern).unwrap().fits(text);
        assert!(fits("al*", "alpine") && fits("alpine:?", "alpine:3") && fits("*/alpine", "me/alpine"));
        assert!(fits("alp[h-j]ne", "alpine") && fits("a[^b]c", "axc") && fits("a\\*", "a*"));
        assert!(!fits("*", "me/alpine") && !fits("a[^b]c", "abc") && !fits("a?c", "a/c"));
        for wrong in ["[", "[]a]", "[a", "[-", "\\"] {
            assert!(Glob::new(wrong).is_none(), "{wrong}");
        }
    }
}
