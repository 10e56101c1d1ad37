//! Names of containers: reserved by making a file, made up when none is given.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::PathBuf;

use super::{ContainerId, ContainerName};
use crate::engine::{Engine, EngineError};

/// Tries before a made-up name gets a digit.
const TRIES: u8 = 8;

const QUALITIES: &[&str] = &[
    "agile", "amiable", "brave", "bright", "calm", "candid", "clever", "cosy", "curious", "daring", "eager", "elegant",
    "faithful", "festive", "frank", "gallant", "gentle", "gifted", "happy", "honest", "jovial", "keen", "kind",
    "lively", "loyal", "lucid", "merry", "modest", "nimble", "noble", "patient", "placid", "polite", "proud", "quiet",
    "radiant", "serene", "sharp", "sober", "spry", "steady", "sunny", "tender", "tidy", "upbeat", "valiant", "vivid",
    "warm", "wise", "zealous",
];
const SAILORS_AND_SCHOLARS: &[&str] = &[
    "amundsen",
    "arago",
    "baret",
    "becquerel",
    "bernard",
    "bougainville",
    "cartier",
    "cassini",
    "champlain",
    "champollion",
    "chatelet",
    "condorcet",
    "cousteau",
    "curie",
    "daguerre",
    "descartes",
    "dumont",
    "fermat",
    "foucault",
    "fourier",
    "fresnel",
    "galois",
    "gaspard",
    "germain",
    "joliot",
    "jussieu",
    "lagrange",
    "lamarck",
    "laplace",
    "laperouse",
    "lavoisier",
    "lepaute",
    "lovelace",
    "magellan",
    "monge",
    "montgolfier",
    "niepce",
    "papin",
    "pascal",
    "pasteur",
    "poincare",
    "quatrefages",
    "reaumur",
    "rostand",
    "surcouf",
    "tabarly",
    "vauban",
    "verne",
    "viete",
];

impl Engine {
    /// Reserves a name for a container.
    ///
    /// # Errors
    /// [`EngineError::NameInUse`].
    pub(super) fn reserve_name(&self, name: &ContainerName, id: &ContainerId) -> Result<(), EngineError> {
        let path = self.name_file(name.as_str());
        loop {
            match File::create_new(&path) {
                Ok(mut file) => {
                    return file.write_all(id.as_str().as_bytes()).map_err(|error| EngineError::io(&path, error));
                }
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
                Err(error) => return Err(EngineError::io(&path, error)),
            }
            match self.named(name.as_str()) {
                Some(owner) if owner == *id || self.answers_to(&owner, name) => {
                    return Err(EngineError::NameInUse { name: name.to_string(), owner });
                }
                // Left by a creation, a renaming or a removal that was cut short.
                _ => self.release_name(name),
            }
        }
    }

    /// Whether a container has this name, or may be about to.
    fn answers_to(&self, owner: &ContainerId, name: &ContainerName) -> bool {
        match self.container(owner) {
            Err(EngineError::NoSuchContainer(_)) => false,
            // One whose files cannot be read keeps its name; so does one that is perhaps being renamed.
            Err(_) => true,
            Ok(record) => record.name == *name || self.is_locked(owner),
        }
    }

    /// Makes up a name that is free and reserves it.
    ///
    /// # Errors
    /// [`EngineError::Io`].
    pub(super) fn make_up_name(&self, id: &ContainerId) -> Result<ContainerName, EngineError> {
        for attempt in 0..=u8::MAX {
            let [quality, person] = random_bytes::<2>()?.map(usize::from);
            let mut name = format!(
                "{}_{}",
                QUALITIES[quality % QUALITIES.len()],
                SAILORS_AND_SCHOLARS[person % SAILORS_AND_SCHOLARS.len()]
            );
            if attempt >= TRIES {
                name.push_str(&attempt.to_string());
            }
            let name: ContainerName = name.parse()?;
            match self.reserve_name(&name, id) {
                Err(EngineError::NameInUse { .. }) => {}
                other => return other.map(|()| name),
            }
        }
        let name: ContainerName = id.short().parse()?;
        self.reserve_name(&name, id).map(|()| name)
    }

    /// Frees a name.
    pub(super) fn release_name(&self, name: &ContainerName) {
        let _ = fs::remove_file(self.name_file(name.as_str()));
    }

    /// The container that has a name.
    pub(super) fn named(&self, name: &str) -> Option<ContainerId> {
        if name.contains('/') {
            return None;
        }
        fs::read_to_string(self.name_file(name)).ok()?.parse().ok()
    }

    fn name_file(&self, name: &str) -> PathBuf {
        self.paths.names().join(name)
    }
}

/// Bytes nobody can foresee.
///
/// # Errors
/// [`EngineError::Io`] when the kernel has none.
pub(in crate::engine) fn random_bytes<const COUNT: usize>() -> Result<[u8; COUNT], EngineError> {
    const SOURCE: &str = "/dev/urandom";
    let mut bytes = [0; COUNT];
    File::open(SOURCE)
        .and_then(|mut source| source.read_exact(&mut bytes))
        .map_err(|error| EngineError::io(SOURCE, error))?;
    Ok(bytes)
}
