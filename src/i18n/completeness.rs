//! Both languages say the same things: same ids, same variables, every id used exists, French spaces.

use std::collections::{BTreeMap, BTreeSet};

use fluent_bundle::FluentResource;

use super::Language;
use super::texts::sources;

type Messages = BTreeMap<String, BTreeSet<String>>;

/// Id → variables. Variables are found in the text: `{ $name`.
fn messages(language: Language) -> Messages {
    let mut messages = Messages::new();
    for (path, source) in sources(language) {
        if let Err((_, errors)) = FluentResource::try_new(source.to_owned()) {
            panic!("{path}: {errors:?}");
        }
        let mut current = String::new();
        for line in source.lines() {
            if let Some((id, _)) = line.split_once(" =").filter(|_| line.starts_with(|c: char| c.is_ascii_alphabetic()))
            {
                current = id.to_owned();
                let twice = messages.insert(current.clone(), BTreeSet::new()).is_some();
                assert!(!twice, "{path}: {id} is defined twice");
            }
            if !line.starts_with('#') {
                messages.entry(current.clone()).or_default().extend(variables(line));
            }
        }
    }
    messages.remove("");
    messages
}

fn variables(line: &str) -> impl Iterator<Item = String> + '_ {
    line.match_indices('$')
        .filter(|(at, _)| line[..*at].trim_end().ends_with('{') || line[..*at].trim_end().ends_with('('))
        .map(|(at, _)| {
            line[at + 1..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-' || *c == '_').collect()
        })
}

#[test]
fn both_languages_have_the_same_ids_and_variables() {
    let french = messages(Language::French);
    let english = messages(Language::English);
    assert!(!french.is_empty());
    for (id, variables) in &french {
        let other = english.get(id).unwrap_or_else(|| panic!("{id} is missing in English"));
        assert_eq!(variables, other, "the variables of {id} differ");
    }
    for id in english.keys() {
        assert!(french.contains_key(id), "{id} is missing in French");
    }
}

#[test]
fn every_id_used_exists() {
    let french = messages(Language::French);
    let mut used = 0;
    for path in rust_files(std::path::Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))) {
        let source = std::fs::read_to_string(&path).unwrap();
        for call in ["texts.text(\"", "texts.with(\""] {
            for (at, _) in source.match_indices(call) {
                let id: String = source[at + call.len()..].chars().take_while(|c| *c != '"').collect();
                used += 1;
                assert!(french.contains_key(&id), "{}: {id} is used and defined nowhere", path.display());
            }
        }
    }
    assert!(used > 0);
}

#[test]
fn french_punctuation_keeps_its_no_break_spaces() {
    for (path, source) in sources(Language::French) {
        for (number, line) in source.lines().enumerate().filter(|(_, line)| !line.starts_with('#')) {
            for wrong in [" :", " ;", " !", " ?", " »", "« "] {
                // `{ $count -> …` and `:::` never occur in sentences; a plain space before these marks does.
                assert!(!line.contains(wrong), "{path}:{}: plain space at {wrong:?}: {line}", number + 1);
            }
            assert!(!line.contains("..."), "{path}:{}: write … ({line})", number + 1);
            assert!(!line.contains('\''), "{path}:{}: write ’ ({line})", number + 1);
        }
    }
}

fn rust_files(directory: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}
