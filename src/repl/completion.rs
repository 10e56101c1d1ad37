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

/// What docker proposes: whole words, and, when a path of the host may stand there, how many bytes of the word come before.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Proposed {
    /// Whole words.
    pub words: Vec<String>,
    /// Where a path of the host begins.
    pub path_after: Option<usize>,
}

/// Proposes what may stand after `docker`: given the words before and the beginning of the present one, quotes removed.
pub type DockerWords = Box<dyn Fn(&[String], &str) -> Proposed>;

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
        let Place { words, start, typed, after_redirection } = place(before);
        // What was begun in quotes goes on in them.
        let quote = before[start..].chars().next().filter(|first| matches!(first, '\'' | '"'));
        let found = if after_redirection {
            paths(&typed, 0)
        } else if words.is_empty() {
            let mut known: Vec<String> = self.course_commands.clone();
            known.push("docker".to_owned());
            let known = starting_with(known, &typed);
            if known.is_empty() { paths(&typed, 0) } else { known }
        } else if words[0] == "docker" {
            let Proposed { words, path_after } = (self.docker)(&words[1..], &typed);
            let paths = path_after.map(|after| paths(&typed, after.min(typed.len()))).unwrap_or_default();
            [starting_with(words, &typed), paths].concat()
        } else {
            paths(&typed, 0)
        };
        (start, found.into_iter().map(|word| candidate(word, quote)).collect())
    }
}

/// Where the cursor is.
struct Place {
    /// The finished words of the command it is in.
    words: Vec<String>,
    /// Where the present word starts in the line.
    start: usize,
    /// The present word, quotes removed.
    typed: String,
    /// A file's name stands here.
    after_redirection: bool,
}

fn place(before: &str) -> Place {
    let Scan { tokens, .. } = scan(before);
    let mut place = Place { words: Vec::new(), start: before.len(), typed: String::new(), after_redirection: false };
    let mut redirected = false;
    for token in &tokens {
        match token {
            Token::Word(word) if word.span.end == before.len() => {
                place.start = word.span.start;
                place.typed.clone_from(&word.text);
                place.after_redirection = redirected;
            }
            // The name of a file it is redirected to is none of the command's words.
            Token::Word(_) if redirected => redirected = false,
            Token::Word(word) => place.words.push(word.text.clone()),
            Token::Operator(range) if before[range.clone()].contains(['<', '>']) => redirected = true,
            Token::Operator(_) | Token::Comment(_) => {
                place.words.clear();
                redirected = false;
            }
        }
    }
    if place.start == before.len() {
        place.after_redirection = redirected;
    }
    place
}

fn starting_with(known: Vec<String>, typed: &str) -> Vec<String> {
    let mut fitting: Vec<String> = known.into_iter().filter(|word| word.starts_with(typed)).collect();
    fitting.dedup();
    fitting
}

/// A word as it is typed: a directory, `name=` or a template may go on, so no space comes after.
fn candidate(word: String, quote: Option<char>) -> Candidate {
    let goes_on = word.ends_with(['/', '=', ':', '}', ' ']);
    let replacement = match quote {
        Some(quote) if goes_on => format!("{quote}{word}"),
        Some(quote) => format!("{quote}{word}{quote} "),
        None if goes_on => word.clone(),
        None => format!("{word} "),
    };
    Candidate { display: word, replacement }
}

/// The paths of the host that begin as the word does from `after` on.
fn paths(word: &str, after: usize) -> Vec<String> {
    let (prefix, typed) = word.split_at(if word.is_char_boundary(after) { after } else { 0 });
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
            (!hidden && plain && name.starts_with(beginning)).then(|| format!("{prefix}{shown}{name}{slash}"))
        })
        .collect();
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn completions() -> Completions {
        Completions {
            course_commands: vec!["indice".into(), "suivant".into()],
            docker: Box::new(|words, typed| match words {
                [] => Proposed { words: vec!["run".into(), "rm".into(), "ps".into()], path_after: None },
                [verb, ..] if verb == "rm" => Proposed { words: vec!["web".into()], path_after: None },
                [.., flag] if flag == "-f" => Proposed { words: vec!["{{.Names}}".into()], path_after: None },
                [.., flag] if flag == "-v" => Proposed { words: vec!["vol".into()], path_after: Some(0) },
                [.., flag] if flag == "--mount" => {
                    Proposed { words: Vec::new(), path_after: typed.find("source=").map(|at| at + 7) }
                }
                _ => Proposed::default(),
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
        assert_eq!(proposed("docker ps > f docker r"), [""; 0]);
        assert_eq!(proposed("do"), ["docker "]);
    }

    #[test]
    fn paths_are_proposed_where_they_may_stand() {
        assert_eq!(proposed("cat /et"), ["/etc/"]);
        assert_eq!(proposed("docker logs web > /et"), ["/etc/"]);
        assert!(proposed("docker run -v /et").contains(&"/etc/".to_owned()));
        assert_eq!(proposed("docker run -v vo"), ["vol "]);
        assert_eq!(proposed("docker run --mount type=bind,source=/et"), ["type=bind,source=/etc/"]);
        assert!(proposed("docker inspect /et").is_empty());
    }

    #[test]
    fn what_began_in_quotes_goes_on_in_them() {
        assert_eq!(proposed("docker ps -f '{{.Na"), ["'{{.Names}}"]);
        assert_eq!(proposed("docker rm \"w"), ["\"web\" "]);
    }
}
