//! One verb as it is declared: its names, its arguments, its flags, and how it is read.

use super::command::DockerCommand;
use super::failure::Failure;
use super::flag::Flag;
use super::words::Words;

/// A declared verb.
#[derive(Debug)]
pub struct Verb {
    /// Every way to call it, the management form first, as `--help` lists them: `container ls`, …, `ps`.
    pub names: &'static [&'static str],
    /// What follows the name on the usage lines.
    pub usage: &'static [&'static str],
    /// How many arguments it takes.
    pub arguments: ArgumentRule,
    /// What its arguments name.
    pub operand: Operand,
    /// Where flags end.
    pub flags_end: FlagsEnd,
    /// Its flags, in several tables so that verbs may share some.
    pub flags: &'static [&'static [Flag]],
    /// The id of its description in `locales/*/docker.ftl`.
    pub about: &'static str,
    /// Makes a command of what was typed; `None` while the engine cannot do it.
    pub read: Option<ReadVerb>,
}

/// Makes a command of sorted words.
pub type ReadVerb = fn(&Words) -> Result<DockerCommand, Failure>;

/// How many arguments a verb takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ArgumentRule {
    /// None at all.
    None,
    /// Any number.
    Any,
    /// So many.
    Exactly(usize),
    /// So many or more.
    AtLeast(usize),
    /// So many or fewer.
    AtMost(usize),
    /// Between two numbers.
    Between(usize, usize),
}

/// What the arguments of a verb and the values of flags name, for completion and explanation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operand {
    /// Nothing we could propose.
    Nothing,
    /// Any container.
    Container,
    /// A container that runs.
    RunningContainer,
    /// A container that does not run.
    StoppedContainer,
    /// An image.
    Image,
    /// An image first, then a command inside it.
    ImageThenCommand,
    /// A running container first, then a command inside it.
    ContainerThenCommand,
    /// A volume.
    Volume,
    /// A container or an image.
    Object,
    /// A network.
    Network,
    /// A network, then a container.
    NetworkThenContainer,
    /// A path of the host.
    Path,
    /// A path of the host, or `container:path`.
    ContainerPath,
    /// A volume, or a path of the host.
    VolumeSource,
    /// A container, then the name of an image.
    ContainerThenImage,
}

/// Where the flags of a verb end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlagsEnd {
    /// Flags and arguments may be mixed; `--` ends the flags.
    Never,
    /// At the first argument: what follows belongs to the command run inside.
    AtFirstArgument,
}

impl Verb {
    /// The name the verb goes by: its first one (`container ls`).
    pub fn name(&self) -> &'static str {
        self.names[0]
    }

    /// The name for messages when it was called by `typed`: aliases inside a group are not kept
    /// (`container list` is said `container ls`), the top-level short form is.
    pub fn said(&self, typed: &str) -> &'static str {
        let Some((group, _)) = typed.split_once(' ') else {
            return self.names.iter().find(|name| **name == typed).unwrap_or(&self.names[0]);
        };
        let in_group = |name: &&&str| name.split_once(' ').is_some_and(|(its, _)| its == group);
        self.names.iter().find(in_group).unwrap_or(&self.names[0])
    }

    /// Every declared flag.
    pub fn flags(&self) -> impl Iterator<Item = &'static Flag> {
        self.flags.iter().flat_map(|table| table.iter())
    }

    /// A flag by its long name.
    pub fn flag(&self, long: &str) -> Option<&'static Flag> {
        self.flags().find(|flag| flag.long == long)
    }

    /// A flag by its letter.
    pub fn flag_by_letter(&self, letter: char) -> Option<&'static Flag> {
        self.flags().find(|flag| flag.short == Some(letter))
    }
}
