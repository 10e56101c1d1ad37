//! [`Prose`]: the learner's half of a lesson, read from `locales/LANGUAGE/lessons/ID.md`.
//!
//! Headings carry the structure: `# title`, `## step-id`, and under a step `### après`, `### indice ID`,
//! `### choix ID` (or `after`, `hint`, `choice`); `## fin` (or `end`) closes. What stands between is Markdown,
//! kept as written. Headings inside fenced code are code.

use std::path::Path;

use sha2::{Digest, Sha256};

use super::{LessonError, Reason, segments};

/// A lesson's texts in one language.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Prose {
    /// The fingerprint of the French text this one was made from; only translations have it.
    pub source: Option<String>,
    /// The lesson's title.
    pub title: String,
    /// What is said before the first step.
    pub introduction: String,
    /// The steps in the order written.
    pub steps: Vec<StepProse>,
    /// What is said once the lesson is done.
    pub end: String,
    /// The line of `## fin`, from 1.
    pub end_line: Option<usize>,
}

/// A step's texts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StepProse {
    /// The step's name.
    pub id: String,
    /// The line of its heading, from 1.
    pub line: usize,
    /// A short title, when the heading gives one: `## id — title`.
    pub title: Option<String>,
    /// What is said before.
    pub body: String,
    /// What is said once it is done.
    pub after: String,
    /// The hints: id, line, text.
    pub hints: Vec<(String, usize, String)>,
    /// The choices of a question: id, line, text.
    pub choices: Vec<(String, usize, String)>,
}

impl StepProse {
    /// The goal (or the question): the paragraph of the body that begins in bold with `Objectif` (`Goal`) or `Question`,
    /// without that word, on one line. `None` when there is none.
    pub fn goal(&self) -> Option<String> {
        self.body.split("\n\n").map(str::trim).find_map(|paragraph| {
            let (word, rest) = paragraph.strip_prefix("**")?.split_once("**")?;
            let word = word.trim_end_matches([':', ' ', '\u{a0}', '\u{202f}']);
            let rest = rest.trim_start_matches([':', ' ', '\u{a0}', '\u{202f}']);
            let known = ["Objectif", "Goal", "Question"].contains(&word);
            (known && !rest.is_empty()).then(|| rest.split_whitespace().collect::<Vec<_>>().join(" "))
        })
    }

    /// The text of the hint called `id`.
    pub fn hint(&self, id: &str) -> Option<&str> {
        self.hints.iter().find(|(hint, ..)| hint == id).map(|(_, _, text)| text.as_str())
    }

    /// The text of the choice called `id`.
    pub fn choice(&self, id: &str) -> Option<&str> {
        self.choices.iter().find(|(choice, ..)| choice == id).map(|(_, _, text)| text.as_str())
    }
}

impl Prose {
    /// Reads `text`, the content of `file`.
    pub fn parse(file: &Path, text: &str) -> Result<Self, LessonError> {
        let refuse = |line, reason| LessonError { file: file.to_owned(), line: Some(line), reason };
        let mut prose = Self::default();
        let (first, source) = front_matter(text).map_err(|(line, reason)| refuse(line, reason))?;
        prose.source = source;
        let mut section = Section::Start;
        let mut fence: Option<&str> = None;
        for (number, line) in text.lines().enumerate().skip(first).map(|(index, line)| (index + 1, line)) {
            segments(line).map_err(|error| refuse(number, Reason::Placeholder(error.text)))?;
            let mark = ["```", "~~~"].into_iter().find(|mark| line.trim_start().starts_with(mark));
            match (fence, mark) {
                (None, Some(_)) => fence = mark,
                (Some(open), Some(close)) if open == close => fence = None,
                _ => {}
            }
            let heading = if fence.is_none() && mark.is_none() { heading(line) } else { None };
            match heading {
                Some(heading) => section = prose.open(heading, number).map_err(|reason| refuse(number, reason))?,
                None if matches!(section, Section::Start) && !line.trim().is_empty() => {
                    return Err(refuse(number, Reason::NoTitle));
                }
                None => prose.append(&section, line),
            }
        }
        if matches!(section, Section::Start) {
            return Err(refuse(1, Reason::NoTitle));
        }
        prose.trim();
        Ok(prose)
    }

    /// The texts of the step called `id`.
    pub fn step(&self, id: &str) -> Option<&StepProse> {
        self.steps.iter().find(|step| step.id == id)
    }

    fn open(&mut self, heading: (usize, &str), line: usize) -> Result<Section, Reason> {
        let (level, text) = heading;
        let twice = || Reason::HeadingTwice(text.to_owned());
        let unknown = || Reason::Heading(text.to_owned());
        match level {
            1 if self.title.is_empty() => {
                text.clone_into(&mut self.title);
                Ok(Section::Introduction)
            }
            _ if self.title.is_empty() => Err(Reason::NoTitle),
            1 => Err(twice()),
            2 if ["fin", "end"].contains(&text) => match self.end_line.replace(line) {
                None => Ok(Section::End),
                Some(_) => Err(twice()),
            },
            2 => {
                let (id, title) =
                    text.split_once(" — ").map_or((text, None), |(id, title)| (id, Some(title.to_owned())));
                if self.step(id).is_some() {
                    return Err(twice());
                }
                self.steps.push(StepProse { id: id.to_owned(), line, title, ..StepProse::default() });
                Ok(Section::Body)
            }
            _ => {
                let step = self.steps.last_mut().filter(|_| self.end_line.is_none()).ok_or_else(unknown)?;
                let (word, id) = text.split_once(' ').map_or((text, ""), |(word, id)| (word, id.trim()));
                let list = match word {
                    "après" | "apres" | "after" if id.is_empty() => {
                        return if step.after.is_empty() { Ok(Section::After) } else { Err(twice()) };
                    }
                    "indice" | "hint" if !id.is_empty() => &mut step.hints,
                    "choix" | "choice" if !id.is_empty() => &mut step.choices,
                    _ => return Err(unknown()),
                };
                if list.iter().any(|(other, ..)| other == id) {
                    return Err(twice());
                }
                list.push((id.to_owned(), line, String::new()));
                Ok(if ["indice", "hint"].contains(&word) { Section::Hint } else { Section::Choice })
            }
        }
    }

    fn append(&mut self, section: &Section, line: &str) {
        let step = self.steps.last_mut();
        let text = match section {
            Section::Start => return,
            Section::Introduction => Some(&mut self.introduction),
            Section::End => Some(&mut self.end),
            Section::Body => step.map(|step| &mut step.body),
            Section::After => step.map(|step| &mut step.after),
            Section::Hint => step.and_then(|step| step.hints.last_mut()).map(|(_, _, text)| text),
            Section::Choice => step.and_then(|step| step.choices.last_mut()).map(|(_, _, text)| text),
        };
        if let Some(text) = text {
            text.push_str(line);
            text.push('\n');
        }
    }

    fn trim(&mut self) {
        let lists = self.steps.iter_mut().flat_map(|step| {
            let lists = step.hints.iter_mut().chain(&mut step.choices).map(|(_, _, text)| text);
            [&mut step.body, &mut step.after].into_iter().chain(lists)
        });
        for text in lists.chain([&mut self.introduction, &mut self.end]) {
            *text = text.trim().to_owned();
        }
    }
}

/// The fingerprint of a French text, as translations record it: the first 16 hexadecimal digits of its SHA-256.
pub fn fingerprint(text: &str) -> String {
    use std::fmt::Write as _;
    Sha256::digest(text.as_bytes()).iter().take(8).fold(String::new(), |mut digits, byte| {
        // Writing to a `String` cannot fail.
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}

/// Where the line being read belongs.
enum Section {
    Start,
    Introduction,
    Body,
    After,
    Hint,
    Choice,
    End,
}

/// How many lines the front matter takes, and the fingerprint it gives.
fn front_matter(text: &str) -> Result<(usize, Option<String>), (usize, Reason)> {
    let mut lines = text.lines().enumerate();
    if lines.next().map(|(_, line)| line) != Some("---") {
        return Ok((0, None));
    }
    let mut source = None;
    for (index, line) in lines {
        match line.split_once(':') {
            _ if line == "---" => return Ok((index + 1, source)),
            Some(("source", value)) => source = Some(value.trim().to_owned()),
            _ => return Err((index + 1, Reason::FrontMatter(line.to_owned()))),
        }
    }
    Err((1, Reason::FrontMatter("---".to_owned())))
}

/// The level (1 to 3) and text of a heading.
fn heading(line: &str) -> Option<(usize, &str)> {
    let level = line.bytes().take_while(|byte| *byte == b'#').count();
    let text = line.get(level..)?.strip_prefix(' ')?.trim();
    ((1..=3).contains(&level) && !text.is_empty()).then_some((level, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &str = "---\nsource: 00ff\n---\n# Le titre\n\nIntro.\n\n## deposer — Déposer\nVoyons.\n\n\
        **Objectif\u{a0}:** qu'un conteneur\nsoit là.\n\n```\n## pas un titre\n```\n\n### après\nExact, {container:premier}.\n\n\
        ### indice 1\nRegardez.\n\n### choix present\nOui\n\n## fin\nVoilà.\n";

    #[test]
    fn sections_go_where_their_headings_say() {
        let prose = Prose::parse(Path::new("x.md"), SAMPLE).expect("valid");
        assert_eq!(prose.source.as_deref(), Some("00ff"));
        assert_eq!(
            (prose.title.as_str(), prose.introduction.as_str(), prose.end.as_str()),
            ("Le titre", "Intro.", "Voilà.")
        );
        let step = prose.step("deposer").expect("there");
        assert_eq!((step.line, step.title.as_deref()), (8, Some("Déposer")));
        assert_eq!(step.goal().as_deref(), Some("qu'un conteneur soit là."));
        assert!(step.body.ends_with("## pas un titre\n```"));
        assert_eq!(step.after, "Exact, {container:premier}.");
        assert_eq!((step.hint("1"), step.choice("present")), (Some("Regardez."), Some("Oui")));
    }

    #[test]
    fn a_fault_is_told_with_its_line() {
        let faults = [
            ("Bonjour\n", 1, Reason::NoTitle),
            ("# T\n## a\n## a\n", 3, Reason::HeadingTwice("a".to_owned())),
            ("# T\n## a\n### autre\n", 3, Reason::Heading("autre".to_owned())),
            ("# T\n\n{conteneur:x}\n", 3, Reason::Placeholder("{conteneur:x}".to_owned())),
            ("---\nfoo\n---\n# T\n", 2, Reason::FrontMatter("foo".to_owned())),
        ];
        for (text, line, reason) in faults {
            let error = Prose::parse(Path::new("x.md"), text).expect_err(text);
            assert_eq!((error.line, error.reason), (Some(line), reason), "{text}");
        }
    }
}
