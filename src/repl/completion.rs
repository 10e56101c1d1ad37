//! What may follow on the line: course commands, docker's words, names of the engine's things, paths.

use std::fs;
use std::path::Path;

use super::scan::{Scan, Token, scan};

/// A way to go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// As listed.
    pub display: String,
    /// As typed.
    pub replacement: String,
}

/// Proposes words after `docker`: given the words before and the beginning of the present one.
pub type DockerWords = Box<dyn Fn(&[String], &str) -> Vec<String>>;

/// All that can be proposed.
pub struct Completions {
    /// The course's own commands.
    pub course_commands: Vec<String>,
    /// Docker's words, from its own tables.
    pub docker: DockerWords,
}

impl Completions {
    /// Where the word under the cursor starts, and what it may become.
    pub fn complete(&self, line: &str, position: usize) -> (usize, Vec<Candidate>) {
        let before = &line[..position];
        let (words, start) = present_command(before);
        let typed = &before[start..];
        if words.is_empty() {
            let mut known: Vec<String> = self.course_commands.clone();
            known.push("docker".to_owned());
            return (start, starting_with(&known, typed));
        }
        if words[0] == "docker" {
            let proposed = (self.docker)(&words[1..], typed);
            if !proposed.is_empty() {
                return (start, starting_with(&proposed, typed));
            }
        }
        (start, paths(typed))
    }
}

/// The finished words of the command the cursor is in, and where the present word starts.
fn present_command(before: &str) -> (Vec<String>, usize) {
    let Scan { tokens, .. } = scan(before);
    let mut words = Vec::new();
    let mut start = before.len();
    for token in &tokens {
        match token {
            Token::Word(word) if word.span.end == before.len() => start = word.span.start,
            Token::Word(word) => words.push(word.text.clone()),
            Token::Operator(range) if before[range.clone()].contains(['<', '>']) => {}
            Token::Operator(_) | Token::Comment(_) => words.clear(),
        }
    }
    (words, start)
}

fn starting_with(known: &[String], typed: &str) -> Vec<Candidate> {
    let mut fitting: Vec<&String> = known.iter().filter(|word| word.starts_with(typed)).collect();
    fitting.dedup();
    fitting
        .into_iter()
        // A directory or `name=` is only half a word: no space after it.
        .map(|word| {
            let space = if word.ends_with(['/', '=', ':']) { "" } else { " " };
            Candidate { display: word.clone(), replacement: format!("{word}{space}") }
        })
        .collect()
}

fn paths(typed: &str) -> Vec<Candidate> {
    let (directory, beginning) = typed.rsplit_once('/').map_or(("", typed), |(directory, rest)| (directory, rest));
    let shown = if typed.contains('/') { format!("{directory}/") } else { String::new() };
    let place = match (directory, typed.starts_with('/')) {
        ("", true) => Path::new("/"),
        ("", false) => Path::new("."),
        (directory, _) => Path::new(directory),
    };
    let mut found: Vec<String> = fs::read_dir(place)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let hidden = name.starts_with('.') && !beginning.starts_with('.');
            let plain = !name.contains(|c: char| c.is_whitespace() || "'\"\\$`&|;<>()*?[]{}!#".contains(c));
            let slash = if entry.path().is_dir() { "/" } else { "" };
            (!hidden && plain && name.starts_with(beginning)).then(|| format!("{shown}{name}{slash}"))
        })
        .collect();
    found.sort();
    starting_with(&found, typed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn completions() -> Completions {
        Completions {
            course_commands: vec!["indice".into(), "suivant".into()],
            docker: Box::new(|words, _| match words {
                [] => vec!["run".into(), "rm".into(), "ps".into()],
                [verb, ..] if verb == "rm" => vec!["web".into()],
                _ => Vec::new(),
            }),
        }
    }

    fn proposed(line: &str) -> Vec<String> {
        completions().complete(line, line.len()).1.into_iter().map(|word| word.replacement).collect()
    }

    #[test]
    fn words_are_proposed_by_place() {
        assert_eq!(proposed("ind"), ["indice "]);
        assert_eq!(proposed("docker r"), ["run ", "rm "]);
        assert_eq!(proposed("docker rm "), ["web "]);
        assert_eq!(proposed("echo x | docker p"), ["ps "]);
        assert_eq!(proposed("do"), ["docker "]);
    }

    #[test]
    fn paths_are_proposed_where_nothing_else_is() {
        assert_eq!(proposed("cat /et"), ["/etc/"]);
        assert!(proposed("docker run -v /et").contains(&"/etc/".to_owned()));
    }
}
