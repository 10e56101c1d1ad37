//! [`start_state`]: the state a step begins in, rebuilt from nothing.

use std::thread;
use std::time::Duration;

use jiff::Timestamp;

use super::CourseError;
use crate::course::model::{Line, Step};
use crate::course::{CourseLesson, LineOutcome, Sandbox, fill};
use crate::verify::{Bindings, Check, Judgement, Verdict, World, judge};

/// How often, and how far apart, a state is judged again before it is said not to hold: a detached container
/// may not have written its first line yet.
const TRIES: u32 = if cfg!(test) { 2 } else { 40 };
const PAUSE: Duration = Duration::from_millis(50);

/// What a step begins with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StartState {
    /// What the earlier steps' checks found.
    pub bindings: Bindings,
    /// When the step began.
    pub began: Timestamp,
}

/// Empties the sandbox and plays set-ups and solutions of the steps before `step` (from 0; bonus steps left out),
/// then the set-up of `step`.
pub fn start_state(
    lesson: &CourseLesson,
    step: usize,
    sandbox: &mut dyn Sandbox,
    clock: fn() -> Timestamp,
) -> Result<StartState, CourseError> {
    sandbox.reset()?;
    start_state_beside(lesson, step, sandbox, clock)
}

/// The same beside what is in the sandbox already, which stays.
pub(super) fn start_state_beside(
    lesson: &CourseLesson,
    step: usize,
    sandbox: &mut dyn Sandbox,
    clock: fn() -> Timestamp,
) -> Result<StartState, CourseError> {
    for (path, content) in &lesson.files {
        sandbox.lay(path, content)?;
    }
    let mut bindings = Bindings::default();
    let steps = &lesson.lesson.steps;
    for earlier in steps.iter().take(step).filter(|earlier| !earlier.bonus) {
        run_lines(&earlier.setup, sandbox, &bindings)?;
        play(earlier, sandbox, &mut bindings, clock())?;
    }
    if let Some(step) = steps.get(step) {
        run_lines(&step.setup, sandbox, &bindings)?;
    }
    Ok(StartState { bindings, began: clock() })
}

/// Plays the solution of a step that began at `began`, and adds what its checks find.
pub(super) fn play(
    step: &Step,
    sandbox: &mut dyn Sandbox,
    bindings: &mut Bindings,
    began: Timestamp,
) -> Result<(), CourseError> {
    let outcomes = run_lines(&step.solution, sandbox, bindings)?;
    if let Some(question) = &step.question {
        run_lines(&question.get_ref().then, sandbox, bindings)?;
    }
    let checks: Vec<&Check> = step.checks.iter().map(toml::Spanned::get_ref).collect();
    if checks.is_empty() {
        return Ok(());
    }
    let judgement = settle(&checks, sandbox, bindings, began, Judgement::is_met);
    if !judgement.is_met() {
        let missing = judgement.verdicts.iter().filter_map(|verdict| match verdict {
            Verdict::Met { .. } => None,
            Verdict::Unmet { expected, .. } => Some(expected.clone()),
            Verdict::CouldNotCheck { why, .. } => Some(why.clone()),
        });
        let said = outcomes.iter().rev().map(LineOutcome::last_line).find(|line| !line.is_empty()).unwrap_or_default();
        return Err(CourseError::Rebuild { step: step.name().clone(), missing: missing.collect(), said });
    }
    *bindings = judgement.bindings;
    Ok(())
}

/// Runs lines in order, their holes filled. How each ended.
pub fn run_lines(
    lines: &[Line],
    sandbox: &mut dyn Sandbox,
    bindings: &Bindings,
) -> Result<Vec<LineOutcome>, CourseError> {
    let mut outcomes = Vec::new();
    for line in lines {
        let line = {
            let facts = sandbox.facts();
            line.map(|text| fill(text, bindings, facts.as_ref()))?
        };
        outcomes.push(sandbox.run(&line)?);
    }
    Ok(outcomes)
}

/// Judges again and again until `enough` is satisfied or patience is at an end.
pub fn settle(
    checks: &[&Check],
    sandbox: &dyn Sandbox,
    bindings: &Bindings,
    began: Timestamp,
    enough: impl Fn(&Judgement) -> bool,
) -> Judgement {
    let mut tries = 0;
    loop {
        let facts = sandbox.facts();
        let judgement = judge(checks, &World::new(facts.as_ref(), began), bindings);
        tries += 1;
        if tries == TRIES || enough(&judgement) {
            return judgement;
        }
        drop(facts);
        thread::sleep(PAUSE);
    }
}
