//! What can go wrong in the engine. `Display` is the daemon's wording, without the client's
//! `Error response from daemon: ` in front (that is the client's, see `docker/`).

use std::io;
use std::path::{Path, PathBuf};

use super::archive::ArchiveError;
use super::container::ContainerId;
use super::copy::CopyError;
use super::launch::LaunchError;
use super::layer::LayerError;
use super::oci::{ImageId, ReferenceError};
use super::registry::RegistryError;

/// A failure of the engine, with the id, name or path at hand.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// No container has this name, id or id prefix.
    #[error("No such container: {0}")]
    NoSuchContainer(String),
    /// Nothing was said where a container is to be named.
    #[error("invalid container name or ID: value is empty")]
    NoContainerNamed,
    /// No image has this reference, id or id prefix.
    #[error("No such image: {0}")]
    NoSuchImage(String),
    /// The image is here, for another machine.
    #[error(
        "image with reference {image} was found but does not match the specified platform: wanted {wanted}, actual: {found}"
    )]
    WrongPlatform {
        /// As typed.
        image: String,
        /// What was asked.
        wanted: String,
        /// What it is for.
        found: String,
    },
    /// No volume has this name.
    #[error("get {0}: no such volume")]
    NoSuchVolume(String),
    /// No network has this name, id or id prefix.
    #[error("network {0} not found")]
    NoSuchNetwork(String),
    /// An id prefix fits several networks.
    #[error("network {0} is ambiguous (2 matches found based on ID prefix)")]
    AmbiguousNetwork(String),
    /// A volume driver that is not `local`.
    #[error("create {name}: error looking up volume plugin {driver}: plugin \"{driver}\" not found")]
    NoSuchVolumeDriver {
        /// Of the volume.
        name: String,
        /// Which driver.
        driver: String,
    },
    /// The local driver was asked for a type of mount this engine does not make.
    #[error(
        "create {name}: volumes of type \"{kind}\" are not supported by this engine, only bind mounts and tmpfs are"
    )]
    UnsupportedVolumeType {
        /// Of the volume.
        name: String,
        /// `nfs`, `ext4`…
        kind: String,
    },
    /// A volume in memory is mounted in another container that runs.
    #[error(
        "volume {0} is of type tmpfs and mounted in container {1}: this engine gives it to one running container at a time"
    )]
    SharedMemoryVolume(String, String),
    /// An id prefix fits several containers.
    #[error("multiple IDs found with provided prefix: {0}")]
    AmbiguousPrefix(String),
    /// A container already has this name.
    #[error(
        "Conflict. The container name \"/{name}\" is already in use by container \"{owner}\". You have to remove (or rename) that container to be able to reuse that name."
    )]
    NameInUse {
        /// The name.
        name: String,
        /// Who has it.
        owner: ContainerId,
    },
    /// `rename` to a name that cannot be had.
    #[error("Error when allocating new name: {0}")]
    NameNotAllocated(Box<EngineError>),
    /// Not `[a-zA-Z0-9][a-zA-Z0-9_.-]+`.
    #[error("Invalid container name ({0}), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed")]
    InvalidContainerName(String),
    /// The container runs and the verb wants it stopped.
    #[error(
        "cannot remove container \"/{name}\": container is {state}: stop the container before removing or force remove"
    )]
    RemoveRunning {
        /// The name.
        name: String,
        /// Docker's word for its state.
        state: &'static str,
    },
    /// The verb wants a container whose process lives, and its restart policy has not started the next one yet.
    #[error("Container {0} is restarting, wait until the container is running")]
    Restarting(ContainerId),
    /// The verb wants a running container.
    #[error("container {0} is not running")]
    NotRunning(ContainerId),
    /// `exec` in a paused container.
    #[error("Container {0} is paused, unpause the container before exec")]
    ExecPaused(String),
    /// `start` on a paused container.
    #[error("cannot start a paused container, try unpause instead")]
    StartPaused,
    /// `rm` without force on a paused container, by its name.
    #[error("cannot remove container \"/{0}\": container is paused and must be unpaused first")]
    RemovePaused(String),
    /// `kill`, `stop` or `restart` did not do it.
    #[error("{what} {given}: {why}")]
    NotDone {
        /// What cannot be done, in the daemon's words: `cannot kill container:`.
        what: &'static str,
        /// As typed.
        given: String,
        /// Why.
        why: Box<EngineError>,
    },
    /// A signal name nobody knows, or 0.
    #[error("invalid signal: {0}")]
    InvalidSignal(String),
    /// A signal number the kernel does not know.
    #[error("the linux daemon does not support signal {0}")]
    UnknownSignal(i32),
    /// Neither the image nor the command line says what to run.
    #[error("no command specified")]
    NoCommand,
    /// A value in a request that cannot be: the daemon's sentence.
    #[error("{0}")]
    InvalidRequest(String),
    /// What is never done, or not while it is used: the daemon's sentence.
    #[error("{0}")]
    Forbidden(String),
    /// Something stands in the way: the daemon's sentence.
    #[error("{0}")]
    Conflict(String),
    /// An image cannot be had from where images come from.
    #[error(
        "pull access denied for {0}, repository does not exist or may require 'docker login': denied: requested access to the resource is denied"
    )]
    PullDenied(String),
    /// There is no such repository.
    #[error("repository {name} not found: name unknown: {message}")]
    RepositoryUnknown {
        /// As people write it.
        name: String,
        /// The registry's sentence.
        message: String,
    },
    /// The repository exists, the tag does not.
    #[error("manifest for {0} not found: manifest unknown: manifest unknown")]
    ManifestUnknown(String),
    /// A registry failed us.
    #[error(transparent)]
    Registry(#[from] RegistryError),
    /// An image is used by a container or has several names.
    #[error("conflict: unable to delete {image} ({severity}) - {reason}")]
    ImageConflict {
        /// As typed, or its short id.
        image: String,
        /// Whether force helps.
        severity: ConflictSeverity,
        /// Why.
        reason: String,
    },
    /// A reference to an image used by a container.
    #[error(
        "conflict: unable to remove repository reference \"{reference}\" (must force) - container {container} is using its referenced image {image}"
    )]
    ReferenceInUse {
        /// As typed.
        reference: String,
        /// Its short id.
        container: String,
        /// As typed, or its short id.
        image: String,
    },
    /// A reference that cannot be read.
    #[error(transparent)]
    Reference(#[from] ReferenceError),
    /// The process could not be started.
    #[error(transparent)]
    Launch(#[from] LaunchError),
    /// A layer could not be read or written.
    #[error(transparent)]
    Layer(#[from] LayerError),
    /// An archive of images is refused.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// A copy into or out of a container failed.
    #[error(transparent)]
    Copy(#[from] CopyError),
    /// An image's files do not say what their digest promises, or are missing.
    #[error("image {0} is damaged: {1}")]
    DamagedImage(ImageId, String),
    /// A state file that cannot be understood.
    #[error("{}: {reason}", path.display())]
    DamagedState {
        /// Where.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// The operating system refused.
    #[error("{}: {}", path.display(), system_words(source))]
    Io {
        /// Where.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

impl EngineError {
    /// What `kill`, `stop` and `restart` make of a failure; `what` in the daemon's words.
    pub fn not_done(what: &'static str, given: &str, why: Self) -> Self {
        Self::NotDone { what, given: given.to_owned(), why: Box::new(why) }
    }

    /// An operating-system failure at a path.
    pub fn io(path: impl AsRef<Path>, source: io::Error) -> Self {
        Self::Io { path: path.as_ref().to_path_buf(), source }
    }
}

/// Whether `--force` would help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConflictSeverity {
    /// `--force` removes it.
    MustForce,
    /// Nothing removes it while that holds.
    CannotForce,
}

impl std::fmt::Display for ConflictSeverity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::MustForce => "must be forced",
            Self::CannotForce => "cannot be forced",
        })
    }
}

/// An operating-system error as Go prints it: `no such file or directory`.
pub(crate) fn system_words(error: &io::Error) -> String {
    error
        .raw_os_error()
        .map_or_else(|| error.to_string(), |number| nix::errno::Errno::from_raw(number).desc().to_lowercase())
}
