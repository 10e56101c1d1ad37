//! What stands for anything in a transcript, and how it is written.

/// Longer than any line: what `[..]` may stand for where lines are not told apart.
const WILDCARD_LENGTH: usize = 100;

/// Whether the text is what was expected: `[..]` is anything within a line, `[...]` alone any lines.
///
/// Names are made up anew in every run, and a longer one moves the breaks of the prose around it: what differs by
/// nothing but them is as expected.
pub fn matches(expected: &str, text: &str) -> bool {
    let lines: Vec<&str> = expected.lines().collect();
    lines_match(&lines, &text.lines().collect::<Vec<_>>()) || words_match(&words(expected), &words(text))
}

fn words(text: &str) -> String {
    text.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
}

fn words_match(expected: &str, text: &str) -> bool {
    match expected.split_once("[..]") {
        None => expected == text,
        Some((before, after)) => text.strip_prefix(before).is_some_and(|rest| {
            let places = rest.char_indices().map(|(place, _)| place).chain([rest.len()]);
            places.take(WILDCARD_LENGTH).any(|place| words_match(after, &rest[place..]))
        }),
    }
}

fn lines_match(expected: &[&str], text: &[&str]) -> bool {
    match expected.split_first() {
        None => text.is_empty(),
        Some((&"[...]", rest)) => (0..=text.len()).any(|skipped| lines_match(rest, &text[skipped..])),
        Some((first, rest)) => match text.split_first() {
            Some((line, others)) => line_matches(first, line) && lines_match(rest, others),
            None => false,
        },
    }
}

fn line_matches(expected: &str, line: &str) -> bool {
    match expected.split_once("[..]") {
        None => expected == line,
        Some((before, after)) => line.strip_prefix(before).is_some_and(|rest| {
            let places = rest.char_indices().map(|(place, _)| place).chain([rest.len()]);
            places.into_iter().any(|place| line_matches(after, &rest[place..]))
        }),
    }
}

/// The text with what differs from run to run replaced: ids, digests, random names, times, sizes.
pub fn blur(text: &str) -> String {
    let lines = text.lines().map(|line| {
        let words = line.split_inclusive([' ', '\u{a0}', '`', '(', ')', ':', ',', '?', '"', '/']).map(blur_word);
        let joined: String = words.collect();
        // A table with ages: the widths of its columns vary with them.
        match joined.find(" ago") {
            Some(_) => joined.split("   ").next().map_or_else(String::new, |first| format!("{first}[..]")),
            None if joined.starts_with("CONTAINER ID") => "CONTAINER ID [..]".to_owned(),
            None => joined,
        }
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn blur_word(word: &str) -> String {
    let core = word.trim_end_matches([' ', '\u{a0}', '`', '(', ')', ':', ',', '?', '"', '.', '/']);
    let rest = &word[core.len()..];
    let hexadecimal =
        core.len() >= 12 && core.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    let random_name = core.split_once('_').is_some_and(|(left, right)| {
        !left.is_empty() && !right.is_empty() && core.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
    });
    let size =
        ["kB", "MB"].iter().any(|unit| core.strip_suffix(unit).is_some_and(|number| number.parse::<f64>().is_ok()));
    if hexadecimal || random_name || size { format!("[..]{rest}") } else { word.to_owned() }
}

#[test]
fn wildcards_stand_for_anything() {
    assert!(matches("a [..] c\n[...]\nfin", "a 12 c\nx\ny\nfin"));
    assert!(matches("[...]", ""));
    assert!(!matches("a [..] c", "a b d"));
    assert!(!matches("a", "a\nb"));
    assert_eq!(blur("le `merry_gaspard` (0123456789ab) 12.3MB ok"), "le `[..]` ([..]) [..] ok");
}

#[test]
fn a_longer_name_may_break_the_lines_elsewhere() {
    let expected = "observed: the nearest, `[..]`: created, never\n  started";
    assert!(matches(expected, "observed: the nearest, `amiable_montgolfier`: created,\n  never started"));
    assert!(!matches(expected, "observed: the nearest, `amiable_montgolfier`: created,\n  twice started"));
}
