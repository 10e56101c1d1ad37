//! `docker network connect` and `network disconnect`.

use std::fs;
use std::net::IpAddr;

use super::assign::{endpoint, endpoint_plan, upstream};
use super::files;
use super::record::{NetworkDriver, NetworkRecord};
use super::{Attachment, Attachments};
use crate::engine::container::{ContainerId, ContainerRecord, NetworkMode, resolv_conf};
use crate::engine::journal::ObjectKind;
use crate::engine::launch::protocol::Request;
use crate::engine::launch::{ConnectPlan, DisconnectPlan, ResolverPlan};
use crate::engine::{Engine, EngineError};

impl Engine {
    /// Lets a container join one more network; at once when it runs, else when it starts.
    ///
    /// # Errors
    /// [`EngineError::NoSuchContainer`], [`EngineError::NoSuchNetwork`], [`EngineError::Forbidden`] in Docker's words.
    pub fn connect_network(&self, container: &str, mut attachment: Attachment) -> Result<(), EngineError> {
        let record = self.resolve_container(container)?;
        let network = self.resolve_network(&attachment.network)?;
        check_connectable(&record, &network)?;
        attachment.id = Some(network.id.clone());
        attachment.network.clone_from(&network.name);
        let lock = self.lock_networks()?;
        let mut attachments = Attachments::read(&self.paths, &record.id)?;
        if attachments.networks.is_empty() {
            let default = self.resolve_network(&record.host_config.network_mode.name())?;
            attachments.networks.push(Attachment { id: Some(default.id), ..Attachment::named(default.name) });
        }
        if attachments.networks.iter().any(|known| known.id == attachment.id || known.network == attachment.network) {
            if attachments.live.is_none() {
                // Nothing stands there yet, and nothing is asked twice.
                return self.write_attachments(&record.id, &attachments);
            }
            return Err(EngineError::Forbidden(format!(
                "endpoint with name {} already exists in network {}",
                record.name, network.name
            )));
        }
        if attachments.live.is_none() {
            attachments.networks.push(attachment);
            return self.write_attachments(&record.id, &attachments);
        }
        let others: Vec<Attachments> = self.all_attachments()?.into_iter().map(|(_, others)| others).collect();
        attachment.endpoint = Some(endpoint(&network, &attachment, &others, free_interface(&attachments))?);
        let leads_out = !network.internal && default_gateway(&attachments).is_none();
        let Some(plan) = endpoint_plan(&attachment, &network, leads_out) else { return Ok(()) };
        let resolver = network.resolves_names().then(|| ResolverPlan { upstream: upstream(&record) });
        attachments.networks.push(attachment);
        // Before the deed, so that nobody else is given the address meanwhile.
        self.write_attachments(&record.id, &attachments)?;
        let directory = self.paths.networks();
        let request = Request::Connect(Box::new(ConnectPlan { directory, endpoint: plan, resolver: resolver.clone() }));
        if let Err(error) = self.ask_monitor(&record.id, &request) {
            attachments.networks.pop();
            self.write_attachments(&record.id, &attachments)?;
            return Err(error);
        }
        drop(lock);
        self.rewrite_files(&record, &attachments, resolver.is_some());
        self.note_network(&network, "connect", &record.id);
        Ok(())
    }

    /// Makes a container leave a network.
    ///
    /// # Errors
    /// [`EngineError::NoSuchContainer`], [`EngineError::NoSuchNetwork`], [`EngineError::Forbidden`] in Docker's words.
    pub fn disconnect_network(&self, network: &str, container: &str, force: bool) -> Result<(), EngineError> {
        let network = self.resolve_network(network)?;
        let record = match self.resolve_container(container) {
            Err(EngineError::NoSuchContainer(_)) if force => {
                // Nothing is ever left in a network by a container that is gone.
                return Err(EngineError::Forbidden(format!("endpoint {container} not found")));
            }
            other => other?,
        };
        let lock = self.lock_networks()?;
        let mut attachments = Attachments::read(&self.paths, &record.id)?;
        if attachments.networks.is_empty() && record.host_config.network_mode.name() == network.name {
            attachments.networks.push(Attachment { id: Some(network.id.clone()), ..Attachment::named(&network.name) });
        }
        let is_it = |known: &Attachment| known.id.as_ref() == Some(&network.id) || known.network == network.name;
        let Some(at) = attachments.networks.iter().position(is_it) else {
            let the = if record.state.is_running() { "" } else { "the " };
            return Err(EngineError::Forbidden(format!(
                "container {} is not connected to {the}network {}",
                record.id, network.name
            )));
        };
        if network.driver == NetworkDriver::Host {
            return Err(EngineError::Forbidden(
                "cannot disconnect container from host network - container was created in host network mode".to_owned(),
            ));
        }
        let left = attachments.networks.remove(at);
        if let (Some(endpoint), true) = (&left.endpoint, attachments.live.is_some()) {
            let plan =
                DisconnectPlan { interface: endpoint.interface.clone(), default_route: default_gateway(&attachments) };
            self.ask_monitor(&record.id, &Request::Disconnect(plan))?;
            let still = attachments.networks.iter().any(|known| !super::record::is_predefined(&known.network));
            self.rewrite_files(&record, &attachments, still);
            self.note_network(&network, "disconnect", &record.id);
        }
        self.write_attachments(&record.id, &attachments)?;
        drop(lock);
        Ok(())
    }

    fn note_network(&self, network: &NetworkRecord, action: &str, container: &ContainerId) {
        let attributes =
            [("container", container.as_str()), ("name", network.name.as_str()), ("type", network.driver.word())];
        self.note(ObjectKind::Network, action, network.id.as_str(), &attributes);
    }

    /// Notes that a container that starts joins its networks, or leaves them at its end.
    pub(in crate::engine) fn note_networks(&self, record: &ContainerRecord, networks: &Attachments, action: &str) {
        if record.builder.is_some() {
            return;
        }
        for known in &networks.networks {
            if let Some(network) = known.id.as_ref().and_then(|id| self.resolve_network(id.as_str()).ok()) {
                self.note_network(&network, action, &record.id);
            }
        }
    }

    fn write_attachments(&self, id: &ContainerId, attachments: &Attachments) -> Result<(), EngineError> {
        attachments.write(&self.paths.container(id).join(Attachments::FILE))
    }

    /// `/etc/hosts` and `/etc/resolv.conf` of a running container: written in place, for they are mounted.
    fn rewrite_files(&self, record: &ContainerRecord, attachments: &Attachments, embedded: bool) {
        let directory = self.paths.container(&record.id);
        let links = self.links(record).unwrap_or_default();
        // A container that has replaced them keeps its own.
        let _ =
            fs::write(directory.join("hosts"), files::hosts(record, attachments, &links, self.host_gateway(record)));
        let _ = fs::write(directory.join("resolv.conf"), resolv_conf::of(record, embedded));
    }
}

fn check_connectable(record: &ContainerRecord, network: &NetworkRecord) -> Result<(), EngineError> {
    let forbidden = |reason: &str| Err(EngineError::Forbidden(reason.to_owned()));
    if network.driver == NetworkDriver::Host {
        return forbidden("cannot connect container to host network - container must be created in host network mode");
    }
    if record.host_config.network_mode == NetworkMode::Host || record.host_config.network_mode.container().is_some() {
        return forbidden(
            "container sharing network namespace with another container or host cannot be connected to any other network",
        );
    }
    if network.driver == NetworkDriver::Null || record.host_config.network_mode == NetworkMode::None {
        return forbidden(
            "container cannot be connected to multiple networks with one of the networks in private (none) mode",
        );
    }
    Ok(())
}

/// The number of the next interface.
fn free_interface(attachments: &Attachments) -> usize {
    let taken = |number: &usize| {
        let name = format!("eth{number}");
        let endpoints = attachments.networks.iter().filter_map(|known| known.endpoint.as_ref());
        endpoints.into_iter().any(|endpoint| endpoint.interface == name)
    };
    (0..=attachments.networks.len()).find(|number| !taken(number)).unwrap_or_default()
}

/// Where a container's default route leads, among what it is still in: the interface and the gateway.
fn default_gateway(attachments: &Attachments) -> Option<(String, IpAddr)> {
    attachments.networks.iter().find_map(|known| {
        let gateway = known.address(true)?.gateway?;
        Some((known.endpoint.as_ref()?.interface.clone(), gateway))
    })
}
