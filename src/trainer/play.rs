//! [`play`]: the solution of a lesson played from beginning to end, told as it goes.

use jiff::Timestamp;

use crate::course::model::{Line, Step};
use crate::course::{CourseError, CourseLesson, LineOutcome, Sandbox, run_lines, settle, start_state};
use crate::verify::{Bindings, Check, Judgement, Verdict, World, answer};

/// What happens while a solution is played, in order.
#[derive(Debug, Clone)]
pub enum PlayEvent<'a> {
    /// A step begins; what was bound so far, for its text.
    StepStarted {
        /// The step.
        step: &'a Step,
        /// What the earlier steps found.
        bindings: Bindings,
    },
    /// A line was run.
    LineRun {
        /// As typed, holes filled.
        line: Line,
        /// How it ended.
        outcome: LineOutcome,
    },
    /// The step's question was answered with the engine's truth.
    Answered {
        /// The truth.
        truth: String,
    },
    /// The step's checks were judged.
    StepEnded {
        /// The step.
        step: &'a Step,
        /// One for each check; none where nothing is checked.
        verdicts: Vec<Verdict>,
        /// What is bound now.
        bindings: Bindings,
    },
}

/// Plays a lesson's solution in a sandbox, which is emptied first. Whether every step was done; it stops at the first
/// that is not.
pub fn play<'a>(
    lesson: &'a CourseLesson,
    sandbox: &mut dyn Sandbox,
    clock: fn() -> Timestamp,
    tell: &mut dyn FnMut(PlayEvent<'a>, &dyn Sandbox),
) -> Result<bool, CourseError> {
    let mut bindings = start_state(lesson, 0, sandbox, clock)?.bindings;
    for (place, step) in lesson.lesson.steps.iter().enumerate() {
        if place > 0 {
            run_lines(&step.setup, sandbox, &bindings)?;
        }
        let began = clock();
        tell(PlayEvent::StepStarted { step, bindings: bindings.clone() }, sandbox);
        let question = step.question.as_ref().map(toml::Spanned::get_ref);
        let then = question.map_or(&[][..], |question| &question.then);
        for line in step.solution.iter().chain(then) {
            let line = {
                let facts = sandbox.facts();
                line.map(|text| crate::course::fill(text, &bindings, facts.as_ref()))?
            };
            let outcome = sandbox.run(&line)?;
            tell(PlayEvent::LineRun { line, outcome }, sandbox);
        }
        if let Some(question) = question {
            let truth = {
                let facts = sandbox.facts();
                answer(&question.answer, &World::new(facts.as_ref(), began), &bindings).map_err(CourseError::NoTruth)?
            };
            tell(PlayEvent::Answered { truth }, sandbox);
        }
        let checks: Vec<&Check> = step.checks.iter().map(toml::Spanned::get_ref).collect();
        let mut done = true;
        let mut verdicts = Vec::new();
        if !checks.is_empty() {
            let judgement = settle(&checks, sandbox, &bindings, began, Judgement::is_met);
            done = judgement.is_met();
            (verdicts, bindings) = (judgement.verdicts, judgement.bindings);
        }
        tell(PlayEvent::StepEnded { step, verdicts, bindings: bindings.clone() }, sandbox);
        if !done {
            return Ok(false);
        }
    }
    Ok(true)
}
