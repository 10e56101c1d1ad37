//! One instruction as written: name, flags, words. What they mean is for [`super::Instruction`] to say.

use std::fmt;

use super::arguments::{Form, parse_arguments};
use super::flags::split_flags;
use super::here_document::HereDocument;
use super::quote::{quote, quote_list};
use super::span::Span;

/// One instruction as written. `Display` is its S-expression, the form in which parsers are compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// As typed.
    pub name: String,
    /// `--name=value`, before the words.
    pub flags: Vec<String>,
    /// The words; three for each pair of ENV and LABEL (name, value, separator).
    pub words: Vec<String>,
    /// How they were written.
    pub form: Form,
    /// What follows it.
    pub here_documents: Vec<HereDocument>,
    /// The instruction an ONBUILD keeps for later.
    pub trigger: Option<Box<Node>>,
    /// The whole line, continuations joined.
    pub original: String,
    /// Where it stands.
    pub span: Span,
    /// The comment lines right above it, without their mark.
    pub comments: Vec<String>,
}

impl Node {
    /// Cuts one logical line.
    pub(super) fn parse(line: &str, escape: char, span: Span) -> Result<Self, String> {
        let trimmed = line.trim();
        let (name, rest) = trimmed.split_once(char::is_whitespace).unwrap_or((trimmed, ""));
        let (flags, rest) = split_flags(rest.trim_start());
        let rest = rest.trim();
        let lower = name.to_ascii_lowercase();
        let (words, form) = parse_arguments(&lower, rest, escape)?;
        let trigger = if lower == "onbuild" && !rest.is_empty() {
            Some(Box::new(Self::parse(rest, escape, span)?))
        } else {
            None
        };
        Ok(Self {
            name: name.to_owned(),
            flags,
            words,
            form,
            here_documents: Vec::new(),
            trigger,
            original: line.to_owned(),
            span,
            comments: Vec::new(),
        })
    }

    /// Whether `<<` announces here-documents in it.
    pub(super) fn may_have_here_documents(&self) -> bool {
        let node = self.trigger.as_deref().unwrap_or(self);
        let name = node.name.to_ascii_lowercase();
        matches!(name.as_str(), "add" | "copy" | "run") && node.form == Form::Shell
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "({}", self.name.to_ascii_lowercase())?;
        if !self.flags.is_empty() {
            write!(f, " {}", quote_list(&self.flags))?;
        }
        if let Some(trigger) = &self.trigger {
            write!(f, " {trigger}")?;
        }
        for word in &self.words {
            write!(f, " {}", quote(word))?;
        }
        f.write_str(")")
    }
}
