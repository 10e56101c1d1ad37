//! [`Step`]: one exercise.

use serde::Deserialize;
use toml::Spanned;

use super::Line;
use crate::verify::{Check, Name};
use crate::verify::check::Place;

/// One exercise of a lesson.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Its name; the `## id` heading of the prose.
    pub id: Spanned<Name>,
    /// What the learner does in it.
    pub kind: StepKind,
    /// What must hold for the step to be done. All of them.
    #[serde(default)]
    pub checks: Vec<Spanned<Check>>,
    /// Run before the learner begins, unseen.
    #[serde(default)]
    pub setup: Vec<Line>,
    /// What makes the checks hold.
    #[serde(default)]
    pub solution: Vec<Line>,
    /// Other right ways.
    #[serde(default)]
    pub alternatives: Vec<Spanned<Vec<Line>>>,
    /// Wrong ways, each with the check it must leave unmet.
    #[serde(default)]
    pub wrong: Vec<Spanned<Wrong>>,
    /// The ladder, nearest to the start first.
    #[serde(default)]
    pub hints: Vec<Spanned<Hint>>,
    /// What a *predict* step asks.
    pub question: Option<Spanned<Question>>,
    /// Off the critical path: may be left undone.
    #[serde(default)]
    pub bonus: bool,
    /// How long it takes a beginner.
    pub minutes: Option<u32>,
}

/// What the learner does in a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StepKind {
    /// Change the world.
    Do,
    /// Run an observing command.
    Look,
    /// Answer first; the engine's state is the answer key.
    Predict,
    /// Play.
    Free,
}

/// A wrong way.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wrong {
    /// The lines, from the step's start state.
    pub run: Vec<Line>,
    /// The check they must leave unmet: its `as` or `id`.
    pub unmet: Spanned<Name>,
}

/// One rung of the ladder. Its text is the `### indice ID` section of the step's prose.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hint {
    /// Its name.
    pub id: Name,
    /// Shown only when this holds.
    pub when: Option<Check>,
    /// Shown only when this does not hold.
    pub unless: Option<Check>,
    /// Shown only while this check of the step is unmet.
    pub unmet: Option<Name>,
}

/// A question whose answer is in the engine.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// The answers offered, each an answer the fact can give. Their texts are the `### choix ID` sections.
    pub choices: Vec<Name>,
    /// Where the engine keeps the answer.
    pub answer: Fact,
    /// Run once the learner has answered, shown, before the truth is read. Empty when the truth is there already.
    #[serde(default)]
    pub then: Vec<Line>,
}

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
