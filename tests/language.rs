//! Command lines that Docker's client refuses before it asks anybody: ours says the same and exits the same.
//!
//! `language/refused.tsv` was asked of the Docker 28.2 client: the words after `docker`, the exit code, the first line.
//! The lines that follow it (usage, where to find help) are held by the recordings of `golden.rs`.

#![allow(clippy::unwrap_used)] // a failure is a panic

use std::fs;
use std::path::Path;

use moussaillon::docker::parse;
use moussaillon::i18n::{Language, Texts};
use moussaillon::render::docker_cli::{DockerVoice, Window};

/// The words of a line, quotes taken off.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote, mut open) = (Vec::new(), String::new(), None, false);
    for letter in line.chars() {
        match (quote, letter) {
            (Some(end), letter) if letter == end => quote = None,
            (None, '"' | '\'') => (quote, open) = (Some(letter), true),
            (None, ' ') => {
                if open || !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                open = false;
            }
            (_, letter) => word.push(letter),
        }
    }
    if open || !word.is_empty() {
        words.push(word);
    }
    words
}

/// What is said of a line that is refused, and the exit code.
fn refusal(line: &str, texts: &Texts) -> Option<(String, i32)> {
    let failure = parse(&words(line)).err()?;
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = DockerVoice::new(&mut out, &mut err, Window::default(), texts).failure(&failure);
    Some((String::from_utf8(err).unwrap(), code))
}

#[test]
fn refused_lines_are_refused_as_by_docker() {
    let table = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/language/refused.tsv");
    let table = fs::read_to_string(table).unwrap();
    let texts = Texts::new(Language::English);
    let mut wrong = Vec::new();
    for row in table.lines() {
        let [line, code, message] = row.split('\t').collect::<Vec<_>>()[..] else { panic!("not a row: {row}") };
        let found = refusal(line, &texts);
        let agrees = found
            .as_ref()
            .is_some_and(|(text, found)| text.lines().next() == Some(message) && found.to_string() == code);
        if !agrees {
            wrong.push(format!("$ docker {line}\n  docker: {code} {message}\n  ours: {found:?}"));
        }
    }
    assert!(table.lines().count() > 400, "the table was lost");
    assert!(wrong.is_empty(), "{} of {} lines:\n{}", wrong.len(), table.lines().count(), wrong.join("\n"));
}
