//! Every name is given once and every name read was given before.

use std::collections::BTreeSet;

use toml::Spanned;

use crate::course::CourseLesson;
use crate::course::model::{Line, Placeholder, Segment, Step, segments};
use crate::trainer::Fault;
use crate::verify::check::Place;
use crate::verify::{Check, FactKind, Message, Name};

/// What is written to something is a name bound before it; images may be references instead.
pub(super) fn lint(lesson: &CourseLesson) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut bound: BTreeSet<String> = BTreeSet::new();
    let mut steps: BTreeSet<&Name> = BTreeSet::new();
    for step in &lesson.lesson.steps {
        if !steps.insert(step.name()) || ["fin", "end"].contains(&step.name().as_str()) {
            let reason = Message::new("fault-step-twice").text("step", step.name().as_str());
            faults.push(Fault::at(lesson, step.id.span().start, reason));
        }
        let mut linting = Linting { lesson, step, faults: &mut faults };
        linting.lines(&bound);
        linting.question(&bound);
        linting.checks(&mut bound);
        linting.hints(&bound);
        linting.wrong();
    }
    faults
}

/// The names bound by the steps up to and with the one at `place`.
pub(super) fn bound_by(lesson: &CourseLesson, place: usize) -> BTreeSet<String> {
    let steps = lesson.lesson.steps.iter().take(place + 1);
    let checks = steps.flat_map(|step| &step.checks).map(Spanned::get_ref);
    checks.filter(|check| check.binds).filter_map(|check| check.name.as_ref().map(Name::to_string)).collect()
}

struct Linting<'a> {
    lesson: &'a CourseLesson,
    step: &'a Step,
    faults: &'a mut Vec<Fault>,
}

impl Linting<'_> {
    fn refuse(&mut self, offset: usize, id: &'static str, name: &str) {
        let reason = Message::new(id).text("name", name).text("step", self.step.name().as_str());
        self.faults.push(Fault::at(self.lesson, offset, reason));
    }

    /// Holes in lines are filled before the step's own checks have found anything.
    fn lines(&mut self, bound: &BTreeSet<String>) {
        let step = self.step;
        let at = step.id.span().start;
        let question = step.question.iter().flat_map(|question| &question.get_ref().then);
        let plain = step.setup.iter().chain(&step.solution).chain(question).map(|line| (at, line));
        let others =
            step.alternatives.iter().flat_map(|lines| lines.get_ref().iter().map(|line| (lines.span().start, line)));
        let wrong =
            step.wrong.iter().flat_map(|wrong| wrong.get_ref().run.iter().map(|line| (wrong.span().start, line)));
        for (offset, line) in plain.chain(others).chain(wrong) {
            for name in unknown_holes(line, bound) {
                self.refuse(offset, "fault-unbound-placeholder", &name);
            }
        }
    }

    fn question(&mut self, bound: &BTreeSet<String>) {
        let Some(question) = &self.step.question else { return };
        let (FactKind::File { place: Place::Bound(name), .. }
        | FactKind::Change { container: name, .. }
        | FactKind::Status { container: name }
        | FactKind::ExitCode { container: name }) = &question.get_ref().answer.0
        else {
            return;
        };
        if !bound.contains(name.as_str()) {
            self.refuse(question.span().start, "fault-unbound", name.as_str());
        }
    }

    /// Checks are read in order: one may read what those before it bind.
    fn checks(&mut self, bound: &mut BTreeSet<String>) {
        let mut names: BTreeSet<&Name> = BTreeSet::new();
        for check in &self.step.checks {
            let offset = check.span().start;
            for name in check.get_ref().references() {
                if !bound.contains(name.as_str()) {
                    self.refuse(offset, "fault-unbound", name.as_str());
                }
            }
            let Some(name) = &check.get_ref().name else { continue };
            if !names.insert(name) {
                self.refuse(offset, "fault-check-twice", name.as_str());
            }
            if check.get_ref().binds {
                bound.insert(name.to_string());
            }
        }
    }

    fn hints(&mut self, bound: &BTreeSet<String>) {
        let mut ids: BTreeSet<&Name> = BTreeSet::new();
        for hint in &self.step.hints {
            let offset = hint.span().start;
            let hint = hint.get_ref();
            if !ids.insert(&hint.id) {
                self.refuse(offset, "fault-hint-twice", hint.id.as_str());
            }
            let conditions = hint.when.iter().chain(&hint.unless);
            for name in conditions.flat_map(Check::references).filter(|name| !bound.contains(name.as_str())) {
                self.refuse(offset, "fault-unbound", name.as_str());
            }
            if let Some(name) = hint.unmet.as_ref().filter(|name| !self.has_check(name)) {
                self.refuse(offset, "fault-unknown-check", name.as_str());
            }
        }
    }

    fn wrong(&mut self) {
        for wrong in &self.step.wrong {
            let unmet = &wrong.get_ref().unmet;
            if !self.has_check(unmet.get_ref()) {
                self.refuse(unmet.span().start, "fault-unknown-check", unmet.get_ref().as_str());
            }
        }
    }

    fn has_check(&self, name: &Name) -> bool {
        self.step.checks.iter().any(|check| check.get_ref().name.as_ref() == Some(name))
    }
}

/// The holes of a line that nothing fills.
fn unknown_holes(line: &Line, bound: &BTreeSet<String>) -> Vec<String> {
    let texts = std::iter::once(line.text()).chain(line.typed().iter().map(String::as_str));
    texts.flat_map(|text| holes_unbound(text, bound)).collect()
}

/// The holes of a text that nothing fills: containers not bound, and holes that are none.
pub(super) fn holes_unbound(text: &str, bound: &BTreeSet<String>) -> Vec<String> {
    let pieces = match segments(text) {
        Ok(pieces) => pieces,
        Err(error) => return vec![error.text],
    };
    let unbound = pieces.into_iter().filter_map(|piece| match piece {
        Segment::Hole(Placeholder::Container(name, _)) if !bound.contains(name.as_str()) => Some(name.to_string()),
        _ => None,
    });
    unbound.collect()
}
