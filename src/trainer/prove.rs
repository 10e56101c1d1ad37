//! [`prove`]: a lesson is proved on the real engine, not believed.
//!
//! For each step, from its start state rebuilt in a fresh sandbox: the untouched state fails, the solution passes, each
//! alternative passes, each wrong way leaves unmet the check it names. For a question: the engine's truth is one of the
//! choices.

use jiff::Timestamp;

use super::report::{LessonProof, StepProof};
use super::{Fault, Workbench};
use crate::course::model::{Line, Step};
use crate::course::{CourseError, CourseLesson, LineOutcome, Sandbox, StartState, run_lines, settle, start_state};
use crate::verify::{Check, Judgement, Message, Name, Verdict, World, answer, judge};

/// Proves one lesson.
pub fn prove(
    lesson: &CourseLesson,
    workbench: &mut dyn Workbench,
    clock: fn() -> Timestamp,
) -> (LessonProof, Vec<Fault>) {
    let mut faults = Vec::new();
    let mut steps = Vec::new();
    for (place, step) in lesson.lesson.steps.iter().enumerate() {
        let mut proving = Proving {
            lesson,
            step,
            place,
            workbench: &mut *workbench,
            clock,
            faults: &mut faults,
            proof: StepProof::of(step),
        };
        proving.all();
        steps.push(proving.proof);
    }
    (LessonProof { lesson: lesson.name().clone(), steps }, faults)
}

struct Proving<'a> {
    lesson: &'a CourseLesson,
    step: &'a Step,
    place: usize,
    workbench: &'a mut dyn Workbench,
    clock: fn() -> Timestamp,
    faults: &'a mut Vec<Fault>,
    proof: StepProof,
}

impl<'a> Proving<'a> {
    fn all(&mut self) {
        if self.step.question.is_some() {
            self.question();
        }
        if self.step.checks.is_empty() {
            return;
        }
        let step = self.step;
        let at = step.id.span().start;
        self.untouched_then_solution(at);
        for alternative in &step.alternatives {
            let at = alternative.span().start;
            if let Some((mut sandbox, start)) = self.start(at)
                && self.passes(alternative.get_ref(), sandbox.as_mut(), &start, at, "proof-alternative-fails")
            {
                self.proof.alternatives += 1;
            }
        }
        for wrong in &step.wrong {
            let at = wrong.span().start;
            if let Some((mut sandbox, start)) = self.start(at)
                && self.refused(&wrong.get_ref().run, wrong.get_ref().unmet.get_ref(), sandbox.as_mut(), &start, at)
            {
                self.proof.wrong += 1;
            }
        }
    }

    fn untouched_then_solution(&mut self, at: usize) {
        let Some((mut sandbox, start)) = self.start(at) else { return };
        let untouched = self.judge_once(sandbox.as_ref(), &start);
        match untouched.verdicts.iter().find_map(could_not) {
            Some(why) => self.refuse(at, self.about("proof-could-not-check").messages("why", vec![why])),
            None if untouched.is_met() => self.refuse(at, self.about("proof-untouched-passes")),
            None => self.proof.untouched = true,
        }
        self.proof.solution = self.passes(&self.step.solution, sandbox.as_mut(), &start, at, "proof-solution-fails");
    }

    /// Whether these lines bring about all that is asked.
    fn passes(
        &mut self,
        lines: &[Line],
        sandbox: &mut dyn Sandbox,
        start: &StartState,
        at: usize,
        id: &'static str,
    ) -> bool {
        let shown = match run_lines(lines, sandbox, &start.bindings) {
            Ok(outcomes) => outcomes,
            Err(error) => {
                self.refuse(at, self.broken(&error));
                return false;
            }
        };
        let judgement = settle(&self.checks(), sandbox, &start.bindings, start.began, Judgement::is_met);
        if judgement.is_met() {
            return true;
        }
        let last = shown.iter().rev().map(LineOutcome::last_line).find(|line| !line.is_empty()).unwrap_or_default();
        let way = lines.iter().map(Line::text).collect::<Vec<_>>().join(" ; ");
        let reason = self.about(id).text("way", way).messages("missing", missing(&judgement)).text("output", last);
        self.refuse(at, reason);
        false
    }

    /// Whether these lines leave the named check unmet.
    fn refused(
        &mut self,
        lines: &[Line],
        name: &Name,
        sandbox: &mut dyn Sandbox,
        start: &StartState,
        at: usize,
    ) -> bool {
        let checks = self.checks();
        let Some(named) = checks.iter().position(|check| check.name.as_ref() == Some(name)) else { return false };
        if let Err(error) = run_lines(lines, sandbox, &start.bindings) {
            self.refuse(at, self.broken(&error));
            return false;
        }
        let judgement =
            settle(&checks, sandbox, &start.bindings, start.began, |judgement| judgement.verdicts[named].is_unmet());
        let way = lines.iter().map(Line::text).collect::<Vec<_>>().join(" ; ");
        let about = |id| self.about(id).text("way", &way).text("name", name.as_str());
        let reason = match &judgement.verdicts[named] {
            Verdict::Unmet { .. } => return true,
            Verdict::Met { .. } if judgement.is_met() => about("proof-wrong-passes"),
            Verdict::Met { .. } => about("proof-wrong-elsewhere").messages("missing", missing(&judgement)),
            Verdict::CouldNotCheck { why, .. } => {
                self.about("proof-could-not-check").messages("why", vec![why.clone()])
            }
        };
        self.refuse(at, reason);
        false
    }

    fn question(&mut self) {
        let Some(question) = &self.step.question else { return };
        let at = question.span().start;
        let question = question.get_ref();
        let Some((mut sandbox, start)) = self.start(at) else { return };
        if let Err(error) = run_lines(&question.then, sandbox.as_mut(), &start.bindings) {
            self.refuse(at, self.broken(&error));
            return;
        }
        let facts = sandbox.facts();
        match answer(&question.answer, &World::new(facts.as_ref(), start.began), &start.bindings) {
            Err(why) => self.refuse(at, self.about("proof-could-not-check").messages("why", vec![why])),
            Ok(truth) if question.choices.iter().any(|choice| *choice == *truth) => self.proof.answer = Some(truth),
            Ok(truth) => self.refuse(at, self.about("proof-truth-not-offered").text("truth", truth)),
        }
    }

    /// A fresh sandbox in the step's start state.
    fn start(&mut self, at: usize) -> Option<(Box<dyn Sandbox>, StartState)> {
        let made = self.workbench.fresh().map_err(CourseError::from);
        let made = made.and_then(|mut sandbox| {
            let start = start_state(self.lesson, self.place, sandbox.as_mut(), self.clock)?;
            Ok((sandbox, start))
        });
        made.map_err(|error| self.refuse(at, self.broken(&error))).ok()
    }

    fn judge_once(&self, sandbox: &dyn Sandbox, start: &StartState) -> Judgement {
        let facts = sandbox.facts();
        judge(&self.checks(), &World::new(facts.as_ref(), start.began), &start.bindings)
    }

    fn checks(&self) -> Vec<&'a Check> {
        self.step.checks.iter().map(toml::Spanned::get_ref).collect()
    }

    fn about(&self, id: &'static str) -> Message {
        Message::new(id).text("step", self.step.name().as_str())
    }

    fn broken(&self, error: &CourseError) -> Message {
        self.about("proof-broken").messages("why", vec![error.message()])
    }

    fn refuse(&mut self, at: usize, reason: Message) {
        self.faults.push(Fault::at(self.lesson, at, reason));
    }
}

fn could_not(verdict: &Verdict) -> Option<Message> {
    match verdict {
        Verdict::CouldNotCheck { why, .. } => Some(why.clone()),
        _ => None,
    }
}

/// What is asked and does not hold, with what is seen instead.
fn missing(judgement: &Judgement) -> Vec<Message> {
    let told = judgement.verdicts.iter().filter_map(|verdict| match verdict {
        Verdict::Met { .. } => None,
        Verdict::Unmet { expected, observed, .. } => {
            let told = Message::new("proof-unmet").messages("expected", vec![expected.clone()]);
            Some(told.messages("observed", vec![observed.clone()]))
        }
        Verdict::CouldNotCheck { why, .. } => Some(why.clone()),
    });
    told.collect()
}
