//! Proofs on a sandbox that is told what its lines do, to see that each proof can fail.

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::*;
use crate::course::model::{Lesson, Line};
use crate::course::{CourseLesson, LineOutcome, Progress, Sandbox, SandboxError};
use crate::verify::fake::{FakeFacts, at, container, image};
use crate::verify::{Binding, Facts};

const LESSON: &str = r#"
format_version = 1
id = "essai"
images = ["alpine"]
minutes = 3
[[steps]]
id = "un"
kind = "do"
checks = [
  { as = "premier", container = { image = "alpine" } },
  { id = "nom", container = { is = "premier", name = "bon" } },
]
solution = ["run bon"]
alternatives = [["run autre", "run bon"]]
wrong = [{ run = ["ls"], unmet = "premier" }, { run = ["run mauvais"], unmet = "nom" }]
[[steps]]
id = "deux"
kind = "predict"
question = { choices = ["running", "exited"], answer = { status = { of = "premier" } } }
"#;

/// `run NAME` makes a container of alpine; anything else does nothing.
#[derive(Default)]
struct FakeSandbox(FakeFacts);

impl Sandbox for FakeSandbox {
    fn run(&mut self, line: &Line) -> Result<LineOutcome, SandboxError> {
        if let Some(name) = line.text().strip_prefix("run ") {
            self.0.containers.insert(0, container(name, "alpine"));
        }
        Ok(LineOutcome { exit_code: 0, output: b"said\n".to_vec() })
    }
    fn reset(&mut self) -> Result<(), SandboxError> {
        self.0 = FakeFacts { images: vec![image("alpine", 1)], ..FakeFacts::default() };
        Ok(())
    }
    fn lay(&mut self, _: &Path, _: &[u8]) -> Result<(), SandboxError> {
        Ok(())
    }
    fn facts(&self) -> Box<dyn Facts + '_> {
        Box::new(&self.0)
    }
}

struct FakeBench;

impl Workbench for FakeBench {
    fn fresh(&mut self) -> Result<Box<dyn Sandbox>, SandboxError> {
        Ok(Box::<FakeSandbox>::default())
    }
}

fn lesson(text: &str) -> CourseLesson {
    CourseLesson {
        number: 1,
        directory: PathBuf::from("lessons/01-essai"),
        lesson: Lesson::parse(Path::new("lesson.toml"), text).unwrap(),
        source: text.to_owned(),
        prose: Vec::new(),
        files: Vec::new(),
    }
}

fn clock() -> Timestamp {
    at(0)
}

#[test]
fn a_sound_lesson_is_proved_every_way() {
    let (proof, faults) = prove(&lesson(LESSON), &mut FakeBench, clock);
    assert_eq!(faults, []);
    let [one, two] = &proof.steps[..] else { panic!("two steps") };
    assert!(one.untouched && one.solution);
    assert_eq!((one.alternatives, one.wrong, two.answer.as_deref(), proof.count()), (1, 2, Some("exited"), 6));
}

#[test]
fn each_proof_can_fail_and_says_where() {
    for (from, to, line, id) in [
        ("checks = [\n", "setup = [\"run bon\"]\nchecks = [\n", 7, "proof-untouched-passes"),
        ("solution = [\"run bon\"]", "solution = [\"run mal\"]", 7, "proof-solution-fails"),
        ("[\"run autre\", \"run bon\"]", "[\"run autre\"]", 14, "proof-alternative-fails"),
        ("[\"ls\"]", "[\"run bon\"]", 15, "proof-wrong-passes"),
        ("[\"run mauvais\"], unmet = \"nom\"", "[\"run mauvais\"], unmet = \"premier\"", 15, "proof-wrong-elsewhere"),
        ("\"running\", \"exited\"", "\"running\", \"created\"", 19, "proof-truth-not-offered"),
    ] {
        let changed = LESSON.replacen(from, to, 1);
        assert_ne!(changed, LESSON, "{from}");
        let (_, faults) = prove(&lesson(&changed), &mut FakeBench, clock);
        let told: Vec<_> = faults.iter().map(|fault| (fault.line, fault.reason.id)).collect();
        assert!(told.contains(&(Some(line), id)), "{to}: {told:?}");
    }
}

#[test]
fn a_lesson_is_marked_without_a_human() {
    let lesson = lesson(LESSON);
    let mut facts = FakeFacts { images: vec![image("alpine", 1)], ..FakeFacts::default() };
    let nothing = mark(&lesson, &Progress::default(), &facts);
    assert!(!nothing.is_met());
    assert!(matches!(&nothing.steps[0].kind, StepMarkKind::Missing { verdicts } if verdicts.len() == 2));
    assert_eq!(nothing.steps[1].kind, StepMarkKind::NotJudged);
    facts.containers.push(container("bon", "alpine"));
    let all = mark(&lesson, &Progress::default(), &facts);
    assert!(all.is_met());
    assert_eq!(all.steps[0].kind, StepMarkKind::Holds);
}

#[test]
fn a_solution_is_played_to_the_end() {
    let lesson = lesson(LESSON);
    let mut told = Vec::new();
    let mut tell = |event: PlayEvent<'_>, _: &dyn Sandbox| {
        told.push(match event {
            PlayEvent::StepStarted { step, .. } => format!("start {}", step.name()),
            PlayEvent::LineRun { line, .. } => line.text().to_owned(),
            PlayEvent::Answered { truth } => truth,
            PlayEvent::StepEnded { verdicts, bindings, .. } => {
                let bound = matches!(bindings.get("premier"), Some(Binding::Container(_)));
                format!("end {} {bound}", verdicts.len())
            }
        });
    };
    assert!(play(&lesson, &mut FakeSandbox::default(), clock, &mut tell).unwrap());
    assert_eq!(told, ["start un", "run bon", "end 2 true", "start deux", "exited", "end 0 true"]);
}
