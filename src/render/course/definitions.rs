//! Words and what they mean, one under the other, meanings aligned.

use textwrap::core::display_width;

use super::markdown::render_hanging;
use crate::render::terminal::{Look, Paint};

/// Columns a word may take before its meaning goes to the next line's column.
const WORD_COLUMNS_MAX: usize = 28;

/// Each word, then its meaning, wrapped and aligned.
pub fn render_definitions(look: Look, rows: &[(String, String)]) -> String {
    let widths = rows.iter().map(|(word, _)| display_width(word));
    let columns = widths.filter(|width| *width <= WORD_COLUMNS_MAX).max().unwrap_or(0);
    let mut out = String::new();
    for (word, meaning) in rows {
        let width = display_width(word);
        let painted = look.paint(Paint::Code, word);
        if width > columns {
            out.push_str(&format!("  {painted}\n"));
            out.push_str(&render_hanging(&" ".repeat(columns + 4), meaning, look));
        } else {
            let pad = " ".repeat(columns - width);
            out.push_str(&render_hanging(&format!("  {painted}{pad}  "), meaning, look));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn meanings_are_aligned() {
        let rows = [
            ("docker run".to_owned(), "Crée un conteneur et lance un programme dedans.".to_owned()),
            (
                "--rm".to_owned(),
                "Supprime le conteneur dès qu’il est terminé, avec tout ce qu’il a écrit dans sa couche.".to_owned(),
            ),
            ("-e, --env UNE_VARIABLE_PLUTOT_LONGUE=x".to_owned(), "Variable.".to_owned()),
        ];
        insta::assert_snapshot!(render_definitions(Look::PLAIN, &rows), @r"
        docker run  Crée un conteneur et lance un programme dedans.
        --rm        Supprime le conteneur dès qu’il est terminé, avec tout ce qu’il a
                    écrit dans sa couche.
        -e, --env UNE_VARIABLE_PLUTOT_LONGUE=x
                    Variable.
        ");
    }
}
