//! Which networks a container joins, and how it is reached there.

use crate::docker::failure::{Failure, Unsupported};
use crate::docker::words::Words;
use crate::engine::container::{ContainerConfig, HostConfig, NetworkMode};

/// The flags of networks, ports and names, as typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Network {
    /// `--network`.
    pub network: Option<String>,
    /// `--add-host`.
    pub add_hosts: Vec<String>,
}

impl Network {
    /// Reads the flags.
    ///
    /// # Errors
    /// The client's sentences.
    pub(super) fn read(words: &Words) -> Result<Self, Failure> {
        Ok(Self { network: network(words)?, add_hosts: words.list("add-host") })
    }

    pub(super) fn apply(&self, _config: &mut ContainerConfig, host_config: &mut HostConfig) {
        host_config.network_mode = self.network.clone().map_or(NetworkMode::Bridge, NetworkMode::from);
        host_config.extra_hosts = self.add_hosts.iter().map(|host| host.replacen('=', ":", 1)).collect();
    }
}

fn network(words: &Words) -> Result<Option<String>, Failure> {
    if !words.given("network") {
        return Ok(None);
    }
    match words.text("network").unwrap_or_default() {
        "" => Err(Failure::client("no name set for network")),
        value if value.starts_with("container:") || value.contains('=') => {
            let what = Unsupported::Value(words.command_line(), "--network".to_owned(), value.to_owned());
            Err(Failure::unsupported(what))
        }
        value => Ok(Some(value.to_owned())),
    }
}
