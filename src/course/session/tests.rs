//! A learner's way through a small course, on a sandbox that is told what its lines do.

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::*;
use crate::course::model::{Lesson, Line, Prose};
use crate::course::progress::{Outcome, Standing};
use crate::course::{Catalogue, CourseCommand, CourseLesson, GoTarget, LineOutcome, ProseFile, Sandbox, SandboxError};
use crate::i18n::Language;
use crate::verify::Facts;
use crate::verify::fake::{FakeFacts, container, image};

const LESSON: &str = r#"
format_version = 1
id = "deux"
images = ["alpine"]
minutes = 3
[[steps]]
id = "un"
kind = "do"
checks = [{ as = "premier", container = { image = "alpine" } }]
solution = ["run one"]
hints = [
  { id = "vide", unless = { image = { tag = "alpine" } } },
  { id = "1" },
  { id = "2", unmet = "premier" },
]
[[steps]]
id = "question"
kind = "predict"
question = { choices = ["running", "exited"], answer = { status = { of = "premier" } } }
[[steps]]
id = "deux"
kind = "do"
setup = ["prepare"]
checks = [{ as = "second", container = { image = "alpine", not = "premier" } }]
solution = ["run {container:premier.name}-bis"]
[[steps]]
id = "jeu"
kind = "free"
"#;

const PROSE: &str = "# Deux\n## un\n**Objectif\u{a0}:** un conteneur.\n### indice vide\nVide.\n### indice 1\nUn {container:premier}.\n### indice 2\nDeux.\n\
    ## question\n**Question\u{a0}:** alors\u{a0}?\n### choix running\nOui\n### choix exited\nNon\n\
    ## deux — Encore\n**Objectif\u{a0}:** autre que {container:premier.name}.\n## jeu\n## fin\nVoilà.\n";

/// `run NAME` makes a container of alpine; anything else does nothing. Lines are remembered.
#[derive(Default)]
struct FakeSandbox {
    facts: FakeFacts,
    lines: Vec<String>,
    resets: usize,
}

impl Sandbox for FakeSandbox {
    fn run(&mut self, line: &Line) -> Result<LineOutcome, SandboxError> {
        if let Some(name) = line.text().strip_prefix("run ") {
            self.facts.containers.insert(0, container(name, "alpine"));
        }
        self.lines.push(line.text().to_owned());
        Ok(LineOutcome::default())
    }
    fn reset(&mut self) -> Result<(), SandboxError> {
        self.resets += 1;
        self.lines.clear();
        self.facts = FakeFacts { images: vec![image("alpine", 1)], ..FakeFacts::default() };
        Ok(())
    }
    fn lay(&mut self, _: &Path, _: &[u8]) -> Result<(), SandboxError> {
        Ok(())
    }
    fn facts(&self) -> Box<dyn Facts + '_> {
        Box::new(&self.facts)
    }
}

fn catalogue() -> Catalogue {
    let lesson = |number, id: &str| CourseLesson {
        number,
        directory: PathBuf::from(format!("lessons/0{number}-{id}")),
        lesson: Lesson::parse(
            Path::new("lesson.toml"),
            &LESSON.replace("id = \"deux\"\nimages", &format!("id = \"{id}\"\nimages")),
        )
        .unwrap(),
        source: LESSON.to_owned(),
        prose: vec![ProseFile {
            language: Language::French,
            path: PathBuf::from("x.md"),
            text: PROSE.to_owned(),
            prose: Prose::parse(Path::new("x.md"), PROSE).unwrap(),
        }],
        files: Vec::new(),
    };
    Catalogue { lessons: vec![lesson(1, "deux"), lesson(2, "trois")] }
}

fn clock() -> Timestamp {
    crate::verify::fake::at(0)
}

fn open(directory: &Path) -> (Session, FakeSandbox) {
    let mut sandbox = FakeSandbox::default();
    let mut session = Session::open(catalogue(), directory, clock).unwrap();
    session.begin(&mut sandbox).unwrap();
    (session, sandbox)
}

fn step(session: &Session) -> &str {
    session.step().map_or("", |step| step.name().as_str())
}

fn go(session: &mut Session, sandbox: &mut FakeSandbox, line: &str) {
    let Some(Ok(CourseCommand::Go(target))) = CourseCommand::parse(line) else { panic!("{line}") };
    session.go(&target, sandbox).unwrap();
}

#[test]
fn what_was_there_before_the_first_lesson_stays() {
    let directory = tempfile::tempdir().unwrap();
    let mut sandbox = FakeSandbox::default();
    sandbox.facts.containers.push(container("theirs", "other"));
    let mut session = Session::open(catalogue(), directory.path(), clock).unwrap();
    assert_eq!(session.begin(&mut sandbox).unwrap(), Begun::Beside);
    assert_eq!((sandbox.resets, sandbox.facts.containers.len()), (0, 1));
    assert!(!session.check(&sandbox.facts).unwrap().done);
    let mut again = Session::open(catalogue(), directory.path(), clock).unwrap();
    assert_eq!(again.begin(&mut sandbox).unwrap(), Begun::Ready);
    // Another lesson begins with its own state.
    go(&mut again, &mut sandbox, "aller trois");
    assert_eq!((sandbox.resets, sandbox.facts.containers.len()), (1, 0));
}

#[test]
fn a_lesson_is_done_step_by_step_and_taken_up_again() {
    let directory = tempfile::tempdir().unwrap();
    let (mut session, mut sandbox) = open(directory.path());
    assert!(!session.check(&sandbox.facts).unwrap().done);
    sandbox.run(&Line::Plain("run a".into())).unwrap();
    let report = session.check(&sandbox.facts).unwrap();
    assert!(report.done && report.just_done && report.count() == (1, 1));
    assert_eq!(session.next(&mut sandbox).unwrap(), Arrival::Step { skipped: false, rebuilt: false });
    assert!(!session.answer("1", &mut sandbox).unwrap().right);
    assert!(session.answer("exited", &mut sandbox).unwrap().right);
    session.next(&mut sandbox).unwrap();
    assert_eq!(sandbox.lines.last().unwrap(), "prepare");
    assert_eq!(session.goal(Language::French, &sandbox.facts).unwrap(), "autre que a.");

    let again = Session::open(catalogue(), directory.path(), clock).unwrap();
    assert_eq!(step(&again), "deux");
    assert_eq!(again.bindings(), session.bindings());
}

#[test]
fn going_on_always_works_and_is_remembered_as_skipped() {
    let directory = tempfile::tempdir().unwrap();
    let (mut session, mut sandbox) = open(directory.path());
    assert_eq!(session.next(&mut sandbox).unwrap(), Arrival::Step { skipped: true, rebuilt: false });
    assert!(session.bindings().container("premier").is_some(), "the next step finds what it needs");
    session.next(&mut sandbox).unwrap();
    session.next(&mut sandbox).unwrap();
    assert_eq!(step(&session), "jeu");
    assert_eq!(session.next(&mut sandbox).unwrap(), Arrival::LessonEnd { skipped: false });
    let overview = &session.overview(Language::French)[0];
    let standings: Vec<Standing> = overview.steps.iter().map(|(_, standing, _)| *standing).collect();
    assert_eq!(standings, [Standing::Skipped, Standing::Skipped, Standing::Skipped, Standing::Done]);
    let resets = sandbox.resets;
    assert_eq!(session.next(&mut sandbox).unwrap(), Arrival::Step { skipped: false, rebuilt: true });
    assert_eq!(sandbox.resets, resets + 1, "another lesson begins in a sandbox of its own");
}

#[test]
fn jumping_in_builds_the_start_state() {
    let directory = tempfile::tempdir().unwrap();
    let (mut session, mut sandbox) = open(directory.path());
    go(&mut session, &mut sandbox, "aller 3");
    assert_eq!(sandbox.lines, ["run one", "prepare"]);
    assert_eq!(step(&session), "deux");
    go(&mut session, &mut sandbox, "aller 2.3");
    assert_eq!((session.lesson().number, step(&session)), (2, "deux"));
    let nowhere = GoTarget { lesson: None, step: Some("99".into()) };
    assert!(matches!(session.go(&nowhere, &mut sandbox), Err(CourseError::UnknownStep(_))));
}

#[test]
fn starting_over_rebuilds_the_state_and_keeps_the_progress() {
    let directory = tempfile::tempdir().unwrap();
    let (mut session, mut sandbox) = open(directory.path());
    sandbox.run(&Line::Plain("run a".into())).unwrap();
    session.check(&sandbox.facts).unwrap();
    session.restart(&mut sandbox).unwrap();
    assert!(sandbox.facts.containers.is_empty());
    assert_eq!(session.standing(), Some(Standing::Done));
    assert!(!session.check(&sandbox.facts).unwrap().done, "the new attempt is judged afresh");
    session.restart(&mut sandbox).unwrap();
    let progress = session.progress().lessons.values().next().unwrap().steps.values().next().unwrap();
    let outcomes: Vec<Option<Outcome>> = progress.attempts.iter().map(|attempt| attempt.outcome).collect();
    assert_eq!(outcomes, [Some(Outcome::Done), Some(Outcome::Abandoned), None]);
}

#[test]
fn a_line_is_undone_unless_one_was_typed_into() {
    let directory = tempfile::tempdir().unwrap();
    let (mut session, mut sandbox) = open(directory.path());
    assert!(matches!(session.undo(&mut sandbox), Err(CourseError::NothingToUndo)));
    for line in ["run x", "run y"] {
        sandbox.run(&Line::Plain(line.into())).unwrap();
        session.note_line(line, Replay::Possible);
    }
    assert_eq!(session.undo(&mut sandbox).unwrap(), "run y");
    assert_eq!(sandbox.lines, ["run x"]);
    session.note_line("docker run -it alpine", Replay::Impossible);
    session.note_line("run z", Replay::Possible);
    assert!(matches!(session.undo(&mut sandbox), Err(CourseError::CannotUndo)));
}

#[test]
fn the_first_rung_that_applies_comes_first() {
    let directory = tempfile::tempdir().unwrap();
    let (mut session, mut sandbox) = open(directory.path());
    sandbox.facts.images.clear();
    let hint = |session: &mut Session| {
        let hint = session.hint(Language::French, &sandbox.facts).unwrap().unwrap();
        (hint.text, hint.rung, hint.last)
    };
    assert_eq!(hint(&mut session), ("Vide.".to_owned(), (1, 3), false));
    assert_eq!(hint(&mut session), ("Un ….".to_owned(), (2, 3), false));
    assert_eq!(hint(&mut session), ("Deux.".to_owned(), (3, 3), true));
    assert_eq!(hint(&mut session), ("Deux.".to_owned(), (3, 3), true), "the last is shown again");
}

#[test]
fn free_play_judges_nothing() {
    let directory = tempfile::tempdir().unwrap();
    let (mut session, mut sandbox) = open(directory.path());
    assert!(session.toggle_play());
    sandbox.run(&Line::Plain("run a".into())).unwrap();
    assert!(!session.check(&sandbox.facts).unwrap().done);
    assert!(!session.toggle_play());
    assert!(session.check(&sandbox.facts).unwrap().done);
}

#[test]
fn progress_goes_to_another_machine_in_one_file() {
    let here = tempfile::tempdir().unwrap();
    let there = tempfile::tempdir().unwrap();
    let (mut session, mut sandbox) = open(here.path());
    session.next(&mut sandbox).unwrap();
    let carried = here.path().join("carried.json");
    session.export(&carried).unwrap();
    let (mut other, mut other_sandbox) = open(there.path());
    other.import(&carried).unwrap();
    assert_eq!(step(&other), "question");
    assert_eq!(other.begin(&mut other_sandbox).unwrap(), Begun::Rebuilt, "its sandbox is built");
    assert!(other.bindings().container("premier").is_some());
    assert!(other.import(&there.path().join("none.json")).is_err());
}
