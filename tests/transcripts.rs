//! Transcripts in Markdown, replayed through the real shell.
//!
//! Each file of `tests/transcripts/` is one session in a state root of its own. Its `console` blocks hold what was
//! typed after `$ ` (`> ` when continued) and everything that then appeared, the course's remarks included. `[..]`
//! stands for anything within a line, `[...]` alone for any lines. A block called `opening` holds what appears first.
//!
//! After a wanted change: `MOUSSAILLON_ACCEPT=1 cargo test --test transcripts` writes what is, ids and names as `[..]`;
//! then read the difference.

#![allow(clippy::unwrap_used, clippy::print_stderr)] // a failure is a panic; what a machine lacks is said aloud

#[path = "transcripts/matching.rs"]
mod matching;
#[path = "transcripts/session.rs"]
mod session;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use matching::{blur, matches};
use session::Session;

macro_rules! transcripts {
    ($($name:ident),* $(,)?) => {
        const NAMES: &[&str] = &[$(stringify!($name)),*];
        $(#[test] fn $name() { replay(stringify!($name)); })*
    };
}

transcripts! { course, english, errors, explain, host_lines, isolation }

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/transcripts")
}

#[test]
fn no_transcript_is_forgotten() {
    let files = fs::read_dir(directory()).unwrap().map(|entry| entry.unwrap().path());
    let written: BTreeSet<String> = files
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    assert_eq!(written, NAMES.iter().map(|name| (*name).to_owned()).collect());
}

/// A block of the file: the lines of its fence, and what they hold.
struct Block {
    first: usize,
    end: usize,
    opening: bool,
}

fn replay(name: &str) {
    let path = directory().join(format!("{name}.md"));
    let text = fs::read_to_string(&path).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let blocks = blocks(&lines);
    let language = lines.iter().find_map(|line| line.strip_prefix("<!-- lang: ")?.strip_suffix(" -->")).unwrap_or("fr");
    let mut typed = String::new();
    for line in blocks.iter().filter(|block| !block.opening).flat_map(|block| &lines[block.first..block.end]) {
        if let Some(line) = line.strip_prefix("$ ").or_else(|| line.strip_prefix("> ")) {
            typed.push_str(line);
            typed.push('\n');
        }
    }
    let session = Session::run(language, &typed);
    let mut said = session.commands();
    let opening = said.remove(0);
    let mut written = Vec::new();
    let mut failures = Vec::new();
    let mut done = 0;
    for (place, block) in blocks.iter().enumerate() {
        let expected = lines[block.first..block.end].join("\n");
        let count = if block.opening { 0 } else { expected.lines().filter(|line| line.starts_with("$ ")).count() };
        let actual = if block.opening { opening.clone() } else { said[done..(done + count).min(said.len())].concat() };
        done += count;
        if matches(&expected, actual.trim_end_matches('\n')) {
            written.push((place, expected));
        } else {
            failures.push(format!(
                "{}:{}\n--- expected\n{expected}\n--- appeared\n{actual}",
                path.display(),
                block.first
            ));
            written.push((place, blur(actual.trim_end_matches('\n'))));
        }
    }
    if std::env::var_os("MOUSSAILLON_ACCEPT").is_some() {
        fs::write(&path, rewrite(&lines, &blocks, &written)).unwrap();
        return;
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn blocks(lines: &[&str]) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open = None;
    for (place, line) in lines.iter().enumerate() {
        match (open, *line) {
            (None, "```console") => open = Some((place + 1, false)),
            (None, "```opening") => open = Some((place + 1, true)),
            (Some((first, opening)), "```") => {
                blocks.push(Block { first, end: place, opening });
                open = None;
            }
            _ => {}
        }
    }
    blocks
}

fn rewrite(lines: &[&str], blocks: &[Block], written: &[(usize, String)]) -> String {
    let mut out = String::new();
    let mut at = 0;
    for (place, text) in written {
        let block = &blocks[*place];
        for line in &lines[at..block.first] {
            out.push_str(&format!("{line}\n"));
        }
        out.push_str(&format!("{text}\n"));
        at = block.end;
    }
    for line in &lines[at..] {
        out.push_str(&format!("{line}\n"));
    }
    out
}
