//! What a container may use: memory, processors, processes, disk.

use crate::docker::failure::Failure;
use crate::docker::words::Words;
use crate::engine::container::HostConfig;

/// The flags of limits, as typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Resources {}

impl Resources {
    /// Reads the flags.
    ///
    /// # Errors
    /// The client's sentences.
    #[allow(clippy::unnecessary_wraps)] // every concern is read alike
    pub(super) fn read(_words: &Words) -> Result<Self, Failure> {
        Ok(Self {})
    }

    #[allow(clippy::unused_self)] // every concern is applied alike
    pub(super) fn apply(&self, _host_config: &mut HostConfig) {}
}
