//! One fault at a time in a sound lesson.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use crate::course::model::fingerprint;
use crate::course::{Catalogue, CourseFiles, EmbeddedFiles};
use crate::trainer::{Fault, lint};

const TOML: &str = r#"format_version = 1
id = "essai"
images = ["alpine"]
minutes = 3
[[steps]]
id = "un"
kind = "do"
checks = [{ as = "premier", container = { image = "alpine" } }]
solution = ["docker run alpine"]
alternatives = [["docker create alpine"]]
wrong = [
  { run = ["docker pull alpine"], unmet = "premier" },
  { run = ["ls"], unmet = "premier" },
]
hints = [{ id = "1" }]
[[steps]]
id = "deux"
kind = "predict"
question = { choices = ["running", "exited"], answer = { status = { of = "premier" } } }
"#;

const FRENCH: &str = "# Essai\nIntro.\n## un\n**Objectif\u{a0}:** un conteneur.\n### après\nC'est {container:premier}.\n### indice 1\nCherchez.\n\
    ## deux\n**Question\u{a0}:** alors\u{a0}?\n### choix running\nOui\n### choix exited\nNon\n### après\nVoilà.\n## fin\nFini.\n";
const ENGLISH: &str = "---\nsource: HASH\n---\n# Try\nIntro.\n## un\n**Goal:** a container.\n### after\nIt is {container:premier}.\n### hint 1\nSearch.\n\
    ## deux\n**Question:** well?\n### choice running\nYes\n### choice exited\nNo\n### after\nThere.\n## end\nDone.\n";

/// Files that are told.
struct Told(BTreeMap<PathBuf, String>);

impl CourseFiles for Told {
    fn directories(&self, directory: &Path) -> io::Result<Vec<String>> {
        let below = self.0.keys().filter_map(|path| path.strip_prefix(directory).ok());
        let mut names: Vec<String> =
            below.filter_map(|path| Some(path.iter().next()?.to_string_lossy().into_owned())).collect();
        names.dedup();
        Ok(names)
    }
    fn files(&self, directory: &Path) -> io::Result<Vec<PathBuf>> {
        Ok(self.0.keys().filter(|path| path.starts_with(directory)).cloned().collect())
    }
    fn read(&self, file: &Path) -> io::Result<Option<Vec<u8>>> {
        Ok(self.0.get(file).map(|text| text.clone().into_bytes()))
    }
}

fn faults(toml: &str, french: &str, english: &str) -> Vec<(String, Option<usize>, &'static str)> {
    let english = english.replace("HASH", &fingerprint(french));
    let files = [
        ("lessons/01-essai/lesson.toml", toml),
        ("locales/fr/lessons/essai.md", french),
        ("locales/en/lessons/essai.md", &english),
    ];
    let files = files.into_iter().filter(|(_, text)| !text.is_empty());
    let told = Told(files.map(|(path, text)| (PathBuf::from(path), text.to_owned())).collect());
    let (catalogue, unreadable) = Catalogue::read(&told);
    let mut faults: Vec<Fault> = unreadable.into_iter().map(Fault::from).collect();
    faults.extend(lint(&catalogue));
    let name = |fault: &Fault| fault.file.iter().next_back().unwrap_or_default().to_string_lossy().into_owned();
    let language = |fault: &Fault| fault.file.iter().nth(1).unwrap_or_default().to_string_lossy().into_owned();
    let place = |fault: &Fault| if fault.file.starts_with("locales") { language(fault) } else { name(fault) };
    faults.iter().map(|fault| (place(fault), fault.line, fault.reason.id)).collect()
}

#[test]
fn a_sound_lesson_has_no_fault() {
    assert_eq!(faults(TOML, FRENCH, ENGLISH), []);
}

#[test]
fn the_lessons_inside_have_no_fault() {
    let (catalogue, unreadable) = Catalogue::read(&EmbeddedFiles);
    assert_eq!(unreadable, []);
    let told: Vec<String> = lint(&catalogue)
        .iter()
        .map(|fault| {
            format!("{}:{:?}: {} {:?}", fault.file.display(), fault.line, fault.reason.id, fault.reason.arguments)
        })
        .collect();
    assert!(told.is_empty(), "{}", told.join("\n"));
}

#[test]
fn each_fault_of_the_toml_is_told_with_its_line() {
    for (from, to, line, id) in [
        ("container = {", "contenant = {", 8, "fault-toml"),
        (
            "unmet = \"premier\" },\n  { run = [\"ls\"]",
            "unmet = \"autre\" },\n  { run = [\"ls\"]",
            12,
            "fault-unknown-check",
        ),
        ("status = { of = \"premier\" }", "status = { of = \"personne\" }", 19, "fault-unbound"),
        ("\"running\", \"exited\"", "\"running\", \"vert\"", 19, "fault-impossible-choice"),
        ("\"running\", \"exited\"", "\"exited\", \"exited\"", 19, "fault-choices"),
        ("solution = [\"docker run alpine\"]\n", "", 6, "fault-no-solution"),
        ("[\"docker create alpine\"]", "[\"docker start {container:premier}\"]", 10, "fault-unbound-placeholder"),
        ("alternatives = [[\"docker create alpine\"]]\n", "", 2, "fault-no-alternative"),
        ("  { run = [\"ls\"], unmet = \"premier\" },\n", "", 2, "fault-too-few-wrong"),
        ("hints = [{ id = \"1\" }]", "hints = [{ id = \"1\" }, { id = \"1\" }]", 15, "fault-hint-twice"),
        ("id = \"deux\"", "id = \"un\"", 17, "fault-step-twice"),
        ("kind = \"do\"", "kind = \"look\"", 6, "fault-look-without-ran"),
        ("format_version = 1", "format_version = 7", 1, "fault-format-version"),
    ] {
        let changed = TOML.replacen(from, to, 1);
        assert_ne!(changed, TOML, "{from}");
        let found = faults(&changed, FRENCH, ENGLISH);
        assert!(found.contains(&("lesson.toml".to_owned(), Some(line), id)), "{to}: {found:?}");
    }
}

#[test]
fn each_fault_of_a_text_is_told_with_its_line() {
    for (from, to, line, id) in [
        ("### indice 1\nCherchez.\n", "### indice 1\n", Some(7), "fault-empty-hint"),
        ("### indice 1\nCherchez.\n", "", Some(3), "fault-no-hint-text"),
        ("### choix exited\nNon\n", "", Some(9), "fault-no-choice-text"),
        ("### choix exited", "### choix vert", Some(13), "fault-unknown-choice"),
        ("**Objectif\u{a0}:**", "But\u{a0}:", Some(3), "fault-no-goal"),
        ("{container:premier}", "{container:second}", Some(3), "fault-unbound-placeholder"),
        ("{container:premier}", "{conteneur:premier}", Some(6), "fault-placeholder"),
        ("**Objectif", "{container:premier}\n\n**Objectif", Some(3), "fault-unbound-placeholder"),
        ("## deux\n", "## trois\n", Some(9), "fault-unknown-step"),
        ("## deux\n", "## trois\n", None, "fault-no-heading"),
        ("## fin\nFini.\n", "", None, "fault-no-end"),
        ("Intro.\n", "", Some(1), "fault-no-introduction"),
    ] {
        let changed = FRENCH.replacen(from, to, 1);
        assert_ne!(changed, FRENCH, "{from}");
        let found = faults(TOML, &changed, ENGLISH);
        assert!(found.contains(&("fr".to_owned(), line, id)), "{to}: {found:?}");
    }
}

#[test]
fn a_translation_is_there_complete_and_of_the_present_text() {
    assert_eq!(faults(TOML, FRENCH, ""), [("en".to_owned(), None, "fault-missing")]);
    let stale = ENGLISH.replace("HASH", "0123456789abcdef");
    assert_eq!(faults(TOML, FRENCH, &stale), [("en".to_owned(), Some(2), "fault-stale")]);
    let unsigned = ENGLISH.replace("---\nsource: HASH\n---\n", "");
    assert_eq!(faults(TOML, FRENCH, &unsigned), [("en".to_owned(), Some(2), "fault-no-fingerprint")]);
    let other = ENGLISH.replace("{container:premier}", "{container:premier.name}");
    assert_eq!(faults(TOML, FRENCH, &other), [("en".to_owned(), Some(6), "fault-other-placeholders")]);
}
