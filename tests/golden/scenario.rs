//! In which order transcripts are replayed. One act a line:
//! `$ command` sets something up, `case NAME`, with one word of [`Order`] more or none, replays, `case NAME if COMMAND` only
//! where the command succeeds, `skip NAME… -- reason` says why not. `engine NAME` goes on with an engine that has nothing yet,
//! `engine NAME if COMMAND` only where the command succeeds.

use std::fs;
use std::path::Path;

/// What happens, in order.
#[derive(Debug)]
pub struct Scenario {
    /// In order.
    pub acts: Vec<Act>,
}

/// One line of a scenario.
#[derive(Debug)]
pub enum Act {
    /// Must succeed; what it prints is nobody's business.
    Set(String),
    /// Is replayed and compared.
    Case { name: String, order: Order, condition: Option<String> },
    /// What follows happens in a state root of its own.
    Engine { name: String, condition: Option<String> },
    /// Cannot apply.
    Skip { names: Vec<String>, reason: String },
}

/// What is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Every line, in order.
    Kept,
    /// Every line: Docker promises no order.
    Sorted,
    /// Help: the descriptions are ours, names and layout are Docker's.
    Described,
    /// The headings of tables: what stands below them is what else was there.
    Titles,
    /// The names of the fields of JSON, in order: the values are of the engine that was recorded.
    Fields,
}

impl Scenario {
    /// Reads a scenario.
    pub fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let lines = text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#'));
        Self { acts: lines.map(|line| act(line).unwrap_or_else(|| panic!("not an act: {line}"))).collect() }
    }

    /// Every transcript it names.
    pub fn named(&self) -> impl Iterator<Item = &str> {
        self.acts.iter().flat_map(|act| match act {
            Act::Set(_) | Act::Engine { .. } => Vec::new(),
            Act::Case { name, .. } => vec![name.as_str()],
            Act::Skip { names, .. } => names.iter().map(String::as_str).collect(),
        })
    }

    /// What cannot apply, and why.
    pub fn skipped(&self) -> impl Iterator<Item = (&str, &str)> {
        self.acts.iter().flat_map(|act| match act {
            Act::Skip { names, reason } => names.iter().map(|name| (name.as_str(), reason.as_str())).collect(),
            _ => Vec::new(),
        })
    }
}

fn act(line: &str) -> Option<Act> {
    if let Some(command) = line.strip_prefix("$ ") {
        return Some(Act::Set(command.to_owned()));
    }
    if let Some(rest) = line.strip_prefix("skip ") {
        let (names, reason) = rest.split_once(" -- ")?;
        let names = names.split_whitespace().map(str::to_owned).collect();
        return Some(Act::Skip { names, reason: reason.to_owned() });
    }
    let (rest, condition) = line.split_once(" if ").map_or((line, None), |(rest, command)| (rest, Some(command)));
    let condition = condition.map(str::to_owned);
    if let Some(name) = rest.strip_prefix("engine ") {
        return Some(Act::Engine { name: name.to_owned(), condition });
    }
    let rest = rest.strip_prefix("case ")?;
    let (name, order) = match rest.split_once(' ') {
        Some((name, "sorted")) => (name, Order::Sorted),
        Some((name, "described")) => (name, Order::Described),
        Some((name, "titles")) => (name, Order::Titles),
        Some((name, "fields")) => (name, Order::Fields),
        Some(_) => return None,
        None => (rest, Order::Kept),
    };
    Some(Act::Case { name: name.to_owned(), order, condition })
}
