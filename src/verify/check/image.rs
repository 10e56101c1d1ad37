//! [`ImageCheck`] and [`LayerCheck`]: "there is an image such that …", and what its layers hold.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::container::{OneOrMany, OneOrManyNames, Several};
use super::{CountCheck, Since};
use crate::verify::Name;

/// What is asked of an image; an absent field asks nothing.
#[derive(Debug, Clone, PartialEq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
#[serde(default)]
pub struct ImageCheck {
    /// It bears this reference; `:latest` when no tag is written.
    pub tag: Option<String>,
    /// It is built on this image: its layers begin with that image's. A reference or a bound name.
    pub from: Option<String>,
    /// How many layers it has above `from` (or in all, without `from`).
    pub layers_added: Option<CountCheck>,
    /// A line of its history contains each of these.
    pub history: Option<OneOrMany>,
    /// It is smaller than this image: a reference or a bound name.
    pub smaller_than: Option<String>,
    /// It is larger than this image: a reference or a bound name.
    pub larger_than: Option<String>,
    /// Its entrypoint, word for word.
    pub entrypoint: Option<Vec<String>>,
    /// Its command, word for word.
    pub cmd: Option<Vec<String>>,
    /// Its user.
    pub user: Option<String>,
    /// Its working directory.
    pub workdir: Option<String>,
    /// Environment variables it sets, with these values.
    pub env: BTreeMap<String, String>,
    /// Labels it has, with these values.
    pub labels: BTreeMap<String, String>,
    /// How it came here.
    pub created_by: Option<ImageOrigin>,
    /// When it came here.
    pub created: Option<Since>,
    /// It was committed from the container bound under this name.
    pub committed_from: Option<Name>,
    /// It has no tag (`true`) or at least one (`false`).
    pub dangling: Option<bool>,
    /// Paths it holds.
    pub holds: Option<OneOrMany>,
    /// Paths it does not hold.
    pub lacks: Option<OneOrMany>,
    /// It is none of the images bound under these names.
    pub not: Option<OneOrManyNames>,
    /// There is no such image.
    pub absent: bool,
}

/// How an image came to be in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ImageOrigin {
    /// `docker build`.
    Build,
    /// `docker commit`.
    Commit,
    /// `docker pull`, or a run that pulled.
    Pull,
}

/// What is asked of the layers of an image.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LayerCheck {
    /// The image: a reference or a bound name.
    pub of: String,
    /// Its last layer holds these paths and no others; the directories above them are not counted.
    pub only: Option<Vec<String>>,
    /// All layers of this other image (a reference or a bound name) are shared with it.
    pub shared_with: Option<String>,
}

impl ImageCheck {
    /// The bound names it reads for certain; `from`, `smaller_than` and `larger_than` may be references.
    pub fn references(&self) -> Vec<&Name> {
        let not = self.not.as_ref().map_or(&[][..], Several::as_slice);
        self.committed_from.iter().chain(not).collect()
    }
}
