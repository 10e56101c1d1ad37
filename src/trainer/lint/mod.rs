//! What can be found wrong with a lesson without running it.

mod names;
mod prose;
mod shape;

use super::Fault;
use crate::course::{Catalogue, CourseLesson};
use crate::verify::Message;

pub use prose::fingerprints;

/// Every fault of every lesson that could be read.
pub fn lint(catalogue: &Catalogue) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (place, lesson) in catalogue.lessons.iter().enumerate() {
        let earlier = &catalogue.lessons[..place];
        if earlier.iter().any(|other| other.name() == lesson.name() || other.number == lesson.number) {
            let reason = Message::new("fault-lesson-twice").text("lesson", lesson.name().as_str());
            faults.push(Fault::at(lesson, lesson.lesson.id.span().start, reason));
        }
        faults.extend(lint_lesson(lesson));
    }
    faults
}

fn lint_lesson(lesson: &CourseLesson) -> Vec<Fault> {
    let mut faults = shape::lint(lesson);
    faults.extend(names::lint(lesson));
    faults.extend(prose::lint(lesson));
    faults
}

#[cfg(test)]
mod tests;
