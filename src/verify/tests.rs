//! Checks judged on facts made by hand.

use super::check::{ChangeKind, ContainerState};
use super::facts::{ChangeFact, CommandFact, FileFact};
use super::fake::{FakeFacts, at, container, image};
use super::*;

fn checks(text: &str) -> Vec<Check> {
    #[derive(serde::Deserialize)]
    struct Checks {
        checks: Vec<Check>,
    }
    toml::from_str::<Checks>(text).unwrap().checks
}

fn judged(text: &str, facts: &FakeFacts, bindings: &Bindings) -> Judgement {
    let checks = checks(text);
    judge(&checks.iter().collect::<Vec<_>>(), &World::new(facts, at(1)), bindings)
}

fn ids(verdict: &Verdict) -> Vec<&'static str> {
    verdict.messages().iter().flat_map(|message| message.ids()).collect()
}

/// A container of alpine that added /home/test.
fn with_file() -> FakeFacts {
    let mut facts = FakeFacts {
        containers: vec![container("right", "alpine")],
        images: vec![image("alpine", 100)],
        ..FakeFacts::default()
    };
    let id = facts.containers[0].id.clone();
    let changes = vec![
        ChangeFact { path: "/home".to_owned(), kind: ChangeKind::C },
        ChangeFact { path: "/home/test".to_owned(), kind: ChangeKind::A },
    ];
    facts.changes.insert(id.clone(), changes);
    facts.files.insert((id, "/home/test".to_owned()), FileFact::File(b"bonjour\n".to_vec()));
    facts
}

const ISOLATION: &str = r#"checks = [
  { as = "premier", container = { image = "alpine", status = "exited", exit_code = 0, changed = { path = "/home/test", kind = "A" } } },
]"#;

#[test]
fn a_state_holds_whatever_else_is_there() {
    let mut facts = with_file();
    facts.containers.insert(0, container("leftover", "alpine"));
    let judgement = judged(ISOLATION, &facts, &Bindings::default());
    assert!(judgement.is_met());
    assert_eq!(judgement.bindings.container("premier"), Some(facts.containers[1].id.as_str()));
}

#[test]
fn a_refusal_says_what_was_asked_what_is_and_what_to_do() {
    let mut facts = with_file();
    facts.changes.clear();
    let Verdict::Unmet { expected, observed, next } = &judged(ISOLATION, &facts, &Bindings::default()).verdicts[0]
    else {
        panic!("met");
    };
    assert_eq!(
        expected.ids(),
        ["expected-container", "trait-image", "trait-status", "trait-exit-code", "trait-changed"]
    );
    assert_eq!(observed.ids(), ["observed-container", "seen-unchanged"]);
    assert_eq!(next.id, "next-changed");
}

#[test]
fn the_closest_container_is_spoken_of() {
    let mut facts = with_file();
    facts.containers[0].exit_code = Some(1);
    facts.containers.insert(0, container("far", "hello-world"));
    let verdict = &judged(ISOLATION, &facts, &Bindings::default()).verdicts[0];
    let Verdict::Unmet { observed, .. } = verdict else { panic!("met") };
    assert!(observed.arguments.contains(&("name", Argument::Text("right".to_owned()))), "{observed:?}");
    assert_eq!(observed.ids(), ["observed-container", "seen-exit-code"]);
}

#[test]
fn an_engine_that_cannot_tell_never_counts_against_the_learner() {
    let facts = FakeFacts { broken: true, ..FakeFacts::default() };
    let judgement = judged(ISOLATION, &facts, &Bindings::default());
    assert!(matches!(judgement.verdicts[0], Verdict::CouldNotCheck { .. }));
}

#[test]
fn the_candidate_under_which_most_holds_is_chosen() {
    let mut facts = with_file();
    facts.containers.insert(0, container("newer", "alpine"));
    let text = r#"checks = [
      { as = "a", container = { image = "alpine" } },
      { file = { in = "a", path = "/home/test", content = "bonjour" } },
    ]"#;
    let judgement = judged(text, &facts, &Bindings::default());
    assert!(judgement.is_met(), "{:?}", judgement.verdicts);
    assert_eq!(judgement.bindings.container("a"), Some(facts.containers[1].id.as_str()));
}

#[test]
fn another_container_than_the_one_bound_is_asked_for() {
    let mut facts = with_file();
    let mut bindings = Bindings::default();
    bindings.bind(Name::try_from("premier").unwrap(), Binding::Container(facts.containers[0].id.clone()));
    let text = r#"checks = [
      { as = "second", container = { image = "alpine", not = "premier", created = "during-step" } },
      { file = { in = "second", path = "/home/test", absent = true } },
    ]"#;
    let judgement = judged(text, &facts, &bindings);
    assert_eq!(ids(&judgement.verdicts[1])[1], "place-bound", "{:?}", judgement.verdicts[1]);
    assert!(judgement.verdicts.iter().all(Verdict::is_unmet));
    let mut before = container("before", "alpine");
    before.created = at(0);
    facts.containers.insert(0, before);
    assert!(!judged(text, &facts, &bindings).is_met(), "made before the step began");
    facts.containers.insert(0, container("second", "alpine"));
    assert!(judged(text, &facts, &bindings).is_met());
}

#[test]
fn a_bound_container_that_is_gone_is_absent() {
    let mut facts = with_file();
    let mut bindings = Bindings::default();
    bindings.bind(Name::try_from("premier").unwrap(), Binding::Container(facts.containers[0].id.clone()));
    let text = r#"checks = [{ container = { is = "premier", absent = true } }]"#;
    assert!(!judged(text, &facts, &bindings).is_met());
    facts.containers.clear();
    assert!(judged(text, &facts, &bindings).is_met());
}

#[test]
fn a_count_is_at_least_or_at_most() {
    let mut facts = with_file();
    let text = r#"checks = [{ container = { image = "alpine", count = { at_least = 2 } } }]"#;
    assert!(!judged(text, &facts, &Bindings::default()).is_met());
    facts.containers.push(container("two", "alpine"));
    assert!(judged(text, &facts, &Bindings::default()).is_met());
    let text = r#"checks = [{ container = { image = "alpine", count = { at_most = 1 } } }]"#;
    assert!(!judged(text, &facts, &Bindings::default()).is_met());
}

#[test]
fn images_are_compared_and_looked_into() {
    let mut facts = with_file();
    let mut built = image("app", 50);
    built.layers = vec![facts.images[0].layers[0].clone(), "top".to_owned()];
    built.cmd = vec!["/app".to_owned()];
    facts.layer_paths.insert(built.id.clone(), vec!["/app".to_owned()]);
    facts.files.insert((built.id.clone(), "/app".to_owned()), FileFact::Other);
    facts.images.insert(0, built);
    let right = r#"checks = [
      { as = "app", image = { tag = "app", from = "alpine", layers_added = { at_most = 1 }, smaller_than = "alpine", cmd = ["/app"], holds = "/app", lacks = "/usr/bin/cc" } },
      { layer = { of = "app", only = ["/app"] } },
      { layer = { of = "app", shared_with = "alpine" } },
    ]"#;
    let judgement = judged(right, &facts, &Bindings::default());
    assert!(judgement.is_met(), "{:?}", judgement.verdicts);
    for (from, to, seen) in [
        ("smaller_than", "larger_than", "seen-size"),
        ("holds = \"/app\"", "holds = \"/nothing\"", "seen-lacks"),
        ("cmd = [\"/app\"]", "cmd = [\"/other\"]", "seen-setting"),
        ("from = \"alpine\"", "from = \"app\"", "seen-not-from"),
    ] {
        let judgement = judged(&right.replace(from, to), &facts, &Bindings::default());
        assert!(ids(&judgement.verdicts[0]).contains(&seen), "{to}: {:?}", judgement.verdicts[0]);
    }
}

#[test]
fn a_look_is_judged_by_its_meaning() {
    let mut facts = with_file();
    let command = |exit_code, second, all: bool| CommandFact {
        time: at(second),
        command: "container ls".to_owned(),
        flags: if all { [("all".to_owned(), "true".to_owned())].into() } else { std::collections::BTreeMap::default() },
        arguments: Vec::new(),
        exit_code,
    };
    let text = r#"checks = [{ ran = { command = "container ls", flags = { all = true } } }]"#;
    for (commands, seen) in [
        (vec![], "observed-not-ran"),
        (vec![command(0, 0, true)], "observed-not-ran"),
        (vec![command(0, 2, false)], "observed-ran-flags"),
        (vec![command(1, 2, true)], "observed-ran-failed"),
    ] {
        facts.commands = commands;
        let judgement = judged(text, &facts, &Bindings::default());
        assert_eq!(ids(&judgement.verdicts[0])[1], seen);
    }
    facts.commands = vec![command(0, 2, true)];
    assert!(judged(text, &facts, &Bindings::default()).is_met());
}

#[test]
fn logs_are_read_for_what_they_contain() {
    let mut facts = with_file();
    facts.logs.insert(facts.containers[0].id.clone(), b"pret\n".to_vec());
    let text = |word: &str| {
        format!(
            "checks = [{{ as = \"a\", container = {{ image = \"alpine\" }} }}, {{ logs = {{ in = \"a\", contains = \"{word}\" }} }}]"
        )
    };
    assert!(judged(&text("pret"), &facts, &Bindings::default()).is_met());
    assert!(!judged(&text("autre"), &facts, &Bindings::default()).is_met());
}

#[test]
fn the_truth_is_read_as_one_word() {
    let mut facts = with_file();
    facts.containers[0].state = ContainerState::Running;
    facts.images.push(image("small", 10));
    let mut bindings = Bindings::default();
    bindings.bind(Name::try_from("premier").unwrap(), Binding::Container(facts.containers[0].id.clone()));
    let truth = |text: &str| {
        #[derive(serde::Deserialize)]
        struct Answer {
            answer: Fact,
        }
        let fact = toml::from_str::<Answer>(&format!("answer = {{ {text} }}")).unwrap().answer;
        answer(&fact, &World::new(&facts, at(1)), &bindings)
    };
    for (fact, word) in [
        ("file = { in = \"premier\", path = \"/home/test\" }", "present"),
        ("file = { in = \"new:alpine\", path = \"/home/test\" }", "absent"),
        ("change = { in = \"premier\", path = \"/home\" }", "C"),
        ("change = { in = \"premier\", path = \"/etc\" }", "none"),
        ("status = { of = \"premier\" }", "running"),
        ("size = { of = \"small\", than = \"alpine\" }", "smaller"),
        ("layers = { of = \"small\" }", "1"),
        ("containers = { image = \"alpine\" }", "1"),
    ] {
        assert_eq!(truth(fact).as_deref(), Ok(word), "{fact}");
    }
    assert!(truth("status = { of = \"nobody\" }").is_err());
}

/// Message ids are looked up when they are said; here every id written in these rooms is looked up beforehand.
#[test]
fn every_message_is_worded_in_french() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let words: String = std::fs::read_dir(root.join("locales/fr"))
        .unwrap()
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "ftl"))
        .map(|path| std::fs::read_to_string(path).unwrap())
        .collect();
    let families = [
        "expected-",
        "observed-",
        "trait-",
        "seen-",
        "next-",
        "place-",
        "why-",
        "course-",
        "argument-",
        "proof-",
        "fault-",
    ];
    let mut open: Vec<_> = ["src/verify", "src/course", "src/trainer"].map(|room| root.join(room)).into();
    let mut used = 0;
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(path).unwrap().flatten().map(|entry| entry.path()));
            continue;
        }
        let source = std::fs::read_to_string(&path).unwrap();
        let ids = source.split('"').filter(|text| families.iter().any(|family| text.starts_with(family)));
        for id in
            ids.filter(|id| !id.ends_with('-') && id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'))
        {
            used += 1;
            assert!(words.contains(&format!("\n{id} = ")), "{}: {id}", path.display());
        }
    }
    assert!(used > 100);
}
