//! What a shell remembers and a subshell inherits: variables, functions, options, parameters.
//!
//! Serialisable as a whole, since a subshell is another process of ours. Descriptors and jobs are not here.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde::{Deserialize, Serialize};

use super::syntax::Command;

/// A variable.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Variable {
    /// `None` when only marked, as by `export NAME`.
    pub value: Option<String>,
    /// Given to programs.
    pub exported: bool,
    /// Refuses to change.
    pub readonly: bool,
}

/// What `set` switches, by letter.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Options {
    letters: Vec<char>,
    /// `set -o pipefail`, which has no letter.
    pub pipefail: bool,
}

/// The options with a letter and their long names.
pub const OPTION_NAMES: [(char, &str); 12] = [
    ('e', "errexit"),
    ('f', "noglob"),
    ('I', "ignoreeof"),
    ('i', "interactive"),
    ('m', "monitor"),
    ('n', "noexec"),
    ('s', "stdin"),
    ('x', "xtrace"),
    ('v', "verbose"),
    ('C', "noclobber"),
    ('a', "allexport"),
    ('u', "nounset"),
];

impl Options {
    /// Whether the option with this letter is on.
    pub fn has(&self, letter: char) -> bool {
        self.letters.contains(&letter)
    }

    /// Switches an option; false when there is none with this letter.
    pub fn switch(&mut self, letter: char, on: bool) -> bool {
        self.letters.retain(|&known| known != letter);
        let known = OPTION_NAMES.iter().any(|(known, _)| *known == letter) || "bclhE".contains(letter);
        if known && on {
            self.letters.push(letter);
        }
        known
    }

    /// `$-`
    pub fn letters(&self) -> String {
        self.letters.iter().collect()
    }
}

/// Everything a subshell starts from.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct State {
    /// `$0`, which also heads the messages.
    pub name: String,
    /// The script being read: its messages carry line numbers.
    pub reads_script: bool,
    /// All variables, the environment included.
    pub variables: BTreeMap<String, Variable>,
    /// Functions by name.
    pub functions: BTreeMap<String, Rc<Command>>,
    /// Aliases by name.
    pub aliases: BTreeMap<String, String>,
    /// `$1`, `$2`, …
    pub positional: Vec<String>,
    /// `set` options.
    pub options: Options,
    /// Actions by signal name without `SIG`, `EXIT` included; an empty action ignores the signal.
    pub traps: BTreeMap<String, String>,
    /// `$?`
    pub last_status: i32,
    /// `$!`
    pub last_background: Option<i32>,
    /// `$$`
    pub shell_pid: u32,
    /// What functions hide: for each call, the variables to give back.
    pub hidden: Vec<Vec<(String, Option<Variable>)>>,
    /// Position inside a group of option letters, for `getopts`.
    pub getopts_offset: usize,
    /// Line of the command being run.
    pub line: usize,
}

/// A refusal to change a variable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}: is read only")]
pub struct ReadOnly(pub String);

impl State {
    /// A variable's value.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.variables.get(name)?.value.as_deref()
    }

    /// Gives a variable a value, keeping its marks.
    pub fn set(&mut self, name: &str, value: impl Into<String>) -> Result<(), ReadOnly> {
        let exports = self.options.has('a');
        let variable = self.variables.entry(name.to_owned()).or_default();
        if variable.readonly {
            return Err(ReadOnly(name.to_owned()));
        }
        variable.value = Some(value.into());
        variable.exported |= exports;
        Ok(())
    }

    /// Forgets a variable.
    pub fn unset(&mut self, name: &str) -> Result<(), ReadOnly> {
        if self.variables.get(name).is_some_and(|variable| variable.readonly) {
            return Err(ReadOnly(name.to_owned()));
        }
        self.variables.remove(name);
        Ok(())
    }

    /// What programs are given.
    pub fn environment(&self) -> impl Iterator<Item = (&str, &str)> {
        self.variables
            .iter()
            .filter(|(_, variable)| variable.exported)
            .filter_map(|(name, variable)| Some((name.as_str(), variable.value.as_deref()?)))
    }

    /// Hides a variable until the present function returns. False outside functions.
    pub fn localize(&mut self, name: &str) -> bool {
        let Some(scope) = self.hidden.last_mut() else { return false };
        if !scope.iter().any(|(hidden, _)| hidden == name) {
            scope.push((name.to_owned(), self.variables.get(name).cloned()));
        }
        true
    }

    /// Gives back what the function hid.
    pub fn leave_function(&mut self) {
        for (name, variable) in self.hidden.pop().unwrap_or_default().into_iter().rev() {
            match variable {
                Some(variable) => self.variables.insert(name, variable),
                None => self.variables.remove(&name),
            };
        }
    }

    /// The characters that split fields.
    pub fn separators(&self) -> String {
        self.variables
            .get("IFS")
            .map_or_else(|| " \t\n".to_owned(), |variable| variable.value.clone().unwrap_or_default())
    }
}

/// Whether `name` can be a variable's.
pub fn is_name(name: &str) -> bool {
    let mut characters = name.chars();
    characters.next().is_some_and(|c| c == '_' || c.is_ascii_alphabetic())
        && characters.all(|c| c == '_' || c.is_ascii_alphanumeric())
}
