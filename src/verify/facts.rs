//! [`Facts`]: what checks read. Plain values, so that the embedded engine and a real Docker tell the same story.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::check::{ChangeKind, ContainerState, ImageOrigin};

/// Why a fact could not be read, in the words of whoever failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct FactError(pub String);

/// The state of a sandbox, read and never changed.
pub trait Facts {
    /// Every container, newest first.
    fn containers(&self) -> Result<Vec<ContainerFact>, FactError>;
    /// Every image, newest first.
    fn images(&self) -> Result<Vec<ImageFact>, FactError>;
    /// What `docker diff` shows of a container, by its whole id.
    fn changes(&self, container: &str) -> Result<Vec<ChangeFact>, FactError>;
    /// What stands at an absolute path of a container, by its whole id.
    fn container_file(&self, container: &str, path: &str) -> Result<Option<FileFact>, FactError>;
    /// What stands at an absolute path of an image, by its whole id.
    fn image_file(&self, image: &str, path: &str) -> Result<Option<FileFact>, FactError>;
    /// What stands at an absolute path of a named volume.
    fn volume_file(&self, volume: &str, path: &str) -> Result<Option<FileFact>, FactError>;
    /// What stands at a path of the lesson's working directory.
    fn host_file(&self, path: &str) -> Result<Option<FileFact>, FactError>;
    /// The absolute paths the last layer of an image holds, directories with something in them left out.
    fn last_layer_paths(&self, image: &str) -> Result<Vec<String>, FactError>;
    /// Everything a container has written so far, both streams.
    fn logs(&self, container: &str) -> Result<Vec<u8>, FactError>;
    /// The processes of a running container; none when it does not run.
    fn processes(&self, container: &str) -> Result<Vec<ProcessFact>, FactError>;
    /// The docker commands run since the step began, oldest first.
    fn commands(&self) -> Result<Vec<CommandFact>, FactError>;
}

/// A state that is told through a reference.
impl<T: Facts + ?Sized> Facts for &T {
    fn containers(&self) -> Result<Vec<ContainerFact>, FactError> {
        (**self).containers()
    }
    fn images(&self) -> Result<Vec<ImageFact>, FactError> {
        (**self).images()
    }
    fn changes(&self, container: &str) -> Result<Vec<ChangeFact>, FactError> {
        (**self).changes(container)
    }
    fn container_file(&self, container: &str, path: &str) -> Result<Option<FileFact>, FactError> {
        (**self).container_file(container, path)
    }
    fn image_file(&self, image: &str, path: &str) -> Result<Option<FileFact>, FactError> {
        (**self).image_file(image, path)
    }
    fn volume_file(&self, volume: &str, path: &str) -> Result<Option<FileFact>, FactError> {
        (**self).volume_file(volume, path)
    }
    fn host_file(&self, path: &str) -> Result<Option<FileFact>, FactError> {
        (**self).host_file(path)
    }
    fn last_layer_paths(&self, image: &str) -> Result<Vec<String>, FactError> {
        (**self).last_layer_paths(image)
    }
    fn logs(&self, container: &str) -> Result<Vec<u8>, FactError> {
        (**self).logs(container)
    }
    fn processes(&self, container: &str) -> Result<Vec<ProcessFact>, FactError> {
        (**self).processes(container)
    }
    fn commands(&self) -> Result<Vec<CommandFact>, FactError> {
        (**self).commands()
    }
}

/// What is known of a container.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "Docker's own switches, each on its own")]
pub struct ContainerFact {
    /// 64 hexadecimal digits.
    pub id: String,
    /// Without the slash.
    pub name: String,
    /// The image's whole id, with its algorithm.
    pub image: String,
    /// The image as it was typed.
    pub image_name: String,
    /// Entry point and arguments.
    pub command: Vec<String>,
    /// Its status.
    pub state: ContainerState,
    /// Only when it has exited.
    pub exit_code: Option<i64>,
    /// When it was made.
    pub created: Timestamp,
    /// When it last started.
    pub started: Option<Timestamp>,
    /// When it last ended.
    pub finished: Option<Timestamp>,
    /// `-t`.
    pub tty: bool,
    /// `-i`.
    pub interactive: bool,
    /// `-d`.
    pub detached: bool,
    /// `--rm`.
    pub auto_remove: bool,
    /// Its host name.
    pub hostname: String,
    /// `NAME=value`.
    pub env: Vec<String>,
    /// Free words.
    pub labels: BTreeMap<String, String>,
    /// What is mounted.
    pub mounts: Vec<MountFact>,
    /// Its network mode.
    pub network: String,
}

/// What is mounted in a container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MountFact {
    /// `bind` or `volume`.
    pub kind: &'static str,
    /// The host path or the volume's name.
    pub source: String,
    /// Where it is in the container.
    pub target: String,
    /// Whether it can only be read.
    pub read_only: bool,
}

/// What is known of an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImageFact {
    /// Its whole id, with its algorithm.
    pub id: String,
    /// References as Docker shows them, tag included: `alpine:latest`.
    pub tags: Vec<String>,
    /// Diff ids, lowest first.
    pub layers: Vec<String>,
    /// In bytes.
    pub size: u64,
    /// Instructions, oldest first.
    pub history: Vec<String>,
    /// The ways it may have come here: more than one when the engine cannot tell them apart.
    pub origins: Vec<ImageOrigin>,
    /// When it was made.
    pub created: Option<Timestamp>,
    /// What is run.
    pub entrypoint: Vec<String>,
    /// Default command or arguments.
    pub cmd: Vec<String>,
    /// Its user.
    pub user: String,
    /// Where the command starts.
    pub workdir: String,
    /// `NAME=value`.
    pub env: Vec<String>,
    /// Free words.
    pub labels: BTreeMap<String, String>,
}

/// A line of `docker diff`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangeFact {
    /// Absolute.
    pub path: String,
    /// What happened.
    pub kind: ChangeKind,
}

/// What stands at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileFact {
    /// A regular file and its first mebibyte.
    File(Vec<u8>),
    /// Something else: a directory, a link, a device.
    Other,
}

/// A process of a container.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProcessFact {
    /// Inside the container.
    pub pid: u32,
    /// Its words, joined by spaces.
    pub command: String,
}

/// A docker command that was run, as it was understood.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommandFact {
    /// When it began.
    pub time: Timestamp,
    /// The verb's full name: `container ls`.
    pub command: String,
    /// Flags by long name; a switch is `true`.
    pub flags: BTreeMap<String, String>,
    /// The other words, in order.
    pub arguments: Vec<String>,
    /// How it ended.
    pub exit_code: i64,
}
