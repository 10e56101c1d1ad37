//! Each kind of step has what it needs, and a lesson as a whole has another right way and two wrong ones.

use crate::course::CourseLesson;
use crate::course::model::{Step, StepKind};
use crate::trainer::Fault;
use crate::verify::{CheckKind, FactKind, Message};

/// What a whole lesson must have at least.
const ALTERNATIVES: usize = 1;
const WRONG_WAYS: usize = 2;
/// What a question must offer at least.
const CHOICES: usize = 2;

pub(super) fn lint(lesson: &CourseLesson) -> Vec<Fault> {
    let steps = &lesson.lesson.steps;
    let mut faults: Vec<Fault> = steps.iter().flat_map(|step| lint_step(lesson, step)).collect();
    let alternatives: usize = steps.iter().map(|step| step.alternatives.len()).sum();
    let wrong: usize = steps.iter().map(|step| step.wrong.len()).sum();
    let whole = [
        (alternatives < ALTERNATIVES, "fault-no-alternative", ALTERNATIVES),
        (wrong < WRONG_WAYS, "fault-too-few-wrong", WRONG_WAYS),
    ];
    for (lacking, id, least) in whole {
        if lacking {
            let reason = Message::new(id).number("least", i64::try_from(least).unwrap_or(i64::MAX));
            faults.push(Fault::at(lesson, lesson.lesson.id.span().start, reason));
        }
    }
    faults
}

fn lint_step(lesson: &CourseLesson, step: &Step) -> Vec<Fault> {
    let about = |id| Message::new(id).text("step", step.name().as_str());
    let here = |id| Fault::at(lesson, step.id.span().start, about(id));
    let mut faults = Vec::new();
    let judged = matches!(step.kind, StepKind::Do | StepKind::Look);
    let rules = [
        (judged && step.checks.is_empty(), "fault-no-checks"),
        (judged && step.solution.is_empty(), "fault-no-solution"),
        (judged && step.wrong.is_empty(), "fault-no-wrong"),
        (judged && step.hints.is_empty(), "fault-no-hints"),
        (!judged && !step.checks.is_empty(), "fault-checks-unused"),
        (step.kind == StepKind::Predict && step.question.is_none(), "fault-no-question"),
        (step.kind != StepKind::Predict && step.question.is_some(), "fault-question-unused"),
        (
            step.kind == StepKind::Look && !step.checks.iter().any(|check| is_ran(&check.get_ref().kind)),
            "fault-look-without-ran",
        ),
        (step.alternatives.iter().any(|alternative| alternative.get_ref().is_empty()), "fault-empty-alternative"),
    ];
    faults.extend(rules.into_iter().filter(|(broken, _)| *broken).map(|(_, id)| here(id)));
    if let Some(question) = &step.question {
        let choices = &question.get_ref().choices;
        let twice = choices.iter().enumerate().any(|(place, choice)| choices[..place].contains(choice));
        let stray = choices.iter().find(|choice| !can_answer(&question.get_ref().answer.0, choice.as_str()));
        let at = question.span().start;
        if choices.len() < CHOICES || twice {
            faults.push(Fault::at(lesson, at, about("fault-choices")));
        }
        if let Some(choice) = stray {
            faults.push(Fault::at(lesson, at, about("fault-impossible-choice").text("choice", choice.as_str())));
        }
    }
    faults
}

fn is_ran(kind: &CheckKind) -> bool {
    matches!(kind, CheckKind::Ran(_))
}

/// Whether the fact can ever answer this word.
fn can_answer(fact: &FactKind, word: &str) -> bool {
    match fact {
        FactKind::File { .. } => ["present", "absent"].contains(&word),
        FactKind::Change { .. } => ["A", "C", "D", "none"].contains(&word),
        FactKind::Status { .. } => ["created", "running", "paused", "restarting", "exited", "dead"].contains(&word),
        FactKind::Size { .. } => ["smaller", "equal", "larger"].contains(&word),
        FactKind::ExitCode { .. } | FactKind::Layers { .. } | FactKind::Containers { .. } => {
            word.parse::<u32>().is_ok()
        }
    }
}
