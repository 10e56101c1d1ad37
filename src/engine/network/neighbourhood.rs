//! Who a container can call by name: the living on its networks that resolve names, read from disk when asked.

use std::fs;
use std::net::IpAddr;

use super::record::is_predefined;
use super::{Attachment, Attachments};
use crate::engine::Paths;
use crate::engine::container::{ContainerId, state_file};

/// The networks of one container and who is on them.
#[derive(Debug, Default)]
pub struct Neighbourhood {
    neighbours: Vec<Neighbour>,
    /// The container's own links: another name for a container.
    links: Vec<(String, String)>,
}

#[derive(Debug)]
struct Neighbour {
    network: String,
    /// Every name it answers to there, in lower case; its own first.
    names: Vec<String>,
    addresses: Vec<IpAddr>,
}

/// As much of a container's record as names are made of.
#[derive(serde::Deserialize)]
struct Named {
    name: String,
    config: Hostname,
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Hostname {
    hostname: String,
}

impl Neighbourhood {
    /// That of a container. What cannot be read is not there.
    pub fn read(paths: &Paths, container: &ContainerId) -> Self {
        let own = Attachments::read(paths, container).unwrap_or_default();
        let shared = |other: &Attachment| {
            !is_predefined(&other.network)
                && other.endpoint.is_some()
                && own.networks.iter().any(|mine| mine.id.is_some() && mine.id == other.id)
        };
        let mut neighbours = Vec::new();
        let directories = fs::read_dir(paths.containers()).into_iter().flatten().flatten();
        for id in directories.filter_map(|entry| entry.file_name().to_str()?.parse::<ContainerId>().ok()) {
            let attachments = Attachments::read(paths, &id).unwrap_or_default();
            if !attachments.networks.iter().any(shared) {
                continue;
            }
            let Ok(named) = state_file::read_json::<Named>(&paths.container(&id).join(state_file::CONFIG)) else {
                continue;
            };
            for attachment in attachments.networks.iter().filter(|other| shared(other)) {
                neighbours.push(Neighbour::new(&named, &id, attachment));
            }
        }
        let links = own.networks.iter().flat_map(|network| &network.links).filter_map(|link| {
            let (container, alias) = link.split_once(':').unwrap_or((link, link));
            Some((alias.to_lowercase(), container.rsplit('/').next()?.to_lowercase()))
        });
        Self { neighbours, links: links.collect() }
    }

    /// The addresses of a name, of a name with its network behind a dot, or of a link; `None` when nobody has it.
    pub fn addresses(&self, name: &str) -> Option<Vec<IpAddr>> {
        let linked = self.links.iter().find(|(alias, _)| alias == name).map(|(_, container)| container.as_str());
        let name = linked.unwrap_or(name);
        let answers = |neighbour: &&Neighbour| {
            let bare = name.strip_suffix(&neighbour.network.to_lowercase()).and_then(|rest| rest.strip_suffix('.'));
            neighbour.names.iter().any(|known| known == name || Some(known.as_str()) == bare)
        };
        let mut found: Vec<&Neighbour> = self.neighbours.iter().filter(answers).collect();
        found.sort_by(|one, other| one.names.first().cmp(&other.names.first()));
        let addresses: Vec<IpAddr> = found.iter().flat_map(|neighbour| neighbour.addresses.iter().copied()).collect();
        (!found.is_empty()).then_some(addresses)
    }

    /// The name of an address, with its network's.
    pub fn name(&self, address: IpAddr) -> Option<String> {
        let found = self.neighbours.iter().find(|neighbour| neighbour.addresses.contains(&address))?;
        Some(format!("{}.{}", found.names.first()?, found.network))
    }
}

impl Neighbour {
    fn new(named: &Named, id: &ContainerId, attachment: &Attachment) -> Self {
        let mut names = vec![named.name.to_lowercase()];
        names.extend(attachment.aliases.iter().map(|alias| alias.to_lowercase()));
        names.push(id.short().to_owned());
        names.push(named.config.hostname.to_lowercase());
        names.retain(|name| !name.is_empty());
        let endpoint = attachment.endpoint.as_ref();
        let addresses = endpoint.into_iter().flat_map(|endpoint| &endpoint.addresses).map(|found| found.address);
        Self { network: attachment.network.clone(), names, addresses: addresses.collect() }
    }
}
