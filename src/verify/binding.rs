//! [`Bindings`]: what the learner's state was found to hold, kept under names.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Name;

/// What a name stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Binding {
    /// A container, by its whole id.
    Container(String),
    /// An image, by its whole id.
    Image(String),
}

/// Names and what they stand for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Bindings(BTreeMap<Name, Binding>);

impl Bindings {
    /// What `name` stands for.
    pub fn get(&self, name: &str) -> Option<&Binding> {
        Name::try_from(name).ok().and_then(|name| self.0.get(&name))
    }

    /// The whole id of the container `name` stands for.
    pub fn container(&self, name: &str) -> Option<&str> {
        match self.get(name) {
            Some(Binding::Container(id)) => Some(id),
            _ => None,
        }
    }

    /// The whole id of the image `name` stands for.
    pub fn image(&self, name: &str) -> Option<&str> {
        match self.get(name) {
            Some(Binding::Image(id)) => Some(id),
            _ => None,
        }
    }

    /// Keeps `binding` under `name`, in place of what was there.
    pub fn bind(&mut self, name: Name, binding: Binding) {
        self.0.insert(name, binding);
    }

    /// Takes over all of `other`, in place of what was there.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Whether nothing is bound.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl Binding {
    /// The whole id.
    pub fn id(&self) -> &str {
        match self {
            Self::Container(id) | Self::Image(id) => id,
        }
    }
}
