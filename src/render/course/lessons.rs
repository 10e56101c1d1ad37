//! The table of lessons and where the learner is in each.

use unicode_width::UnicodeWidthStr;

use super::goal::cut;
use crate::i18n::{Arguments, Texts};
use crate::render::terminal::{Look, Paint};

/// What a title keeps on the narrowest terminal.
const TITLE_COLUMNS_MIN: usize = 8;
/// The mark, the number, the minutes, and what stands between the columns.
const OTHER_COLUMNS: usize = 18;

/// How far a lesson is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LessonProgress {
    /// Nothing done.
    Untouched,
    /// So many steps done of so many.
    Started(usize, usize),
    /// All done.
    Done,
}

/// One line of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LessonRow {
    /// Its place, from 1.
    pub number: usize,
    /// Its name.
    pub name: String,
    /// Its title in the learner's language.
    pub title: String,
    /// How long it takes a beginner.
    pub minutes: u32,
    /// How far it is.
    pub progress: LessonProgress,
    /// Whether the learner is in it.
    pub current: bool,
}

/// The table.
pub fn render_lessons(texts: &Texts, look: Look, rows: &[LessonRow]) -> String {
    let name_columns = rows.iter().map(|row| row.name.width()).max().unwrap_or(0);
    let standings: Vec<(String, Paint)> = rows.iter().map(|row| standing(texts, row.progress)).collect();
    let standing_columns = standings.iter().map(|(text, _)| text.width()).max().unwrap_or(0);
    let room = look.columns.saturating_sub(name_columns + standing_columns + OTHER_COLUMNS).max(TITLE_COLUMNS_MIN);
    let title_columns = rows.iter().map(|row| row.title.width()).max().unwrap_or(0).min(room);
    let mut out = String::new();
    for (row, (progress, paint)) in rows.iter().zip(standings) {
        let mark = if row.current { "*" } else { " " };
        let name = pad(&row.name, name_columns);
        let title = pad(&cut(&row.title, title_columns), title_columns);
        let minutes = texts.with("lesson-minutes", &Arguments::new().number("minutes", i64::from(row.minutes)));
        let line = format!(
            "{mark} {:>2}  {}  {title}  {minutes:>6}  {}",
            row.number,
            look.paint(Paint::Code, &name),
            look.paint(paint, &progress)
        );
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

fn standing(texts: &Texts, progress: LessonProgress) -> (String, Paint) {
    match progress {
        LessonProgress::Untouched => (texts.text("lesson-untouched"), Paint::Dim),
        LessonProgress::Started(done, steps) => {
            let arguments = Arguments::new().number("done", whole(done)).number("steps", whole(steps));
            (texts.with("lesson-started", &arguments), Paint::Strong)
        }
        LessonProgress::Done => (texts.text("lesson-done"), Paint::Met),
    }
}

fn pad(text: &str, columns: usize) -> String {
    format!("{text}{}", " ".repeat(columns.saturating_sub(text.width())))
}

fn whole(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Language;

    #[test]
    fn columns_line_up_with_accents() {
        let row = |number, name: &str, title: &str, progress, current| LessonRow {
            number,
            name: name.into(),
            title: title.into(),
            minutes: 8,
            progress,
            current,
        };
        let rows = [
            row(1, "premier-conteneur", "Premier conteneur", LessonProgress::Done, false),
            row(2, "detache", "Détaché", LessonProgress::Started(1, 4), true),
            row(3, "diff", "Ce qui a changé", LessonProgress::Untouched, false),
        ];
        insta::assert_snapshot!(render_lessons(&Texts::new(Language::French), Look::PLAIN, &rows), @r"
           1  premier-conteneur  Premier conteneur   8 min  faite
        *  2  detache            Détaché             8 min  1 sur 4
           3  diff               Ce qui a changé     8 min  à faire
        ");
        let narrow = render_lessons(&Texts::new(Language::French), Look { columns: 56, ..Look::PLAIN }, &rows);
        assert!(narrow.contains("Premier conte…") && narrow.lines().all(|line| line.width() <= 56), "{narrow}");
    }
}
