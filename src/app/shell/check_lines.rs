//! Verdicts in words, and which of them are news.

use crate::course::say;
use crate::i18n::Texts;
use crate::render::course::{CheckLine, CheckState};
use crate::verify::Verdict;

/// The verdicts in words.
pub fn check_lines<'v>(texts: &Texts, verdicts: impl Iterator<Item = &'v Verdict>) -> Vec<CheckLine> {
    let in_words = |verdict: &Verdict| match verdict {
        Verdict::Met { expected, .. } => {
            CheckLine { state: CheckState::Met, expected: say(texts, expected), observed: None, next: None }
        }
        Verdict::Unmet { expected, observed, next } => CheckLine {
            state: CheckState::Unmet,
            expected: say(texts, expected),
            observed: Some(say(texts, observed)),
            next: Some(say(texts, next)),
        },
        Verdict::CouldNotCheck { expected, why } => CheckLine {
            state: CheckState::Unknown,
            expected: say(texts, expected),
            observed: Some(say(texts, why)),
            next: None,
        },
    };
    verdicts.map(in_words).collect()
}

/// Those that differ from what was shown before.
pub fn news(now: &[CheckLine], before: &[CheckLine]) -> Vec<CheckLine> {
    let same = |place: usize, line: &CheckLine| before.get(place) == Some(line);
    now.iter().enumerate().filter(|(place, line)| !same(*place, line)).map(|(_, line)| line.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Language;
    use crate::verify::Message;

    #[test]
    fn only_news_are_told() {
        let texts = Texts::new(Language::French);
        let expected = || Message::new("observed-no-container");
        let unmet = || Verdict::Unmet { expected: expected(), observed: Message::new("a"), next: Message::new("b") };
        let before = check_lines(&texts, [unmet(), unmet()].iter());
        assert_eq!(before[0].state, CheckState::Unmet);
        let met = Verdict::Met { expected: expected(), found: None };
        let now = check_lines(&texts, [met, unmet()].iter());
        let told = news(&now, &before);
        assert_eq!((told.len(), told[0].state), (1, CheckState::Met));
        assert_eq!(told[0].expected, before[0].expected);
    }
}
