//! The lines of a Dockerfile around those at fault, as data: the client draws them.

use super::syntax::Span;

/// The lines at fault and a few around them. `Display` is BuildKit's drawing of them, dashes included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// The Dockerfile's base name.
    pub name: String,
    /// The first line at fault, from 1.
    pub line: usize,
    /// In order.
    pub lines: Vec<ExcerptLine>,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExcerptLine {
    /// From 1.
    pub number: usize,
    /// Without its end.
    pub text: String,
    /// Whether it is at fault (`>>>`).
    pub at_fault: bool,
}

impl Excerpt {
    /// Cuts the lines around a span: four of them around one line, two around several, taken by turns from
    /// above and below. Nothing when the span lies outside the text.
    pub fn around(name: &str, text: &str, span: Span) -> Option<Self> {
        let lines: Vec<&str> = text.split('\n').collect();
        if span.first == 0 || span.first > lines.len() {
            return None;
        }
        let (mut first, mut last) = (span.first, span.last.clamp(span.first, lines.len()));
        let wanted = if first == last { 4 } else { 2 };
        let mut taken = 0;
        while taken < wanted {
            if first > 1 {
                first -= 1;
                taken += 1;
            }
            if last < lines.len() {
                last += 1;
                taken += 1;
            }
            // BuildKit counts each round too, so that a short file ends the search.
            taken += 1;
        }
        let lines = (first..=last)
            .map(|number| ExcerptLine {
                number,
                text: lines[number - 1].trim_end_matches('\r').to_owned(),
                at_fault: (span.first..=span.last).contains(&number),
            })
            .collect();
        Some(Self { name: name.to_owned(), line: span.first, lines })
    }
}

impl std::fmt::Display for Excerpt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        const RULE: &str = "--------------------";
        writeln!(f, "{}:{}\n{RULE}", self.name, self.line)?;
        for line in &self.lines {
            let mark = if line.at_fault { ">>>" } else { "   " };
            writeln!(f, " {:3} | {mark} {}", line.number, line.text)?;
        }
        writeln!(f, "{RULE}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_shows_its_neighbours() {
        let text = "FROM alpine\nRUN [\"echo\", \"x\"\nCOPY\nCMD [\"/bin/sh\"]\n";
        let excerpt = Excerpt::around("Dockerfile", text, Span { first: 3, last: 3 }).unwrap();
        assert_eq!(
            excerpt.to_string(),
            "Dockerfile:3\n--------------------\n   1 |     FROM alpine\n   2 |     RUN [\"echo\", \"x\"\n   3 | >>> COPY\n   4 |     CMD [\"/bin/sh\"]\n   5 |     \n--------------------\n"
        );
    }

    #[test]
    fn a_span_outside_shows_nothing() {
        assert_eq!(Excerpt::around("Dockerfile", "FROM a", Span { first: 3, last: 3 }), None);
        assert_eq!(Excerpt::around("Dockerfile", "FROM a", Span { first: 0, last: 0 }), None);
    }
}
