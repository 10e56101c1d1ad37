//! A word of the course beside a command: told apart from Docker's own lines by its mark.

use crate::render::terminal::{Look, Paint};

use super::markdown::render_hanging;

/// What the word is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Note {
    /// Something to know.
    Information,
    /// What an error means.
    Error,
    /// Something done.
    Success,
}

/// The note, wrapped, behind its mark.
pub fn render_note(look: Look, note: Note, text: &str) -> String {
    let (mark, paint) = match note {
        Note::Information => ("i ", Paint::Heading),
        Note::Error => ("! ", Paint::Alert),
        Note::Success => ("✓ ", Paint::Met),
    };
    render_hanging(&look.paint(paint, mark), text, look)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_hangs() {
        let note = render_note(Look::PLAIN, Note::Error, &"mot ".repeat(30));
        let mut lines = note.lines();
        assert!(lines.next().unwrap().starts_with("! mot"));
        assert!(lines.next().unwrap().starts_with("  mot"));
    }
}
