//! The house rules a machine can check. `ARCHITECTURE.md` says why they hold.

#![allow(clippy::unwrap_used, clippy::print_stderr)] // a failure is a panic; what a machine lacks is said aloud

#[path = "architecture/source.rs"]
mod source;

use std::fs;

use source::{Source, files, root, sources};

/// Each room, and the rooms it may name. A room may always name itself.
const ROOMS: &[(&str, &[&str])] = &[
    ("lib", &[]),
    ("main", &["app", "engine", "userland"]),
    ("app", &["course", "docker", "engine", "i18n", "render", "repl", "trainer", "userland", "verify"]),
    ("repl", &["course", "docker", "i18n"]),
    ("course", &["i18n", "verify"]),
    ("docker", &["engine"]),
    ("engine", &[]),
    ("verify", &["docker", "engine"]),
    ("render", &["course", "docker", "engine", "i18n", "verify"]),
    ("i18n", &[]),
    ("userland", &[]),
    ("trainer", &["course", "engine", "verify"]),
];

/// Rooms that may write to the terminal themselves. Guest programs are terminal programs.
const WRITERS: &[&str] = &["app", "main", "render", "userland"];

/// Files of the engine that run in a child process, whose standard streams are not the terminal: one gives a container its
/// own, the other answers its parent through a pipe.
const STREAMS_OF_CHILDREN: &[&str] = &["src/engine/launch/execute.rs", "src/engine/launch/overlay_probe.rs"];

/// Rooms that may read environment variables. Guest programs read their own container's.
const ENVIRONMENT_READERS: &[&str] = &["app", "main", "userland"];

/// The longest a file may be, tests included.
const LONGEST_FILE_LINES: usize = 400;

/// Fails with one line per breach.
fn none(rule: &str, breaches: &[String]) {
    assert!(breaches.is_empty(), "{rule}:\n  {}\n", breaches.join("\n  "));
}

fn in_other_rooms<'a>(sources: &'a [Source], rooms: &'a [&str]) -> impl Iterator<Item = &'a Source> {
    sources.iter().filter(move |source| !rooms.contains(&source.room()))
}

#[test]
fn rooms_use_only_the_rooms_they_may() {
    let mut breaches = Vec::new();
    for source in sources() {
        let (_, allowed) = ROOMS
            .iter()
            .find(|(room, _)| *room == source.room())
            .unwrap_or_else(|| panic!("{} is in a room that has no rule", source.path));
        for (other, _) in ROOMS.iter().filter(|(other, _)| *other != source.room() && !allowed.contains(other)) {
            for prefix in ["crate::", "moussaillon::"] {
                breaches.extend(source.places_of(&format!("{prefix}{other}::")));
                breaches.extend(source.places_of(&format!("{prefix}{other};")));
            }
        }
        // A braced import would hide a room from the lines above.
        breaches.extend(source.places_of("use crate::{"));
    }
    none("a room names a room it may not use (ARCHITECTURE.md, the table of rooms)", &breaches);
}

#[test]
fn unsafe_code_stands_in_one_file() {
    let elsewhere = sources().into_iter().filter(|source| source.path != "src/engine/launch/syscall.rs");
    let breaches: Vec<String> = elsewhere
        .flat_map(|source| {
            ["unsafe {", "unsafe fn", "unsafe impl", "unsafe extern", "allow(unsafe_code)", "expect(unsafe_code"]
                .iter()
                .flat_map(|needle| source.places_of(needle))
                .collect::<Vec<_>>()
        })
        .collect();
    none("unsafe code outside engine/launch/syscall.rs", &breaches);
}

#[test]
fn the_environment_is_read_by_the_door_and_the_wiring_only() {
    let sources = sources();
    let breaches: Vec<String> = in_other_rooms(&sources, ENVIRONMENT_READERS)
        .flat_map(|source| source.places_of("env::"))
        // What the compiler knows (`env!`, `env::consts`) is not the environment.
        .filter(|place| !place.contains("env::consts::"))
        .collect();
    none("environment variables, arguments and the current directory are passed in", &breaches);
}

#[test]
fn only_render_and_the_wiring_write_to_the_terminal() {
    let sources = sources();
    let needles = ["io::stdout()", "io::stderr()", "stdout().lock", "stderr().lock"];
    let mut breaches: Vec<String> = in_other_rooms(&sources, WRITERS)
        .filter(|source| !STREAMS_OF_CHILDREN.contains(&source.path.as_str()))
        .flat_map(|source| needles.iter().flat_map(|needle| source.places_of(needle)))
        .collect();
    for source in &sources {
        for needle in [" print!(", "println!(", "eprint!(", "dbg!("] {
            breaches.extend(source.places_of(needle));
        }
    }
    none(
        "only render (and app, main, the guest programs) writes to the terminal, and never by a print macro",
        &breaches,
    );
}

#[test]
fn kernel_calls_that_change_the_world_stand_in_launch() {
    let needles =
        ["nix::sched", "nix::mount", "rustix::mount", "fork(", "pivot_root", "sethostname", "prctl", "seccomp("];
    let sources = sources();
    let breaches: Vec<String> = sources
        .iter()
        .filter(|source| source.room() != "userland" && !source.path.starts_with("src/engine/launch/"))
        .flat_map(|source| needles.iter().flat_map(|needle| source.places_of(needle)))
        .collect();
    none("namespaces, mounts and process attributes are changed in engine/launch alone", &breaches);
}

#[test]
fn sentences_live_in_locales() {
    let breaches: Vec<String> = sources()
        .iter()
        .filter(|source| source.room() != "userland")
        .flat_map(|source| source.strings.iter().map(move |string| (source, string)))
        .filter(|(_, (_, text))| looks_french(text))
        .map(|(source, (line, text))| format!("{}:{line}: {text:?}", source.path))
        .collect();
    none("French outside locales/ (a command name or alias is one word)", &breaches);
}

/// A French letter in more than a word, or a French sentence's small words. One word is a command's name.
fn looks_french(text: &str) -> bool {
    let accented = text.contains(|c: char| "éèêëàâçùûîïôœÉÈÊÀÂÇÙÛÎÏÔŒ«»\u{a0}\u{202f}".contains(c));
    let words: Vec<&str> = text.split_whitespace().collect();
    let small = ["le", "la", "les", "des", "une", "votre", "vos", "vous", "dans", "avec", "pour", "est", "sont"];
    let small_words = words.iter().filter(|word| small.contains(word)).count();
    (accented && words.len() > 1) || small_words >= 2
}

#[test]
fn the_heuristic_knows_french_from_names() {
    for name in ["leçons", "précédent", "--état", "No such container: {0}", "le", "vérifier"] {
        assert!(!looks_french(name), "{name}");
    }
    for sentence in ["Le conteneur est arrêté.", "tapez la commande dans le conteneur", "Bravo\u{a0}!  Ça y est"] {
        assert!(looks_french(sentence), "{sentence}");
    }
}

#[test]
fn nothing_is_left_for_later() {
    let mut breaches = Vec::new();
    for directory in ["src", "tests"] {
        for path in files(directory, "rs") {
            let text = fs::read_to_string(&path).expect("readable");
            // Written in two pieces, so that this list does not find itself.
            for (start, end) in [("todo", "!("), ("unimplemented", "!("), ("FIX", "ME"), ("XX", "X "), ("#[ign", "ore")]
            {
                if text.contains(&format!("{start}{end}")) {
                    breaches.push(format!("{}: {start}{end}", path.display()));
                }
            }
        }
    }
    none("left open in code", &breaches);
}

#[test]
fn every_dependency_says_why_it_is_here() {
    let manifest = fs::read_to_string(root().join("Cargo.toml")).expect("readable");
    let mut section = "";
    let mut seen = 0;
    let mut breaches = Vec::new();
    for (number, line) in manifest.lines().enumerate() {
        if line.starts_with('[') {
            section = line;
        } else if section.contains("dependencies") && line.contains(" = ") && !line.starts_with('#') {
            seen += 1;
            let why = line.rsplit_once("# ").map_or("", |(_, why)| why);
            if why.split_whitespace().count() < 2 {
                breaches.push(format!("Cargo.toml:{}: {line}", number + 1));
            }
        }
    }
    assert!(seen > 20, "the manifest is read: {seen} dependencies");
    none("a dependency without its reason", &breaches);
}

#[test]
fn a_file_explains_one_word() {
    let mut breaches = Vec::new();
    for directory in ["src", "tests"] {
        for path in files(directory, "rs") {
            let lines = fs::read_to_string(&path).expect("readable").lines().count();
            if lines > LONGEST_FILE_LINES {
                breaches.push(format!("{}: {lines} lines", path.display()));
            }
        }
    }
    none("files past 400 lines: split them by word", &breaches);
}

#[test]
fn every_file_says_what_it_is() {
    let breaches: Vec<String> =
        sources().iter().filter(|source| !source.text.starts_with("//! ")).map(|source| source.path.clone()).collect();
    none("a file without its head (what it is, the word it owns, what it does not do)", &breaches);
}

#[test]
fn the_rules_cover_every_room_there_is() {
    let rooms = fs::read_dir(root().join("src")).expect("src").map(|entry| entry.expect("an entry").file_name());
    for room in rooms.filter_map(|name| name.into_string().ok()) {
        let room = room.trim_end_matches(".rs").to_owned();
        assert!(ROOMS.iter().any(|(known, _)| *known == room), "{room} has no rule");
    }
}
