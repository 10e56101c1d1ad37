//! The test vectors of the Dockerfile language that lie beside the project on some machines.
//! The other files of this folder cover the same ground with cases of their own.

use std::fs;
use std::path::{Path, PathBuf};

use moussaillon::engine::build::syntax::{Dockerfile, Expander, parse_file};

/// Where the vectors are, when they are. Says so when they are not.
fn vectors() -> Option<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/vectors/dockerfile");
    let found = directory.is_dir();
    if !found {
        eprintln!("no vectors at {}: nothing compared", directory.display());
    }
    found.then_some(directory)
}

fn folders(directory: &Path) -> Vec<PathBuf> {
    let mut folders: Vec<_> = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    folders
}

#[test]
fn every_dump_agrees() {
    let Some(vectors) = vectors() else { return };
    for folder in folders(&vectors.join("parser/testfiles")) {
        let text = fs::read_to_string(folder.join("Dockerfile")).unwrap();
        let expected = fs::read_to_string(folder.join("result")).unwrap();
        let parsed = parse_file(&text).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        let dump: Vec<String> = parsed.nodes.iter().map(ToString::to_string).collect();
        assert_eq!(dump.join("\n"), expected.trim_end(), "{}", folder.display());
    }
}

#[test]
fn every_negative_is_refused() {
    let Some(vectors) = vectors() else { return };
    for folder in folders(&vectors.join("parser/testfiles-negative")) {
        let text = fs::read_to_string(folder.join("Dockerfile")).unwrap();
        assert!(Dockerfile::parse(&text).is_err(), "{}", folder.display());
    }
}

#[test]
fn every_expansion_agrees() {
    let Some(vectors) = vectors() else { return };
    let text = fs::read_to_string(vectors.join("shell/envVarTest")).unwrap();
    let variables = [("PWD", "/home"), ("SHELL", "bash"), ("KOREAN", "한국어"), ("NULL", "")];
    let lookup = |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
    let mut compared = 0;
    for line in text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
        let fields: Vec<&str> = line.split('|').map(str::trim).collect();
        let [platform, word, expected] = fields.as_slice() else { panic!("{line}") };
        if *platform == "W" {
            continue;
        }
        compared += 1;
        match Expander::for_words('\\').expand(word, &lookup) {
            Ok(expanded) => assert_eq!(expanded.text, *expected, "{word}"),
            Err(error) => assert_eq!(*expected, "error", "{word}: {error}"),
        }
    }
    assert!(compared > 150, "{compared}");
}

#[test]
fn every_splitting_agrees() {
    let Some(vectors) = vectors() else { return };
    let text = fs::read_to_string(vectors.join("shell/wordsTest")).unwrap();
    let mut variables: Vec<(String, String)> = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
        if let Some(definition) = line.strip_prefix("ENV ") {
            let (name, value) = definition.split_once('=').unwrap();
            variables.push((name.to_owned(), value.to_owned()));
            continue;
        }
        let (word, expected) = line.split_once('|').unwrap();
        let expected: Vec<&str> = expected.trim_start_matches(' ').split(',').collect();
        let lookup = |name: &str| variables.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
        match Expander::for_words('\\').expand(word.trim(), &lookup) {
            Ok(expanded) => assert_eq!(expanded.words, expected, "{word}"),
            Err(error) => assert_eq!(expected, ["error"], "{word}: {error}"),
        }
    }
}
