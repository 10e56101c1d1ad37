//! Checks on what can be observed: logs, processes, and commands run since the step began.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::container::OneOrMany;
use crate::verify::Name;

/// The logs of a container contain a text.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogsCheck {
    /// The container, bound before.
    #[serde(rename = "in")]
    pub container: Name,
    /// Each of these appears.
    pub contains: OneOrMany,
}

/// A process is running in a container.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProcessCheck {
    /// The container, bound before.
    #[serde(rename = "in")]
    pub container: Name,
    /// Its command line contains this.
    pub command: String,
    /// It has this pid inside the container.
    pub pid: Option<u32>,
}

/// A command was run since the step began, whatever the spelling: `docker ps -a` and `docker container ls --all` are one.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RanCheck {
    /// The verb's full name, without `docker`: `container ls`, `image history`, `version`.
    pub command: String,
    /// Flags it had, by long name: `all = true`, `tail = "5"`.
    #[serde(default)]
    pub flags: BTreeMap<String, FlagValue>,
    /// It was about what is bound under this name (by id, prefix or name).
    pub target: Option<Name>,
    /// It ended with this code; 0 when not written.
    #[serde(default)]
    pub exit_code: Option<i64>,
}

/// The value of a flag.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum FlagValue {
    /// Given or not.
    Switch(bool),
    /// Given with a number.
    Number(i64),
    /// Given with a text.
    Text(String),
}
