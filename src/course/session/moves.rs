//! Next, previous, elsewhere, again.

use super::replay::play;
use super::{Begun, CourseError, Session};
use crate::course::progress::{Outcome, Standing};
use crate::course::{GoTarget, Sandbox};

/// Where a move led.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Arrival {
    /// To a step.
    Step {
        /// Whether the step left behind was skipped.
        skipped: bool,
        /// Whether the sandbox was rebuilt for it.
        rebuilt: bool,
    },
    /// To the end of the lesson: its closing words.
    LessonEnd {
        /// Whether the step left behind was skipped.
        skipped: bool,
    },
    /// There is no further lesson.
    CourseEnd,
}

impl Session {
    /// Goes on. A step that is not done is remembered as skipped and its solution played, so that the next step finds
    /// what it needs: nothing ever stands in the way of going on.
    pub fn next(&mut self, sandbox: &mut dyn Sandbox) -> Result<Arrival, CourseError> {
        let mut skipped = false;
        let mut rebuilt = false;
        if let Some((lesson, step)) = self.names() {
            skipped = self.progress.standing(&lesson, &step) != Standing::Done;
            let now = (self.clock)();
            let progress = self.progress.step(&lesson, &step);
            let began = progress.begin_if(skipped, now);
            // Nothing was to be done in a step without checks or question: it is done by passing through.
            let free = self.step().is_some_and(|step| step.checks.is_empty() && step.question.is_none());
            let outcome = if free { Outcome::Done } else { Outcome::Skipped };
            self.progress.step(&lesson, &step).end(outcome, now);
            let bonus = self.step().is_some_and(|step| step.bonus);
            self.step += 1;
            if skipped && !bonus && self.step().is_some() {
                rebuilt = !self.catch_up(sandbox, began.unwrap_or(now))?;
            }
            skipped &= !free;
        } else if self.lesson + 1 < self.catalogue.lessons.len() {
            (self.lesson, self.step) = (self.lesson + 1, 0);
        } else {
            return Ok(Arrival::CourseEnd);
        }
        self.typed.clear();
        if self.step().is_none() {
            self.save()?;
            return Ok(Arrival::LessonEnd { skipped });
        }
        rebuilt |= self.begin(sandbox)? == Begun::Rebuilt;
        Ok(Arrival::Step { skipped, rebuilt })
    }

    /// Goes back to read the step before again. What was done stays done.
    pub fn previous(&mut self) -> Result<(), CourseError> {
        if self.step > 0 {
            self.step -= 1;
        } else if self.lesson > 0 {
            self.lesson -= 1;
            self.step = self.lesson().lesson.steps.len() - 1;
        } else {
            return Err(CourseError::AtStart);
        }
        self.typed.clear();
        self.save()
    }

    /// Goes to a step and builds the state it begins in: the way in for whoever comes late.
    pub fn go(&mut self, target: &GoTarget, sandbox: &mut dyn Sandbox) -> Result<(), CourseError> {
        let lesson = match &target.lesson {
            None => self.lesson,
            Some(name) => self.catalogue.position(name).ok_or_else(|| CourseError::UnknownLesson(name.clone()))?,
        };
        let steps = &self.catalogue.lessons[lesson].lesson;
        let step = match &target.step {
            None => 0,
            Some(text) => {
                let by_place = text.parse::<usize>().ok().and_then(|place| place.checked_sub(1));
                let by_place = by_place.filter(|place| *place < steps.steps.len());
                let found = steps.step(text).map(|(place, _)| place).or(by_place);
                found.ok_or_else(|| CourseError::UnknownStep(text.clone()))?
            }
        };
        self.abandon();
        (self.lesson, self.step) = (lesson, step);
        self.restart(sandbox)
    }

    /// Starts the present step over: its start state rebuilt from nothing, a new attempt. No progress is lost.
    /// At the end of a lesson, the last step.
    pub fn restart(&mut self, sandbox: &mut dyn Sandbox) -> Result<(), CourseError> {
        self.step = self.step.min(self.lesson().lesson.steps.len() - 1);
        self.abandon();
        self.playing = false;
        self.rebuild(sandbox)?;
        if let Some((lesson, step)) = self.names() {
            let now = (self.clock)();
            self.progress.step(&lesson, &step).begin(now);
        }
        self.save()
    }

    fn abandon(&mut self) {
        if let Some((lesson, step)) = self.names() {
            let now = (self.clock)();
            self.progress.step(&lesson, &step).end(Outcome::Abandoned, now);
        }
    }

    /// Plays the solution of the step just left where the learner left off; rebuilds everything when that does not do.
    /// Whether playing was enough.
    fn catch_up(&mut self, sandbox: &mut dyn Sandbox, began: jiff::Timestamp) -> Result<bool, CourseError> {
        let Some(left) = self.lesson().lesson.steps.get(self.step - 1).cloned() else { return Ok(true) };
        let mut bindings = self.bindings().clone();
        let ours = self.progress.sandbox.as_ref() == Some(self.lesson().name());
        if ours && play(&left, sandbox, &mut bindings, began).is_ok() {
            let lesson = self.lesson().name().clone();
            self.progress.lesson(&lesson).bindings = bindings;
            return Ok(true);
        }
        // The set-up of the new step is part of what is rebuilt: `begin` must not run it again.
        self.rebuild(sandbox)?;
        if let Some((lesson, step)) = self.names() {
            let now = (self.clock)();
            self.progress.step(&lesson, &step).begin(now);
        }
        Ok(false)
    }
}
