//! A container's name: `[a-zA-Z0-9][a-zA-Z0-9_.-]+`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::ContainerId;
use crate::engine::EngineError;

/// A checked name, without the slash that `inspect` puts in front.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ContainerName(String);

impl ContainerName {
    /// Of the container of a step of a build: never reserved, for nothing leads from it to the container.
    pub(super) fn of_build_step(id: &ContainerId) -> Self {
        Self(format!("build-step-{}", id.short()))
    }

    /// As typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ContainerName {
    type Err = EngineError;

    fn from_str(text: &str) -> Result<Self, EngineError> {
        let bare = text.strip_prefix('/').unwrap_or(text);
        let rest_ok = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
        if bare.len() >= 2 && bare.as_bytes()[0].is_ascii_alphanumeric() && bare.bytes().all(rest_ok) {
            Ok(Self(bare.to_owned()))
        } else {
            Err(EngineError::InvalidContainerName(text.to_owned()))
        }
    }
}

impl fmt::Display for ContainerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
