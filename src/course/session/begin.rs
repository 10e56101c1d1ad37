//! A step begins; its checks are judged after each command.

use super::replay::{start_state, start_state_beside};
use super::{CourseError, Session, StartState, run_lines};
use crate::course::progress::{Outcome, Standing};
use crate::course::{Sandbox, SandboxError};
use crate::verify::{Check, FactError, Facts, Name, Verdict, World, judge};

/// What beginning a step did to the sandbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begun {
    /// Nothing, or the set-up of the step alone.
    Ready,
    /// It was emptied, and the start state built in it.
    Rebuilt,
    /// The start state was built beside what was there before any lesson, which stays.
    Beside,
}

/// How the present step stands after a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepReport {
    /// One for each check, with the check's name if it has one. None in free play and where nothing is checked.
    pub verdicts: Vec<(Option<Name>, Verdict)>,
    /// Whether the step is done, now or before.
    pub done: bool,
    /// Whether it became so just now.
    pub just_done: bool,
}

impl StepReport {
    /// How many checks hold, and how many there are.
    pub fn count(&self) -> (usize, usize) {
        (self.verdicts.iter().filter(|(_, verdict)| verdict.is_met()).count(), self.verdicts.len())
    }
}

impl Session {
    /// Makes the sandbox ready for the present step and begins an attempt, unless one is under way or the step is
    /// done. When the sandbox holds another lesson's state, it is rebuilt from nothing; what was there before the first
    /// lesson is somebody's work, and stays.
    pub fn begin(&mut self, sandbox: &mut dyn Sandbox) -> Result<Begun, CourseError> {
        let Some((lesson, step)) = self.names() else { return Ok(Begun::Ready) };
        let begun = if self.progress.sandbox.as_ref() == Some(&lesson) {
            Begun::Ready
        } else if self.progress.lessons.is_empty() && holds_something(&*sandbox.facts())? {
            let start = start_state_beside(self.lesson(), self.step, sandbox, self.clock)?;
            self.hold(start);
            Begun::Beside
        } else {
            self.rebuild(sandbox)?;
            Begun::Rebuilt
        };
        let progress = self.progress.step(&lesson, &step);
        if progress.open().is_none() && progress.standing() != Standing::Done {
            if begun == Begun::Ready {
                let setup = self.step().map(|step| step.setup.clone()).unwrap_or_default();
                run_lines(&setup, sandbox, self.bindings())?;
            }
            let now = (self.clock)();
            self.progress.step(&lesson, &step).begin(now);
        }
        self.save()?;
        Ok(begun)
    }

    /// Judges the present step on the present state, and remembers what was found.
    pub fn check(&mut self, facts: &dyn Facts) -> Result<StepReport, CourseError> {
        let Some((lesson, step)) = self.names() else {
            return Ok(StepReport { verdicts: Vec::new(), done: true, just_done: false });
        };
        let clock = self.clock;
        let standing = self.progress.standing(&lesson, &step);
        let attempt = self.progress.step(&lesson, &step).open().map(|attempt| attempt.began);
        let done = standing == Standing::Done && attempt.is_none();
        let (Some(began), false) = (attempt, self.playing) else {
            return Ok(StepReport { verdicts: Vec::new(), done, just_done: false });
        };
        let checks = self.step().map(|step| step.checks.clone()).unwrap_or_default();
        let checks: Vec<&Check> = checks.iter().map(toml::Spanned::get_ref).collect();
        let judgement = judge(&checks, &World::new(facts, began), self.bindings());
        let just_done = judgement.is_met();
        let progress = self.progress.step(&lesson, &step);
        if just_done {
            progress.end(Outcome::Done, clock());
            self.progress.lesson(&lesson).bindings = judgement.bindings;
        } else if let Some(attempt) = progress.open() {
            let unmet = judgement.verdicts.iter().enumerate().filter(|(_, verdict)| verdict.is_unmet());
            for (place, _) in unmet {
                *attempt.unmet.entry(place).or_default() += 1;
            }
        }
        self.save()?;
        let names = checks.iter().map(|check| check.name.clone());
        Ok(StepReport { verdicts: names.zip(judgement.verdicts).collect(), done: just_done, just_done })
    }

    /// Empties the sandbox and builds the start state of the present step in it.
    pub(super) fn rebuild(&mut self, sandbox: &mut dyn Sandbox) -> Result<(), CourseError> {
        // Whatever goes wrong from here on, the sandbox no longer holds what it held.
        self.progress.sandbox = None;
        self.typed.clear();
        let start = start_state(self.lesson(), self.step, sandbox, self.clock)?;
        self.hold(start);
        Ok(())
    }

    /// Remembers that the sandbox holds the present lesson's state.
    fn hold(&mut self, start: StartState) {
        let lesson = self.lesson().name().clone();
        self.progress.lesson(&lesson).bindings = start.bindings;
        self.progress.sandbox = Some(lesson);
    }
}

fn holds_something(facts: &dyn Facts) -> Result<bool, CourseError> {
    let found = || Ok(!facts.containers()?.is_empty() || !facts.images()?.is_empty());
    found().map_err(|error: FactError| SandboxError(error.to_string()).into())
}
