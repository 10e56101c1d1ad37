//! [`Line`]: something a person types at the prompt, in a solution, a set-up or a wrong way.

use serde::Deserialize;

/// A line for the learner's shell.
///
/// Placeholders (`{container:premier.id}`) are replaced by what was bound before the line is run.
/// A text of several lines (a here-document) is run as one.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Line {
    /// Run as it is, standard input empty.
    Plain(String),
    /// Run on a terminal, and typed into.
    Typed(TypedLine),
}

/// A line run on a terminal of its own, in which more is then typed: `docker run -it alpine`, then `exit 3`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TypedLine {
    /// The line itself.
    pub run: String,
    /// What is typed, a line at a time, each once the terminal is quiet. End of file follows the last.
    #[serde(rename = "type")]
    pub typed: Vec<String>,
}

impl Line {
    /// The line itself, without what is typed into it.
    pub fn text(&self) -> &str {
        match self {
            Self::Plain(text) => text,
            Self::Typed(line) => &line.run,
        }
    }

    /// What is typed into it.
    pub fn typed(&self) -> &[String] {
        match self {
            Self::Plain(_) => &[],
            Self::Typed(line) => &line.typed,
        }
    }

    /// The same line with every text passed through `change`.
    pub fn map<E>(&self, mut change: impl FnMut(&str) -> Result<String, E>) -> Result<Self, E> {
        Ok(match self {
            Self::Plain(text) => Self::Plain(change(text)?),
            Self::Typed(line) => {
                let run = change(&line.run)?;
                let typed = line.typed.iter().map(|text| change(text)).collect::<Result<_, E>>()?;
                Self::Typed(TypedLine { run, typed })
            }
        })
    }
}
