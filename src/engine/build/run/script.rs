//! RUN with here-documents: what the shell is given, or the program itself.

use crate::engine::build::BuildError;
use crate::engine::build::syntax::{CommandLine, Form, HereDocument, RunCommand};

/// Where a here-document that is a program stands while it runs.
const PIPES: &str = "/dev/pipes";

/// What a RUN amounts to.
pub(super) struct Script {
    /// The command.
    pub(super) command: CommandLine,
    /// A program to be put in the container: its place and its text.
    pub(super) program: Option<(String, String)>,
    /// The beginning of the document, for the title.
    pub(super) summary: Option<String>,
}

/// A here-document alone is the command itself, or a program when it begins with `#!`; with other words the shell reads
/// them all.
pub(super) fn of(run: &RunCommand) -> Result<Script, BuildError> {
    let mut command = run.command.clone();
    let ([first, ..], [word]) = (run.here_documents.as_slice(), command.words.as_mut_slice()) else {
        return Ok(Script { command, program: None, summary: None });
    };
    if !matches!(HereDocument::announced_by(word.trim()), Ok(Some(_))) {
        append(word, &run.here_documents);
        return Ok(Script { command, program: None, summary: None });
    }
    let text = first.text();
    let summary = Some(summary(&text));
    if !first.content.starts_with("#!") {
        return Ok(Script { command: CommandLine { form: Form::Shell, words: vec![text] }, program: None, summary });
    }
    if first.name.contains('/') || first.name.starts_with('.') {
        return Err(BuildError::Invalid(format!("invalid name for a here-document: {}", first.name)));
    }
    let place = format!("{PIPES}/{}", first.name);
    let command = CommandLine { form: Form::Shell, words: vec![place.clone()] };
    Ok(Script { command, program: Some((place, text)), summary })
}

fn append(word: &mut String, documents: &[HereDocument]) {
    for document in documents {
        word.push('\n');
        word.push_str(&document.content);
        word.push_str(&document.name);
    }
}

/// `echo one...`
fn summary(text: &str) -> String {
    let mut lines = text.trim().lines();
    let first = lines.next().unwrap_or_default().to_owned();
    if lines.next().is_some() { first + "..." } else { first }
}
