//! `--link` on the network everybody is in: another container under a name of one's own, in `/etc/hosts`.

use crate::engine::Engine;
use crate::engine::container::ContainerRecord;

impl Engine {
    /// The lines of `/etc/hosts` that stand for a container's links; what does not run has no address.
    pub(in crate::engine) fn link_lines(&self, record: &ContainerRecord) -> Vec<String> {
        let line = |link: &String| {
            let (container, alias) = link.split_once(':')?;
            let target = self.resolve_container(container.trim_start_matches('/')).ok()?;
            let address = target.attachments.networks.iter().find_map(|network| network.address(true))?.address;
            let alias = alias.rsplit('/').next()?;
            Some(format!("{address}\t{alias} {} {}", target.config.hostname, target.name))
        };
        record.host_config.networking.links.iter().filter_map(line).collect()
    }
}
