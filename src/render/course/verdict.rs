//! Verdicts: what holds, what does not and why, what could not be checked. A word beside every sign.

use crate::i18n::Texts;
use crate::render::terminal::{Look, Paint};

use super::markdown::render_hanging;

/// How one check stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckState {
    /// It holds.
    Met,
    /// It does not.
    Unmet,
    /// The engine cannot tell.
    Unknown,
}

/// One check, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckLine {
    /// How it stands.
    pub state: CheckState,
    /// What is asked.
    pub expected: String,
    /// What is; or why nobody knows.
    pub observed: Option<String>,
    /// What to do about it.
    pub next: Option<String>,
}

/// The checks, one after the other; details only under those that do not hold.
pub fn render_checks(texts: &Texts, look: Look, checks: &[CheckLine]) -> String {
    let mut out = String::new();
    for check in checks {
        let (sign, word, paint) = match check.state {
            CheckState::Met => ("✓", texts.text("check-met"), Paint::Met),
            CheckState::Unmet => ("✗", texts.text("check-unmet"), Paint::Unmet),
            CheckState::Unknown => ("?", texts.text("check-unknown"), Paint::Unknown),
        };
        out.push_str(&labelled(look, &look.paint(paint, &format!("{sign} {word}")), &check.expected, "  "));
        if check.state != CheckState::Met {
            let details = [("check-observed", &check.observed), ("check-next", &check.next)];
            for (label, text) in details.into_iter().filter_map(|(label, text)| Some((label, text.as_ref()?))) {
                out.push_str(&labelled(look, &texts.text(label), text, "    "));
            }
        }
    }
    out
}

fn labelled(look: Look, label: &str, text: &str, margin: &str) -> String {
    render_hanging(&format!("{margin}{label} "), text, look)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Language;

    #[test]
    fn each_verdict_has_a_sign_a_word_and_its_reason() {
        let met = CheckLine {
            state: CheckState::Met,
            expected: "un conteneur de `alpine`".into(),
            observed: None,
            next: None,
        };
        let unmet = CheckLine {
            state: CheckState::Unmet,
            expected: "le fichier `/home/test` présent dans ce conteneur, quel que soit son nom ou son état".into(),
            observed: Some("`/tmp/test` a changé".into()),
            next: Some("le chemin est `/home/test`".into()),
        };
        let unknown = CheckLine {
            state: CheckState::Unknown,
            expected: "le port 80 répond".into(),
            observed: Some("le moteur n’a pas répondu".into()),
            next: None,
        };
        let french = Texts::new(Language::French);
        insta::assert_snapshot!(render_checks(&french, Look::PLAIN, &[met, unmet, unknown]), @r"
        ✓ acquis : un conteneur de `alpine`
        ✗ manque : le fichier `/home/test` présent dans ce conteneur, quel que soit
                   son nom ou son état
          observé : `/tmp/test` a changé
          ensuite : le chemin est `/home/test`
        ? non vérifié : le port 80 répond
          observé : le moteur n’a pas répondu
        ");
    }
}
