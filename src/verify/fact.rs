//! [`Fact`]: a fact of the engine's state that can answer a question, read as one word.

use serde::Deserialize;

use super::Name;
use super::check::Place;

/// A fact of the engine's state, read as one word.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "RawFact")]
pub struct Fact(pub FactKind);

/// The facts that can answer a question, with the words they answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FactKind {
    /// Is the file there? `present` or `absent`.
    File {
        /// Where.
        place: Place,
        /// Its absolute path.
        path: String,
    },
    /// What does `docker diff` say of the path? `A`, `C`, `D` or `none`.
    Change {
        /// The container, bound before.
        container: Name,
        /// The absolute path.
        path: String,
    },
    /// Docker's word for the container's status.
    Status {
        /// The container, bound before.
        container: Name,
    },
    /// The last exit code, as a number.
    ExitCode {
        /// The container, bound before.
        container: Name,
    },
    /// Which is bigger? `smaller`, `equal` or `larger`.
    Size {
        /// The image asked about: a reference or a bound name.
        of: String,
        /// The one it is compared with.
        than: String,
    },
    /// How many layers, as a number; above `than` when it is given.
    Layers {
        /// The image asked about: a reference or a bound name.
        of: String,
        /// Its base.
        than: Option<String>,
    },
    /// How many containers of this image, as a number.
    Containers {
        /// A reference.
        image: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFact {
    file: Option<RawFile>,
    change: Option<RawChange>,
    status: Option<RawOf>,
    exit_code: Option<RawOf>,
    size: Option<RawSize>,
    layers: Option<RawLayers>,
    containers: Option<RawContainers>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    #[serde(rename = "in")]
    place: Place,
    path: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawChange {
    #[serde(rename = "in")]
    container: Name,
    path: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawOf {
    of: Name,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSize {
    of: String,
    than: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLayers {
    of: String,
    than: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawContainers {
    image: String,
}

/// An answer that is not exactly one fact.
#[derive(Debug, thiserror::Error)]
#[error("an answer holds exactly one of `file`, `change`, `status`, `exit_code`, `size`, `layers`, `containers`")]
struct NotOneFact;

impl TryFrom<RawFact> for Fact {
    type Error = NotOneFact;

    fn try_from(raw: RawFact) -> Result<Self, NotOneFact> {
        let mut kinds = Vec::new();
        kinds.extend(raw.file.map(|file| FactKind::File { place: file.place, path: file.path }));
        kinds.extend(raw.change.map(|change| FactKind::Change { container: change.container, path: change.path }));
        kinds.extend(raw.status.map(|status| FactKind::Status { container: status.of }));
        kinds.extend(raw.exit_code.map(|code| FactKind::ExitCode { container: code.of }));
        kinds.extend(raw.size.map(|size| FactKind::Size { of: size.of, than: size.than }));
        kinds.extend(raw.layers.map(|layers| FactKind::Layers { of: layers.of, than: layers.than }));
        kinds.extend(raw.containers.map(|containers| FactKind::Containers { image: containers.image }));
        kinds.pop().filter(|_| kinds.is_empty()).map(Fact).ok_or(NotOneFact)
    }
}
