//! What the processes of a container may do and see of the host.

use crate::docker::failure::Failure;
use crate::docker::words::Words;
use crate::engine::container::HostConfig;

/// The flags of capabilities, namespaces, devices and the like, as typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Security {}

impl Security {
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
