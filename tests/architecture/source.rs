//! Rust files read for what they say: code without its comments and strings, and the strings apart.

use std::fs;
use std::path::{Path, PathBuf};

/// One Rust file of the program, without its unit tests.
pub struct Source {
    /// Relative to the repository.
    pub path: String,
    /// The text as it stands.
    pub text: String,
    /// The code outside unit tests, comments and strings blanked; line numbers are those of the file.
    pub code: String,
    /// The string literals outside unit tests: line and content.
    pub strings: Vec<(usize, String)>,
}

impl Source {
    /// The room it belongs to: the first directory under `src`.
    pub fn room(&self) -> &str {
        let inside = self.path.strip_prefix("src/").unwrap_or(&self.path);
        inside.split(['/', '.']).next().unwrap_or_default()
    }

    /// Lines of code where a word stands, as `path:line`.
    pub fn places_of(&self, needle: &str) -> Vec<String> {
        let numbered = self.code.lines().enumerate().filter(|(_, line)| line.contains(needle));
        numbered.map(|(number, line)| format!("{}:{}: {}", self.path, number + 1, line.trim())).collect()
    }
}

/// The repository's root.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every file under a directory of the repository with this extension.
pub fn files(directory: &str, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut waiting = vec![root().join(directory)];
    while let Some(directory) = waiting.pop() {
        for entry in fs::read_dir(&directory).unwrap_or_else(|error| panic!("{}: {error}", directory.display())) {
            let path = entry.expect("a directory entry").path();
            if path.is_dir() {
                waiting.push(path);
            } else if path.extension().is_some_and(|found| found == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// The program's own files. Those that are wholly unit tests (`#[cfg(test)] mod name;`) are left out.
pub fn sources() -> Vec<Source> {
    let all: Vec<Source> = files("src", "rs").iter().map(|path| read(path)).collect();
    let test_files: Vec<String> = all.iter().flat_map(test_modules).collect();
    let is_test = |path: &str| {
        test_files.iter().any(|test| path == format!("{test}.rs") || path.starts_with(&format!("{test}/")))
    };
    all.into_iter().filter(|source| !is_test(&source.path)).collect()
}

fn read(path: &Path) -> Source {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let path = path.strip_prefix(root()).expect("files are under the root").display().to_string();
    let (code, strings) = separate(before_tests(&text));
    Source { path, text, code, strings }
}

/// Unit tests stand at the end of a file, behind `#[cfg(test)] mod tests {`.
fn before_tests(text: &str) -> &str {
    let start = text
        .match_indices("#[cfg(test)]\nmod ")
        .find(|(at, _)| text[*at..].lines().nth(1).is_some_and(|line| line.trim_end().ends_with('{')));
    start.map_or(text, |(at, _)| &text[..at])
}

/// Paths (without extension) of the modules this file declares for tests only.
fn test_modules(source: &Source) -> Vec<String> {
    let directory = source.path.strip_suffix("/mod.rs").or(source.path.strip_suffix(".rs")).unwrap_or_default();
    let directory = if directory == "src/lib" { "src" } else { directory };
    let declarations = source.text.split("#[cfg(test)]\nmod ").skip(1);
    declarations
        .filter_map(|rest| rest.lines().next()?.strip_suffix(';'))
        .map(|name| format!("{directory}/{name}"))
        .collect()
}

/// Rust's lexical grammar as far as it decides what is a comment, a string, or code.
fn separate(text: &str) -> (String, Vec<(usize, String)>) {
    let mut code = String::with_capacity(text.len());
    let mut strings = Vec::new();
    let mut line = 1;
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (length, string) = if rest.starts_with("//") {
            (rest.find('\n').unwrap_or(rest.len()), None)
        } else if rest.starts_with("/*") {
            (rest.find("*/").map_or(rest.len(), |at| at + 2), None)
        } else if first == '"' {
            let length = quoted_length(rest);
            (length, Some(rest[1..length].trim_end_matches('"')))
        } else if let Some((opening, closing)) = raw_string_marks(rest).filter(|_| !ends_in_word(&code)) {
            let end = rest[opening..].find(&closing).map_or(rest.len(), |at| opening + at);
            ((end + closing.len()).min(rest.len()), Some(&rest[opening..end]))
        } else {
            // A character literal holding a quote would open a string.
            let length = if rest.starts_with("'\"'") {
                3
            } else if rest.starts_with("'\\\"'") {
                4
            } else {
                first.len_utf8()
            };
            code.push_str(&rest[..length]);
            line += usize::from(first == '\n');
            rest = &rest[length..];
            continue;
        };
        if let Some(string) = string {
            strings.push((line, string.to_owned()));
            code.push_str("\"\"");
        }
        let newlines = rest[..length].matches('\n').count();
        code.extend(std::iter::repeat_n('\n', newlines));
        line += newlines;
        rest = &rest[length..];
    }
    (code, strings)
}

/// Length of a string literal with its quotes.
fn quoted_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, character) in text.char_indices().skip(1) {
        match character {
            '"' if !escaped => return at + 1,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    text.len()
}

/// For `r"`, `r#"`, …: the length of the opening, and the closing.
fn raw_string_marks(text: &str) -> Option<(usize, String)> {
    let after = text.strip_prefix('r')?;
    let hashes = after.bytes().take_while(|byte| *byte == b'#').count();
    after[hashes..].starts_with('"').then(|| (hashes + 2, format!("\"{}", "#".repeat(hashes))))
}

fn ends_in_word(code: &str) -> bool {
    code.ends_with(|character: char| character.is_alphanumeric() || character == '_')
}

#[test]
fn strings_and_comments_are_told_from_code() {
    let text = "let a = \"é // \\\" \"; // ç\nlet b = r#\"à \" \"#; /* ù\n */ let c = '\"'; let bar\"x\";";
    let (code, strings) = separate(text);
    let strings: Vec<(usize, &str)> = strings.iter().map(|(line, string)| (*line, string.as_str())).collect();
    assert_eq!(strings, [(1, "é // \\\" "), (2, "à \" "), (3, "x")]);
    assert_eq!(code, "let a = \"\"; \nlet b = \"\"; \n let c = '\"'; let bar\"\";");
}
