//! A step begins; its checks are judged after each command.

use super::replay::start_state;
use super::{CourseError, Session, run_lines};
use crate::course::Sandbox;
use crate::course::progress::{Outcome, Standing};
use crate::verify::{Check, Facts, Name, Verdict, World, judge};

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
    /// done. When the sandbox holds another lesson's state, it is rebuilt from nothing. Whether it was.
    pub fn begin(&mut self, sandbox: &mut dyn Sandbox) -> Result<bool, CourseError> {
        let Some((lesson, step)) = self.names() else { return Ok(false) };
        let foreign = self.progress.sandbox.as_ref() != Some(&lesson);
        if foreign {
            self.rebuild(sandbox)?;
        }
        let progress = self.progress.step(&lesson, &step);
        if progress.open().is_none() && progress.standing() != Standing::Done {
            if !foreign {
                let setup = self.step().map(|step| step.setup.clone()).unwrap_or_default();
                run_lines(&setup, sandbox, self.bindings())?;
            }
            let now = (self.clock)();
            self.progress.step(&lesson, &step).begin(now);
        }
        self.save()?;
        Ok(foreign)
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
        let lesson = self.lesson().name().clone();
        self.progress.lesson(&lesson).bindings = start.bindings;
        self.progress.sandbox = Some(lesson);
        Ok(())
    }
}
