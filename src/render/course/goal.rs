//! The goal line: where the learner is and what must become true, before each prompt.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::i18n::{Arguments, Texts};
use crate::render::terminal::{Look, Paint};

/// Where the learner is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Goal {
    /// The lesson's name.
    pub lesson: String,
    /// The step's place, from 1.
    pub step: usize,
    /// How many steps the lesson has.
    pub steps: usize,
    /// What must become true, or the question.
    pub text: String,
    /// How many checks hold.
    pub met: usize,
    /// How many there are; 0 for a question.
    pub checks: usize,
}

/// One line, cut to the width of the terminal.
pub fn render_goal(texts: &Texts, look: Look, goal: &Goal) -> String {
    let place = format!("{} {}/{}", goal.lesson, goal.step, goal.steps);
    let state = if goal.checks > 1 {
        let arguments = Arguments::new().number("met", whole(goal.met)).number("checks", whole(goal.checks));
        format!(" ({})", texts.with("goal-met", &arguments))
    } else {
        String::new()
    };
    let mark = if look.plain { "" } else { "▸ " };
    let text = strip_marks(&goal.text);
    let text = if look.colour { text.replace('`', "") } else { text };
    let head = format!("{mark}{place} · ");
    let room = look.columns.saturating_sub(head.width() + state.width());
    let text = cut(&text, room);
    format!("{}{}{}\n", look.paint(Paint::Heading, &head), text, look.paint(Paint::Dim, &state))
}

/// The text in so many columns, with an ellipsis when something is left out.
pub fn cut(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut used = 1;
    let mut kept: String = text
        .chars()
        .take_while(|letter| {
            used += letter.width().unwrap_or(0);
            used <= columns
        })
        .collect();
    kept.truncate(kept.trim_end().len());
    kept.push('…');
    kept
}

/// The goal comes from Markdown; on one line its marks are noise, except code's.
fn strip_marks(text: &str) -> String {
    text.replace("**", "").replace('*', "")
}

fn whole(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Language;

    fn goal(text: &str, checks: usize) -> String {
        let goal = Goal { lesson: "isolation".into(), step: 1, steps: 3, text: text.into(), met: 1, checks };
        render_goal(&Texts::new(Language::French), Look::PLAIN, &goal)
    }

    #[test]
    fn it_says_where_and_what_on_one_line() {
        assert_eq!(goal("qu'un *autre* conteneur existe.", 1), "isolation 1/3 · qu'un autre conteneur existe.\n");
        assert_eq!(goal("deux choses", 2), "isolation 1/3 · deux choses (1 acquis sur 2)\n");
    }

    #[test]
    fn it_never_passes_the_width() {
        let line = goal(&"long ".repeat(40), 2);
        assert!(line.trim_end().width() <= 80, "{line}");
        assert!(line.contains('…'));
    }
}
