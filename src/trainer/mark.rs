//! [`mark`]: what holds of a lesson in the present state, without a human.

use jiff::Timestamp;
use serde::Serialize;

use crate::course::model::StepKind;
use crate::course::{CourseLesson, Outcome, Progress, Standing};
use crate::verify::{Bindings, Check, Facts, Name, Verdict, World, judge};

/// What holds of a lesson.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LessonMark {
    /// Its name.
    pub lesson: Name,
    /// Its steps in order.
    pub steps: Vec<StepMark>,
}

/// What holds of a step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StepMark {
    /// Its name.
    pub step: Name,
    /// Whether it may be left undone.
    pub bonus: bool,
    /// How it stands.
    #[serde(flatten)]
    pub kind: StepMarkKind,
}

/// How a step stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "standing", rename_all = "kebab-case")]
pub enum StepMarkKind {
    /// It was done earlier, and judged then.
    DoneBefore,
    /// It holds now.
    Holds,
    /// Something is missing, or could not be told.
    Missing {
        /// One for each check.
        verdicts: Vec<Verdict>,
    },
    /// A question, or free play: nothing to be told from the state.
    NotJudged,
}

impl LessonMark {
    /// Whether all that the state can tell, bonus steps aside, holds.
    pub fn is_met(&self) -> bool {
        self.steps.iter().all(|step| step.bonus || !matches!(step.kind, StepMarkKind::Missing { .. }))
    }
}

/// Judges each step of a lesson that is not done yet, in order, each with what those before it found.
/// Nothing is remembered: the learner's progress is read and stays as it is.
pub fn mark(lesson: &CourseLesson, progress: &Progress, facts: &dyn Facts) -> LessonMark {
    let remembered = progress.lessons.get(lesson.name());
    let mut bindings: Bindings = remembered.map(|lesson| lesson.bindings.clone()).unwrap_or_default();
    let mut steps = Vec::new();
    // Whoever works without the shell began every step when they began.
    let mut began = Timestamp::MIN;
    for step in &lesson.lesson.steps {
        let attempts =
            remembered.and_then(|lesson| lesson.steps.get(step.name())).map_or(&[][..], |step| &step.attempts);
        began = attempts.last().map_or(began, |attempt| attempt.began);
        let checks: Vec<&Check> = step.checks.iter().map(toml::Spanned::get_ref).collect();
        let done = progress.standing(lesson.name(), step.name()) == Standing::Done;
        let kind = if done {
            let ended = attempts.iter().filter(|attempt| attempt.outcome == Some(Outcome::Done));
            began = ended.filter_map(|attempt| attempt.ended).max().unwrap_or(began);
            StepMarkKind::DoneBefore
        } else if checks.is_empty() || matches!(step.kind, StepKind::Predict | StepKind::Free) {
            StepMarkKind::NotJudged
        } else {
            let judgement = judge(&checks, &World::new(facts, began), &bindings);
            let met = judgement.is_met();
            bindings.extend(judgement.bindings);
            if met { StepMarkKind::Holds } else { StepMarkKind::Missing { verdicts: judgement.verdicts } }
        };
        steps.push(StepMark { step: step.name().clone(), bonus: step.bonus, kind });
    }
    LessonMark { lesson: lesson.name().clone(), steps }
}
