//! Both languages say everything, of the same steps, and the translation is of the present text.

use std::collections::BTreeSet;

use super::names::{bound_by, holes_unbound};
use crate::course::model::{Placeholder, Prose, Segment, Step, StepKind, StepProse, fingerprint, segments};
use crate::course::{Catalogue, CourseLesson, ProseFile};
use crate::trainer::Fault;
use crate::verify::Message;

/// How much may be read before the first thing to type.
const BODY_LINES: usize = 8;

/// The fingerprint of each lesson's source text, as its translations must record it.
pub fn fingerprints(catalogue: &Catalogue) -> Vec<(String, String)> {
    let of = |lesson: &CourseLesson| lesson.prose.first().map(|source| fingerprint(&source.text));
    catalogue.lessons.iter().filter_map(|lesson| Some((lesson.name().to_string(), of(lesson)?))).collect()
}

pub(super) fn lint(lesson: &CourseLesson) -> Vec<Fault> {
    // The first language is the source.
    let Some((source, translations)) = lesson.prose.split_first() else { return Vec::new() };
    let mut faults = Vec::new();
    for file in &lesson.prose {
        Linting { lesson, file, faults: &mut faults }.all();
    }
    let wanted = fingerprint(&source.text);
    for file in translations {
        if file.prose.source.as_ref() != Some(&wanted) {
            let found = file.prose.source.clone().unwrap_or_default();
            let id = if found.is_empty() { "fault-no-fingerprint" } else { "fault-stale" };
            let reason = Message::new(id).text("found", found).text("wanted", &wanted);
            faults.push(Fault { file: file.path.clone(), line: Some(2), reason });
        }
        for step in &file.prose.steps {
            let other = source.prose.step(&step.id);
            if other.is_some_and(|other| holes(other) != holes(step)) {
                let reason = Message::new("fault-other-placeholders").text("step", &step.id);
                faults.push(Fault { file: file.path.clone(), line: Some(step.line), reason });
            }
        }
    }
    faults
}

struct Linting<'a> {
    lesson: &'a CourseLesson,
    file: &'a ProseFile,
    faults: &'a mut Vec<Fault>,
}

impl Linting<'_> {
    fn refuse(&mut self, line: Option<usize>, reason: Message) {
        self.faults.push(Fault { file: self.file.path.clone(), line, reason });
    }

    fn all(&mut self) {
        let prose: &Prose = &self.file.prose;
        let steps = &self.lesson.lesson.steps;
        let about = |id, step: &str| Message::new(id).text("step", step);
        for (place, step) in steps.iter().enumerate() {
            match prose.step(step.name().as_str()) {
                None => self.refuse(None, about("fault-no-heading", step.name().as_str())),
                Some(text) => {
                    self.step(step, text);
                    self.holes(text, &bound_by(self.lesson, place), place);
                }
            }
        }
        for text in prose.steps.iter().filter(|text| self.lesson.lesson.step(&text.id).is_none()) {
            self.refuse(Some(text.line), about("fault-unknown-step", &text.id));
        }
        let known: Vec<&str> = prose.steps.iter().map(|step| step.id.as_str()).collect();
        let wanted: Vec<&str> = steps.iter().map(|step| step.name().as_str()).filter(|id| known.contains(id)).collect();
        let written: Vec<&str> = known.iter().copied().filter(|id| wanted.contains(id)).collect();
        if wanted != written {
            self.refuse(None, Message::new("fault-step-order"));
        }
        if prose.introduction.is_empty() {
            self.refuse(Some(1), Message::new("fault-no-introduction"));
        }
        if prose.end.is_empty() {
            self.refuse(prose.end_line, Message::new("fault-no-end"));
        }
    }

    fn step(&mut self, step: &Step, text: &StepProse) {
        let about = |id| Message::new(id).text("step", &text.id);
        let here = Some(text.line);
        if step.kind != StepKind::Free && text.goal().is_none() {
            let id = if step.kind == StepKind::Predict { "fault-no-question-text" } else { "fault-no-goal" };
            self.refuse(here, about(id));
        }
        if step.kind != StepKind::Free && text.after.is_empty() {
            self.refuse(here, about("fault-no-after"));
        }
        if read_before_typing(&text.body) > BODY_LINES {
            self.refuse(here, about("fault-too-long").number("most", i64::try_from(BODY_LINES).unwrap_or(i64::MAX)));
        }
        let hints = step.hints.iter().map(|hint| hint.get_ref().id.as_str()).collect();
        let choices = step.question.iter().flat_map(|question| &question.get_ref().choices);
        self.sections(text, &text.hints, &hints, ["fault-no-hint-text", "fault-empty-hint", "fault-unknown-hint"]);
        let choices = choices.map(crate::verify::Name::as_str).collect();
        self.sections(
            text,
            &text.choices,
            &choices,
            ["fault-no-choice-text", "fault-empty-choice", "fault-unknown-choice"],
        );
    }

    /// Each name has its section, each section a text and a name.
    fn sections(
        &mut self,
        step: &StepProse,
        written: &[(String, usize, String)],
        wanted: &BTreeSet<&str>,
        [missing, empty, unknown]: [&'static str; 3],
    ) {
        let about = |id, name: &str| Message::new(id).text("step", &step.id).text("name", name);
        for name in wanted.iter().filter(|name| !written.iter().any(|(id, ..)| id == **name)) {
            self.refuse(Some(step.line), about(missing, name));
        }
        for (name, line, text) in written {
            if !wanted.contains(name.as_str()) {
                self.refuse(Some(*line), about(unknown, name));
            } else if text.is_empty() {
                self.refuse(Some(*line), about(empty, name));
            }
        }
    }

    /// What is said before and as a hint is said before the step's own checks have found anything.
    fn holes(&mut self, text: &StepProse, with: &BTreeSet<String>, place: usize) {
        let before = place.checked_sub(1).map_or_else(BTreeSet::new, |place| bound_by(self.lesson, place));
        let hints = text.hints.iter().map(|(_, line, hint)| (*line, hint));
        let early: Vec<(usize, &String)> = std::iter::once((text.line, &text.body)).chain(hints).collect();
        let named = |bound: &BTreeSet<String>, line: usize, text: &str| -> Vec<(usize, String)> {
            holes_unbound(text, bound).into_iter().map(|name| (line, name)).collect()
        };
        let mut unbound: Vec<(usize, String)> =
            early.iter().flat_map(|(line, part)| named(&before, *line, part)).collect();
        unbound.extend(named(with, text.line, &text.after));
        for (line, name) in unbound {
            self.refuse(
                Some(line),
                Message::new("fault-unbound-placeholder").text("name", name).text("step", &text.id),
            );
        }
    }
}

/// The lines of text before the goal or the first line to type, blank lines left out.
fn read_before_typing(body: &str) -> usize {
    let lines = body.lines().take_while(|line| !line.starts_with("**") && !line.trim_start().starts_with("```"));
    lines.filter(|line| !line.trim().is_empty()).count()
}

/// The holes of a step's texts, as a set.
fn holes(step: &StepProse) -> BTreeSet<String> {
    let parts = step.hints.iter().chain(&step.choices).map(|(_, _, text)| text);
    let texts = [&step.body, &step.after].into_iter().chain(parts);
    let pieces = texts.flat_map(|text| segments(text).unwrap_or_default());
    let named = pieces.filter_map(|piece| match piece {
        Segment::Hole(Placeholder::Container(name, field)) => Some(format!("{name}.{field:?}")),
        Segment::Hole(Placeholder::Image(name, field)) => Some(format!("{name}.{field:?}")),
        Segment::Text(_) => None,
    });
    named.collect()
}
