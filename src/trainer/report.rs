//! [`ProofReport`]: what came of validating a course.

use jiff::Timestamp;
use serde::Serialize;

use super::{Fault, Workbench, lint, prove};
use crate::course::model::{Step, StepKind};
use crate::course::{Catalogue, CourseFiles};
use crate::verify::Name;

/// What was proved of a course, and what is wrong with it.
#[derive(Debug, Clone, Default, Serialize)]
pub struct ProofReport {
    /// The lessons that could be read, in order.
    pub lessons: Vec<LessonProof>,
    /// Everything that is wrong, in the order of the files.
    pub faults: Vec<Fault>,
}

/// What was proved of a lesson.
#[derive(Debug, Clone, Serialize)]
pub struct LessonProof {
    /// Its name.
    pub lesson: Name,
    /// Its steps in order.
    pub steps: Vec<StepProof>,
}

/// What was proved of a step.
#[derive(Debug, Clone, Serialize)]
pub struct StepProof {
    /// Its name.
    pub step: Name,
    /// Whether it has anything to prove on the engine.
    pub judged: bool,
    /// The untouched state fails.
    pub untouched: bool,
    /// The solution passes.
    pub solution: bool,
    /// How many alternatives pass.
    pub alternatives: usize,
    /// How many wrong ways leave unmet the check they name.
    pub wrong: usize,
    /// The engine's answer to its question.
    pub answer: Option<String>,
}

impl StepProof {
    /// Nothing proved yet.
    pub(super) fn of(step: &Step) -> Self {
        Self {
            step: step.name().clone(),
            judged: step.kind != StepKind::Free && !step.checks.is_empty(),
            untouched: false,
            solution: false,
            alternatives: 0,
            wrong: 0,
            answer: None,
        }
    }

    /// How many proofs were made.
    pub fn count(&self) -> usize {
        let made = [self.untouched, self.solution, self.answer.is_some()];
        made.into_iter().filter(|made| *made).count() + self.alternatives + self.wrong
    }
}

impl LessonProof {
    /// How many proofs were made.
    pub fn count(&self) -> usize {
        self.steps.iter().map(StepProof::count).sum()
    }
}

impl ProofReport {
    /// Whether nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.faults.is_empty()
    }
}

/// Lints a whole course, then proves each lesson that has no fault so far. `progress` is told each lesson before it is
/// proved. With `only`, the other lessons are linted and not proved.
pub fn validate(
    files: &dyn CourseFiles,
    only: Option<&str>,
    workbench: &mut dyn Workbench,
    clock: fn() -> Timestamp,
    progress: &mut dyn FnMut(&Name),
) -> ProofReport {
    let (catalogue, unreadable) = Catalogue::read(files);
    let mut report = ProofReport { lessons: Vec::new(), faults: unreadable.into_iter().map(Fault::from).collect() };
    let faults = lint(&catalogue);
    for lesson in &catalogue.lessons {
        let wanted = only.is_none_or(|only| catalogue.find(only).is_some_and(|found| found.name() == lesson.name()));
        // What is wrong on paper would only be wrong again, less clearly, on the engine.
        let about =
            |fault: &&Fault| fault.file == lesson.toml() || lesson.prose.iter().any(|prose| prose.path == fault.file);
        if !wanted || faults.iter().any(|fault| about(&fault)) {
            continue;
        }
        progress(lesson.name());
        // A workbench that cannot prepare says so again, with the step, at the first proof.
        let _ = workbench.prepare(&lesson.lesson.images);
        let (proof, found) = prove(lesson, workbench, clock);
        report.lessons.push(proof);
        report.faults.extend(found);
    }
    report.faults.extend(faults);
    report
}
