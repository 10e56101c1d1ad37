//! The learner answers a question; the engine's truth is the answer key.

use super::{CourseError, Session, run_lines};
use crate::course::model::Question;
use crate::course::progress::{Answer, Outcome};
use crate::course::{LineOutcome, Sandbox};
use crate::i18n::Language;
use crate::verify::{Name, World, answer};

/// What came of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerReport {
    /// What was chosen.
    pub choice: Name,
    /// Whether it is the truth.
    pub right: bool,
    /// The lines the engine then ran, and how they ended; none when the truth was there already.
    pub shown: Vec<(String, LineOutcome)>,
}

impl Session {
    /// The question of the present step.
    pub fn question(&self) -> Option<&Question> {
        self.step()?.question.as_ref().map(toml::Spanned::get_ref)
    }

    /// The choices of the present question: name and text.
    pub fn choices(&self, language: Language) -> Vec<(Name, String)> {
        let prose = self.step_prose(language);
        let text =
            |name: &Name| prose.and_then(|prose| prose.choice(name.as_str())).unwrap_or(name.as_str()).to_owned();
        self.question().map_or_else(Vec::new, |question| {
            question.choices.iter().map(|choice| (choice.clone(), text(choice))).collect()
        })
    }

    /// The choice a text means: its name, or its place from 1.
    pub fn choice(&self, text: &str) -> Option<Name> {
        let choices = &self.question()?.choices;
        let by_place = text.parse::<usize>().ok().and_then(|place| choices.get(place.checked_sub(1)?));
        let by_name = choices.iter().find(|choice| choice.as_str().eq_ignore_ascii_case(text));
        // A name first: where the choices are numbers, `0` is the choice called 0.
        by_name.or(by_place).cloned()
    }

    /// Judges an answer. A wrong one may be followed by another; all are remembered.
    pub fn answer(&mut self, text: &str, sandbox: &mut dyn Sandbox) -> Result<AnswerReport, CourseError> {
        let question = self.question().cloned().ok_or(CourseError::NoQuestion)?;
        let choice = self.choice(text).ok_or_else(|| CourseError::UnknownChoice(text.to_owned()))?;
        let (lesson, step) = self.names().ok_or(CourseError::NoQuestion)?;
        let first = self.progress.step(&lesson, &step).open().is_none_or(|attempt| attempt.answers.is_empty());
        let mut shown = Vec::new();
        if first {
            // As they are run: with the learner's own ids and names.
            let facts = sandbox.facts();
            let lines: Vec<String> = question.then.iter().map(|line| self.fill(line.text(), facts.as_ref())).collect();
            drop(facts);
            shown = lines.into_iter().zip(run_lines(&question.then, sandbox, self.bindings())?).collect();
        }
        let now = (self.clock)();
        let truth = {
            let facts = sandbox.facts();
            answer(&question.answer, &World::new(facts.as_ref(), now), self.bindings()).map_err(CourseError::NoTruth)?
        };
        let right = choice.as_str() == truth;
        let progress = self.progress.step(&lesson, &step);
        progress.begin(now).answers.push(Answer { choice: choice.clone(), right });
        if right {
            progress.end(Outcome::Done, now);
        }
        self.save()?;
        Ok(AnswerReport { choice, right, shown })
    }
}
