//! What happens when the command exits.

use serde::{Deserialize, Serialize};

use crate::engine::EngineError;

/// What happens when the command exits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub struct RestartPolicy {
    /// `no`, `always`, `unless-stopped` or `on-failure`.
    pub name: String,
    /// For `on-failure`; 0 is without limit.
    pub maximum_retry_count: i64,
}

impl Default for RestartPolicy {
    fn default() -> Self {
        Self { name: "no".to_owned(), maximum_retry_count: 0 }
    }
}

impl RestartPolicy {
    /// Refuses what is no policy. Source: moby `container.ValidateRestartPolicy`.
    ///
    /// # Errors
    /// [`EngineError::InvalidRequest`] with the daemon's sentence.
    pub fn check(&self) -> Result<(), EngineError> {
        let count = self.maximum_retry_count;
        let reason = match self.name.as_str() {
            "" => return Ok(()),
            "no" | "always" | "unless-stopped" if count == 0 => return Ok(()),
            "on-failure" if count >= 0 => return Ok(()),
            "no" | "always" | "unless-stopped" => {
                let and = if count < 0 { " and cannot be negative" } else { "" };
                format!("maximum retry count can only be used with 'on-failure'{and}")
            }
            "on-failure" => "maximum retry count cannot be negative".to_owned(),
            other => format!("unknown policy '{other}'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'"),
        };
        Err(EngineError::InvalidRequest(format!("invalid restart policy: {reason}")))
    }
}
