//! What a container is called, and whom it asks for the addresses of others.

use crate::docker::words::Words;
use crate::engine::container::{ContainerConfig, HostConfig, ResolverOptions};

/// `--hostname`, `--domainname` and the `--dns…` flags, as typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Names {
    hostname: Option<String>,
    domainname: Option<String>,
    resolver: ResolverOptions,
}

impl Names {
    /// Reads the flags.
    pub(super) fn read(words: &Words) -> Self {
        let trimmed = |long| words.list(long).iter().map(|typed| typed.trim().to_owned()).collect();
        Self {
            hostname: words.owned("hostname"),
            domainname: words.owned("domainname"),
            resolver: ResolverOptions {
                dns: trimmed("dns"),
                dns_options: words.list("dns-option"),
                dns_search: trimmed("dns-search"),
            },
        }
    }

    pub(super) fn apply(&self, config: &mut ContainerConfig, host_config: &mut HostConfig) {
        config.hostname = self.hostname.clone().unwrap_or_default();
        config.domainname = self.domainname.clone().unwrap_or_default();
        host_config.resolver.clone_from(&self.resolver);
    }
}
