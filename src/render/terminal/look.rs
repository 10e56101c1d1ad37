//! What may be shown: colours or not, redrawing or not, how wide. Decided once, by `app`; obeyed everywhere.

use owo_colors::{OwoColorize, Style};

/// Columns of prose beyond which lines are tiring to read.
const COLUMNS_READABLE_MAX: usize = 100;
/// Columns of a terminal that does not say.
const COLUMNS_DEFAULT: usize = 80;

/// How to write to this terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// Colours and weights may be used, never to carry meaning alone.
    pub colour: bool,
    /// No redraw, no box drawing: for pipes, screen readers and `TERM=dumb`.
    pub plain: bool,
    /// Width of prose.
    pub columns: usize,
}

impl Look {
    /// 80 columns, no colour, nothing redrawn.
    pub const PLAIN: Self = Self { colour: false, plain: true, columns: COLUMNS_DEFAULT };

    /// A terminal of so many columns; prose stays readable on very wide ones.
    pub fn terminal(columns: Option<usize>, colour: bool) -> Self {
        let columns = columns.unwrap_or(COLUMNS_DEFAULT).clamp(20, COLUMNS_READABLE_MAX);
        Self { colour, plain: false, columns }
    }

    /// The text, painted when colours are wanted.
    pub fn paint(self, paint: Paint, text: &str) -> String {
        if self.colour { text.style(paint.style()).to_string() } else { text.to_owned() }
    }
}

/// What a piece of the course's text is; its colour follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paint {
    /// Something to type, a name, a path.
    Code,
    /// Important words.
    Strong,
    /// Words said with stress.
    Emphasis,
    /// A heading.
    Heading,
    /// A check that is met.
    Met,
    /// A check that is not.
    Unmet,
    /// A check that could not be made.
    Unknown,
    /// Secondary text.
    Dim,
    /// The course speaking of an error.
    Alert,
    /// A Docker verb on the line being typed.
    Verb,
    /// A flag on the line being typed.
    Flag,
    /// A quoted word on the line being typed.
    Quoted,
}

impl Paint {
    fn style(self) -> Style {
        let style = Style::new();
        match self {
            Self::Code => style.cyan(),
            Self::Strong => style.bold(),
            Self::Emphasis => style.italic(),
            Self::Heading => style.bold().blue(),
            Self::Met => style.green(),
            Self::Unmet => style.red(),
            Self::Unknown => style.yellow(),
            Self::Dim => style.dimmed(),
            Self::Alert => style.yellow().bold(),
            Self::Verb => style.bold().cyan(),
            Self::Flag => style.yellow(),
            Self::Quoted => style.green(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_carries_no_escape() {
        assert_eq!(Look::PLAIN.paint(Paint::Met, "fait"), "fait");
        assert!(Look::terminal(Some(80), true).paint(Paint::Met, "fait").contains('\u{1b}'));
    }

    #[test]
    fn prose_stays_readable() {
        assert_eq!(Look::terminal(Some(300), false).columns, 100);
        assert_eq!(Look::terminal(None, false).columns, 80);
    }
}
