//! How to tell whether a container works, and what follows its end.

use crate::docker::failure::Failure;
use crate::docker::words::Words;
use crate::engine::container::{ContainerConfig, HostConfig, RestartPolicy};

/// `--restart` and the `--health-…` flags, as typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Health {
    /// `--restart`.
    pub restart: RestartPolicy,
}

impl Health {
    /// Reads the flags.
    ///
    /// # Errors
    /// The client's sentences.
    pub(super) fn read(words: &Words) -> Result<Self, Failure> {
        Ok(Self { restart: restart(words.text("restart").unwrap_or("no"))? })
    }

    pub(super) fn apply(&self, _config: &mut ContainerConfig, host_config: &mut HostConfig) {
        host_config.restart_policy = self.restart.clone();
    }
}

fn restart(text: &str) -> Result<RestartPolicy, Failure> {
    let (name, count) = text.split_once(':').map_or((text, None), |(name, count)| (name, Some(count)));
    let maximum_retry_count = count
        .unwrap_or("0")
        .parse()
        .map_err(|_| Failure::client("invalid restart policy format: maximum retry count must be an integer"))?;
    let name = if name.is_empty() { "no" } else { name };
    Ok(RestartPolicy { name: name.to_owned(), maximum_retry_count })
}
