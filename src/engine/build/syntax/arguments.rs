//! The words after an instruction's name. Each instruction has its own way of cutting them.

use super::quote::quote;

/// How the words were written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `["a", "b"]`.
    Exec,
    /// Anything else.
    Shell,
}

/// The words of an instruction.
pub(super) type Words = (Vec<String>, Form);

/// Cuts the words of an instruction, by its lower-case name. Nothing for an unknown one.
pub(super) fn parse_arguments(name: &str, rest: &str, escape: char) -> Result<Words, String> {
    match name {
        "add" | "copy" | "volume" => json_or(rest, split_spaces),
        "cmd" | "entrypoint" | "run" | "shell" => json_or(rest, whole),
        "env" | "label" => Ok((names_and_values(rest, &name.to_uppercase(), escape)?, Form::Shell)),
        "arg" => Ok((quoted_words(rest, escape), Form::Shell)),
        "expose" | "from" => Ok((split_spaces(rest), Form::Shell)),
        "maintainer" | "stopsignal" | "user" | "workdir" => Ok((whole(rest), Form::Shell)),
        "healthcheck" => health_check(rest),
        _ => Ok((Vec::new(), Form::Shell)),
    }
}

/// Spaces as the splitting rules of these instructions know them.
fn is_space(character: char) -> bool {
    matches!(character, '\t' | '\u{b}' | '\u{c}' | '\r' | ' ')
}

fn whole(rest: &str) -> Vec<String> {
    if rest.is_empty() { Vec::new() } else { vec![rest.to_owned()] }
}

fn split_spaces(rest: &str) -> Vec<String> {
    rest.split(is_space).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// A JSON array of strings, or else what `otherwise` makes of it. An array of anything else is an error.
fn json_or(rest: &str, otherwise: fn(&str) -> Vec<String>) -> Result<Words, String> {
    let json = rest.trim_start();
    if json.starts_with('[')
        && let Ok(values) = serde_json::from_str::<Vec<serde_json::Value>>(json)
    {
        let words: Option<Vec<String>> = values
            .into_iter()
            .map(|value| match value {
                serde_json::Value::String(text) => Some(text),
                _ => None,
            })
            .collect();
        let mixed = "when using JSON array syntax, arrays must be comprised of strings only";
        return words.map(|words| (words, Form::Exec)).ok_or_else(|| mixed.to_owned());
    }
    Ok((otherwise(rest), Form::Shell))
}

/// Words separated by spaces outside quotes. Quotes and escapes stay for the expansion that comes later.
fn quoted_words(rest: &str, escape: char) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut quote: Option<char> = None;
    let mut blank_allowed = false;
    let mut characters = rest.chars().peekable();
    while let Some(character) = characters.next() {
        let literal_quote = quote == Some('\'');
        match quote {
            None if character.is_whitespace() => {
                if blank_allowed || !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
                blank_allowed = false;
                continue;
            }
            None if matches!(character, '\'' | '"') => {
                quote = Some(character);
                blank_allowed = true;
            }
            Some(mark) if character == mark => quote = None,
            _ => {}
        }
        if character == escape && !literal_quote {
            // At the very end it is dropped; elsewhere it protects the next character.
            let Some(escaped) = characters.next() else { break };
            word.push(character);
            word.push(escaped);
        } else {
            word.push(character);
        }
    }
    if blank_allowed || !word.is_empty() {
        words.push(word);
    }
    words
}

/// `name value` or `name=value …`: three words each, the last being the separator.
fn names_and_values(rest: &str, instruction: &str, escape: char) -> Result<Vec<String>, String> {
    let words = quoted_words(rest, escape);
    let Some(first) = words.first() else { return Ok(Vec::new()) };
    if !first.contains('=') {
        let Some((name, value)) = rest.split_once(is_space) else {
            return Err(format!("{instruction} must have two arguments"));
        };
        return Ok(vec![name.to_owned(), value.trim_start_matches(is_space).to_owned(), String::new()]);
    }
    let mut triples = Vec::new();
    for word in words {
        let Some((name, value)) = word.split_once('=') else {
            return Err(format!("Syntax error - can't find = in {}. Must be of the form: name=value", quote(&word)));
        };
        triples.extend([name.to_owned(), value.to_owned(), "=".to_owned()]);
    }
    Ok(triples)
}

/// `NONE`, or `CMD` and a command in either form.
fn health_check(rest: &str) -> Result<Words, String> {
    if rest.is_empty() {
        return Ok((Vec::new(), Form::Shell));
    }
    let (kind, command) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let (mut words, form) = json_or(command.trim_start(), whole)?;
    words.insert(0, kind.to_owned());
    Ok((words, form))
}
