//! [`Lesson`]: the machine's half of a lesson, read from `lesson.toml`.

use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use super::{LessonError, Reason, Step, line_of};
use crate::verify::Name;

/// The only version of the format understood here.
pub const FORMAT_VERSION: u32 = 1;

/// A lesson: steps in order, and what they need.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lesson {
    /// Always [`FORMAT_VERSION`].
    pub format_version: Spanned<u32>,
    /// Its name; the directory is `NN-id` and the prose `locales/LANGUAGE/lessons/id.md`.
    pub id: Spanned<Name>,
    /// The images it needs, as references.
    pub images: Vec<String>,
    /// How long it takes a beginner.
    pub minutes: u32,
    /// The exercises in order; at least one.
    pub steps: Vec<Step>,
}

impl Lesson {
    /// Reads `text`, the content of `file`.
    pub fn parse(file: &Path, text: &str) -> Result<Self, LessonError> {
        let refuse = |offset: Option<usize>, reason| LessonError {
            file: file.to_owned(),
            line: offset.map(|offset| line_of(text, offset)),
            reason,
        };
        // The version is read first, alone: a lesson of another version may well have other keys.
        if let Ok(head) = toml::from_str::<Head>(text)
            && *head.format_version.get_ref() != FORMAT_VERSION
        {
            let found = *head.format_version.get_ref();
            let reason = Reason::FormatVersion { found, supported: FORMAT_VERSION };
            return Err(refuse(Some(head.format_version.span().start), reason));
        }
        let lesson: Self = toml::from_str(text).map_err(|error| {
            let reason = Reason::Toml(error.message().to_owned());
            refuse(error.span().map(|span| span.start), reason)
        })?;
        if lesson.steps.is_empty() {
            return Err(refuse(None, Reason::Toml("`steps` is empty".to_owned())));
        }
        Ok(lesson)
    }

    /// Its name.
    pub fn name(&self) -> &Name {
        self.id.get_ref()
    }

    /// The step called `id`, and its place from 0.
    pub fn step(&self, id: &str) -> Option<(usize, &Step)> {
        self.steps.iter().enumerate().find(|(_, step)| *step.name() == *id)
    }
}

impl Step {
    /// Its name.
    pub fn name(&self) -> &Name {
        self.id.get_ref()
    }
}

/// What every version has.
#[derive(Deserialize)]
struct Head {
    format_version: Spanned<u32>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::course::model::StepKind;
    use crate::verify::FactKind;

    const SAMPLE: &str = r#"
format_version = 1
id = "isolation"
images = ["alpine"]
minutes = 8

[[steps]]
id = "deposer"
kind = "do"
checks = [
  { as = "premier", container = { image = "alpine", status = "exited", exit_code = 0, changed = { path = "/home/test", kind = "A" } } },
]
solution = ["docker run alpine touch /home/test"]
alternatives = [
  ["docker create --name essai alpine touch /home/test", "docker start essai"],
  [{ run = "docker run -it alpine", type = ["touch /home/test", "exit"] }],
]
wrong = [
  { run = ["mkdir -p home && touch home/test"], unmet = "premier" },
]
hints = [{ id = "1" }, { id = "2", when = { container = { image = "alpine", status = "running" } } }]

[[steps]]
id = "predire"
kind = "predict"
question = { choices = ["present", "absent"], answer = { file = { in = "new:alpine", path = "/home/test" } } }
"#;

    fn parse(text: &str) -> Result<Lesson, LessonError> {
        Lesson::parse(Path::new("lessons/01-isolation/lesson.toml"), text)
    }

    #[test]
    fn the_sample_of_the_format_is_read() {
        let lesson = parse(SAMPLE).expect("valid");
        let (_, step) = lesson.step("deposer").expect("there");
        assert_eq!(step.kind, StepKind::Do);
        assert!(step.checks[0].get_ref().binds);
        assert_eq!(step.alternatives[1].get_ref()[0].typed().len(), 2);
        assert_eq!(step.wrong[0].get_ref().unmet.get_ref(), "premier");
        let question = lesson.steps[1].question.as_ref().expect("there").get_ref();
        assert!(matches!(question.answer.0, FactKind::File { .. }));
    }

    #[test]
    fn an_unknown_check_is_refused_at_its_line() {
        let error = parse(&SAMPLE.replace("exit_code = 0", "exit_colour = 0")).expect_err("refused");
        assert_eq!(error.line, Some(11));
        assert!(error.to_string().contains("exit_colour"), "{error}");
        let error = parse(&SAMPLE.replace(
            "container = { image = \"alpine\", status = \"exited\"",
            "contener = { image = \"alpine\", status = \"exited\"",
        ))
        .expect_err("refused");
        assert_eq!(error.line, Some(11));
        assert!(error.to_string().contains("contener"), "{error}");
    }

    #[test]
    fn another_version_is_refused_before_its_keys() {
        let error = parse("format_version = 2\nnouveau = 1\n").expect_err("refused");
        assert_eq!(error.reason, Reason::FormatVersion { found: 2, supported: 1 });
        assert_eq!(error.line, Some(1));
    }

    #[test]
    fn two_checks_in_one_are_refused() {
        let both = SAMPLE.replace("{ as = \"premier\", container", "{ ran = { command = \"version\" }, container");
        let error = parse(&both).expect_err("refused");
        assert_eq!(error.line, Some(10), "the list they stand in");
        assert!(error.to_string().contains("exactly one"), "{error}");
    }
}
