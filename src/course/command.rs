//! [`CourseCommand`]: what the learner may ask of the course, as typed at the prompt.
//!
//! French first, accents optional, English aliases. A line that begins with another word is not ours.

use std::str::FromStr;

use crate::i18n::Language;

/// A course command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CourseCommand {
    /// `aide [mot]`.
    Help(Option<String>),
    /// `indice`.
    Hint,
    /// `solution`.
    Solution,
    /// `suivant`.
    Next,
    /// `précédent`.
    Previous,
    /// `leçons`.
    Lessons,
    /// `aller N`, `aller LEÇON`, `aller LEÇON N`.
    Go(GoTarget),
    /// `recommencer`.
    Restart,
    /// `annuler`.
    Undo,
    /// `explique [ligne]`: the words after it, as typed.
    Explain(String),
    /// `coupe OBJET`: the words after it, as typed.
    Xray(String),
    /// `libre`: enters or leaves free play.
    Free,
    /// `langue [fr|en]`.
    Language(Option<Language>),
    /// `réponse CHOIX`: the choice's name or number.
    Answer(String),
    /// `quitter`.
    Quit,
}

/// Where `aller` goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoTarget {
    /// The lesson's name or number; the present one when absent.
    pub lesson: Option<String>,
    /// The step's place from 1, or its name; the first when absent.
    pub step: Option<String>,
}

/// A course command that cannot be understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommandError {
    /// It needs something more: the Fluent id of what.
    Missing(&'static str),
    /// The language is neither French nor English.
    UnknownLanguage,
}

/// A course command's name, without its arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CommandWord {
    /// `aide`.
    Help,
    /// `indice`.
    Hint,
    /// `solution`.
    Solution,
    /// `suivant`.
    Next,
    /// `précédent`.
    Previous,
    /// `leçons`.
    Lessons,
    /// `aller`.
    Go,
    /// `recommencer`.
    Restart,
    /// `annuler`.
    Undo,
    /// `explique`.
    Explain,
    /// `coupe`.
    Xray,
    /// `libre`.
    Free,
    /// `langue`.
    Language,
    /// `réponse`.
    Answer,
    /// `quitter`.
    Quit,
}

impl CommandWord {
    /// Every word: the command, its French name, its English name. In the order `aide` shows them.
    pub const ALL: [(Self, &'static str, &'static str); 15] = [
        (Self::Hint, "indice", "hint"),
        (Self::Solution, "solution", "solution"),
        (Self::Answer, "réponse", "answer"),
        (Self::Next, "suivant", "next"),
        (Self::Previous, "précédent", "previous"),
        (Self::Lessons, "leçons", "lessons"),
        (Self::Go, "aller", "go"),
        (Self::Restart, "recommencer", "reset"),
        (Self::Undo, "annuler", "undo"),
        (Self::Explain, "explique", "explain"),
        (Self::Xray, "coupe", "xray"),
        (Self::Free, "libre", "play"),
        (Self::Language, "langue", "language"),
        (Self::Help, "aide", "help"),
        (Self::Quit, "quitter", "quit"),
    ];

    /// The command a word names, accents and case aside.
    pub fn find(word: &str) -> Option<Self> {
        let folded = fold(word);
        Self::ALL
            .iter()
            .find(|(_, french, english)| fold(french) == folded || *english == folded)
            .map(|(word, ..)| *word)
    }

    /// Its name in a language.
    ///
    /// # Panics
    /// Never: every word is in the table.
    pub fn name(self, language: Language) -> &'static str {
        let (_, french, english) =
            Self::ALL.iter().find(|(word, ..)| *word == self).expect("every word is in the table");
        match language {
            Language::French => french,
            Language::English => english,
        }
    }
}

impl CourseCommand {
    /// Reads a line. `None` when its first word is not a course command's.
    pub fn parse(line: &str) -> Option<Result<Self, CommandError>> {
        let line = line.trim();
        let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        let rest = rest.trim();
        let mut words = rest.split_whitespace();
        let first = words.next();
        Some(Ok(match CommandWord::find(word)? {
            CommandWord::Help => Self::Help(first.map(str::to_owned)),
            CommandWord::Hint => Self::Hint,
            CommandWord::Solution => Self::Solution,
            CommandWord::Next => Self::Next,
            CommandWord::Previous => Self::Previous,
            CommandWord::Lessons => Self::Lessons,
            CommandWord::Go => match first {
                Some(first) => Self::Go(GoTarget::read(first, words.next())),
                None => return Some(Err(CommandError::Missing("argument-go"))),
            },
            CommandWord::Restart => Self::Restart,
            CommandWord::Undo => Self::Undo,
            CommandWord::Explain => Self::Explain(rest.to_owned()),
            CommandWord::Xray => Self::Xray(rest.to_owned()),
            CommandWord::Free => Self::Free,
            CommandWord::Language => match first.map(Language::from_str) {
                None => Self::Language(None),
                Some(Ok(language)) => Self::Language(Some(language)),
                Some(Err(_)) => return Some(Err(CommandError::UnknownLanguage)),
            },
            CommandWord::Answer if rest.is_empty() => return Some(Err(CommandError::Missing("argument-answer"))),
            CommandWord::Answer => Self::Answer(rest.to_owned()),
            CommandWord::Quit => Self::Quit,
        }))
    }
}

impl GoTarget {
    /// `3` is a step of this lesson; `2.3` is step 3 of lesson 2; anything else is a lesson's name.
    fn read(first: &str, second: Option<&str>) -> Self {
        let owned = |text: &str| Some(text.to_owned());
        match (first.split_once('.'), second) {
            (Some((lesson, step)), None) => Self { lesson: owned(lesson), step: owned(step) },
            (_, Some(step)) => Self { lesson: owned(first), step: owned(step) },
            (None, None) if first.parse::<usize>().is_ok() => Self { lesson: None, step: owned(first) },
            (None, None) => Self { lesson: owned(first), step: None },
        }
    }
}

/// Lower case, without the accents French uses.
pub fn fold(word: &str) -> String {
    let plain = |letter| match letter {
        'à' | 'â' | 'ä' => 'a',
        'ç' => 'c',
        'é' | 'è' | 'ê' | 'ë' => 'e',
        'î' | 'ï' => 'i',
        'ô' | 'ö' => 'o',
        'ù' | 'û' | 'ü' => 'u',
        other => other,
    };
    word.chars().flat_map(char::to_lowercase).map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_case_and_language_make_no_difference() {
        for word in ["précédent", "precedent", "PRÉCÉDENT", "previous"] {
            assert_eq!(CourseCommand::parse(word), Some(Ok(CourseCommand::Previous)), "{word}");
        }
        assert_eq!(CourseCommand::parse("lecons"), Some(Ok(CourseCommand::Lessons)));
    }

    #[test]
    fn another_line_is_not_ours() {
        for line in ["", "docker ps", "ls -l", "indices", "suivants"] {
            assert_eq!(CourseCommand::parse(line), None, "{line}");
        }
    }

    #[test]
    fn aller_understands_steps_and_lessons() {
        let target = |line| match CourseCommand::parse(line) {
            Some(Ok(CourseCommand::Go(target))) => (target.lesson, target.step),
            other => panic!("{other:?}"),
        };
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(target("aller 3"), (None, some("3")));
        assert_eq!(target("go 2.3"), (some("2"), some("3")));
        assert_eq!(target("aller isolation"), (some("isolation"), None));
        assert_eq!(target("aller isolation verifier"), (some("isolation"), some("verifier")));
        assert_eq!(CourseCommand::parse("aller"), Some(Err(CommandError::Missing("argument-go"))));
    }

    #[test]
    fn the_rest_of_the_line_is_kept() {
        let line = "explique docker run -it --rm alpine sh";
        assert_eq!(
            CourseCommand::parse(line),
            Some(Ok(CourseCommand::Explain("docker run -it --rm alpine sh".to_owned())))
        );
        assert_eq!(CourseCommand::parse("langue klingon"), Some(Err(CommandError::UnknownLanguage)));
    }
}
