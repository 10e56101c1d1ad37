//! What others chose (names, labels, commands, messages) must not drive the learner's terminal: control characters are
//! shown, not obeyed. A container's own output never comes through here.

use std::borrow::Cow;

/// The text with its control characters written out; line ends and tabs stay.
pub(super) fn visible(text: &str) -> Cow<'_, str> {
    let obeyed = |character: char| character.is_control() && character != '\n' && character != '\t';
    if !text.contains(obeyed) {
        return Cow::Borrowed(text);
    }
    let shown = |character: char| {
        if obeyed(character) { character.escape_unicode().to_string() } else { character.to_string() }
    };
    Cow::Owned(text.chars().map(shown).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_written_out() {
        assert_eq!(visible("a\tb\n"), "a\tb\n");
        assert_eq!(visible("é\u{1b}[2J\u{7}\u{9b}"), "é\\u{1b}[2J\\u{7}\\u{9b}");
    }
}
