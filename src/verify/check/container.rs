//! [`ContainerCheck`]: "there is a container such that …". Every field given must hold of the same container.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::verify::Name;

/// What is asked of a container; an absent field asks nothing.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(default)]
pub struct ContainerCheck {
    /// It was created from this image: a reference (`alpine`, `alpine:latest`) or the name of an image bound before.
    pub image: Option<String>,
    /// Its name, without the leading slash.
    pub name: Option<String>,
    /// The whole command it runs (entrypoint and arguments): the words, in order, each present.
    pub command: Option<OneOrMany>,
    /// Its status now.
    pub status: Option<OneOrManyStates>,
    /// Its last exit code; only a container that has exited has one.
    pub exit_code: Option<i64>,
    /// Created with `-t` or without.
    pub tty: Option<bool>,
    /// Created with `-i` (standard input kept open) or without.
    pub interactive: Option<bool>,
    /// Started with `-d` (nothing attached at creation) or without.
    pub detached: Option<bool>,
    /// Created with `--rm` or without.
    pub auto_remove: Option<bool>,
    /// Environment variables it has, with these values.
    pub env: BTreeMap<String, String>,
    /// Labels it has, with these values.
    pub labels: BTreeMap<String, String>,
    /// Mounts it has.
    pub mounts: Vec<MountCheck>,
    /// Its network mode: `none`, `host`, `default`.
    pub network: Option<String>,
    /// It is the container bound under this name.
    pub is: Option<Name>,
    /// It is none of the containers bound under these names.
    pub not: Option<OneOrManyNames>,
    /// When it was created.
    pub created: Option<Since>,
    /// When it was last started.
    pub started: Option<Since>,
    /// When it last finished.
    pub finished: Option<Since>,
    /// What `docker diff` shows of it: each of these changes.
    pub changed: Option<OneOrManyChanges>,
    /// How many such containers there are, when one is not the point.
    pub count: Option<CountCheck>,
    /// There is no such container.
    pub absent: bool,
}

/// A word or several.
pub type OneOrMany = Several<String>;
/// A status or several, any of which will do.
pub type OneOrManyStates = Several<ContainerState>;
/// A name or several.
pub type OneOrManyNames = Several<Name>;
/// A change or several, all of which must be there.
pub type OneOrManyChanges = Several<ChangeCheck>;

/// One value or a list of them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Several<T> {
    /// One value.
    One(T),
    /// A list.
    Many(Vec<T>),
}

impl<T> Several<T> {
    /// The values in order.
    pub fn as_slice(&self) -> &[T] {
        match self {
            Self::One(value) => std::slice::from_ref(value),
            Self::Many(values) => values,
        }
    }
}

/// A container's status, in Docker's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ContainerState {
    /// Made, never started.
    Created,
    /// Its first process runs.
    Running,
    /// Frozen.
    Paused,
    /// Between two runs.
    Restarting,
    /// Ended.
    Exited,
    /// Could not be removed, or is broken.
    Dead,
}

impl ContainerState {
    /// Docker's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Running => "running",
            Self::Paused => "paused",
            Self::Restarting => "restarting",
            Self::Exited => "exited",
            Self::Dead => "dead",
        }
    }
}

/// A moment, told by the step it falls in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Since {
    /// After the current step began.
    DuringStep,
    /// Before the current step began.
    BeforeStep,
}

/// A line of `docker diff`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeCheck {
    /// The absolute path in the container.
    pub path: String,
    /// What happened to it.
    pub kind: ChangeKind,
}

/// The three letters of `docker diff`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum ChangeKind {
    /// Added.
    A,
    /// Changed.
    C,
    /// Deleted.
    D,
}

impl ChangeKind {
    /// Docker's letter.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::C => "C",
            Self::D => "D",
        }
    }
}

/// A mount a container has.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MountCheck {
    /// Where it appears in the container.
    pub target: String,
    /// `bind` or `volume`.
    pub kind: Option<String>,
    /// The host path or the volume's name.
    pub source: Option<String>,
    /// Mounted read-only or not.
    pub read_only: Option<bool>,
}

/// How many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CountCheck {
    /// At least this many.
    pub at_least: Option<usize>,
    /// At most this many: strict, leftovers count.
    pub at_most: Option<usize>,
}

impl ContainerCheck {
    /// The bound names it reads. `image` may be one too, but a reference is as good, so it is not listed.
    pub fn references(&self) -> Vec<&Name> {
        let not = self.not.as_ref().map_or(&[][..], Several::as_slice);
        self.is.iter().chain(not).collect()
    }
}
