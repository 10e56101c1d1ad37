//! Networks found and listed. The three that are always there are written down when the first of them is wanted.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;

use super::pools::free_pool;
use super::record::{IpamConfig, NetworkDriver, NetworkId, NetworkRecord};
use super::{Attachments, Subnet};
use crate::engine::container::{ContainerId, random_bytes, state_file};
use crate::engine::oci::to_hex;
use crate::engine::store::staging::sync_parent;
use crate::engine::{Engine, EngineError};

const LOCK: &str = "lock";

/// Held while networks, addresses or ports are given away or taken back; the kernel lets go of it with the process.
#[derive(Debug)]
pub(in crate::engine) struct NetworkLock {
    _file: File,
}

impl Engine {
    /// Waits for the lock on everything about networks.
    pub(in crate::engine) fn lock_networks(&self) -> Result<NetworkLock, EngineError> {
        let directory = self.paths.networks();
        let path = directory.join(LOCK);
        let open = || {
            let file = match File::options().write(true).create(true).truncate(false).open(&path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    fs::create_dir_all(&directory)?;
                    File::options().write(true).create(true).truncate(false).open(&path)?
                }
                other => other?,
            };
            file.lock()?;
            Ok(file)
        };
        open().map(|file| NetworkLock { _file: file }).map_err(|error| EngineError::io(&path, error))
    }

    /// Every network, by name.
    ///
    /// # Errors
    /// [`EngineError::Io`], [`EngineError::DamagedState`].
    pub fn networks(&self) -> Result<Vec<NetworkRecord>, EngineError> {
        let mut found = self.written_networks()?;
        if !found.iter().any(NetworkRecord::is_predefined) {
            let lock = self.lock_networks()?;
            self.write_predefined(&lock)?;
            found = self.written_networks()?;
        }
        Ok(found)
    }

    /// A network by whole name, whole id, or unambiguous id prefix, in Docker's order.
    ///
    /// # Errors
    /// [`EngineError::NoSuchNetwork`], [`EngineError::AmbiguousNetwork`].
    pub fn resolve_network(&self, name_or_id: &str) -> Result<NetworkRecord, EngineError> {
        let mut all = self.networks()?;
        let name = if name_or_id == "default" { "bridge" } else { name_or_id };
        if let Some(at) = all.iter().position(|network| network.name == name || network.id.as_str() == name) {
            return Ok(all.swap_remove(at));
        }
        let mut fitting = all.into_iter().filter(|network| network.id.as_str().starts_with(name));
        match (fitting.next(), fitting.next()) {
            (Some(network), None) if !name.is_empty() => Ok(network),
            (Some(_), Some(_)) if !name.is_empty() => Err(EngineError::AmbiguousNetwork(name.to_owned())),
            _ => Err(EngineError::NoSuchNetwork(name_or_id.to_owned())),
        }
    }

    /// Who is in a network now.
    ///
    /// # Errors
    /// [`EngineError::Io`], [`EngineError::DamagedState`].
    pub fn network_users(&self, id: &NetworkId) -> Result<Vec<(ContainerId, Attachments)>, EngineError> {
        let mut users = self.all_attachments()?;
        users.retain(|(_, attachments)| {
            attachments.in_network(id).is_some_and(|attachment| attachment.endpoint.is_some())
        });
        Ok(users)
    }

    /// Every container's networks. A container that is being removed has none.
    pub(super) fn all_attachments(&self) -> Result<Vec<(ContainerId, Attachments)>, EngineError> {
        let ids = self.container_ids()?.into_iter();
        ids.map(|id| Attachments::read(&self.paths, &id).map(|attachments| (id, attachments))).collect()
    }

    fn written_networks(&self) -> Result<Vec<NetworkRecord>, EngineError> {
        let directory = self.paths.networks();
        let entries = match fs::read_dir(&directory) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            other => other.map_err(|error| EngineError::io(&directory, error))?,
        };
        let mut found: Vec<NetworkRecord> = Vec::new();
        for path in entries.flatten().map(|entry| entry.path()) {
            let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
            if path.extension().is_none_or(|extension| extension != "json") || stem.len() != 64 {
                continue;
            }
            match state_file::read_json(&path) {
                Ok(record) => found.push(record),
                // Removed while we looked.
                Err(EngineError::Io { source, .. }) if source.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        found.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(found)
    }

    fn write_predefined(&self, lock: &NetworkLock) -> Result<(), EngineError> {
        let known = self.written_networks()?;
        for (name, driver) in
            [("bridge", NetworkDriver::Bridge), ("host", NetworkDriver::Host), ("none", NetworkDriver::Null)]
        {
            if known.iter().any(|network| network.name == name) {
                continue;
            }
            let mut record = self.blank_network(name, driver)?;
            if driver == NetworkDriver::Bridge {
                record.ipam.push(first_free(&self.taken_ranges()?)?);
                record.options = default_bridge_options();
            }
            self.write_network(lock, &record)?;
        }
        Ok(())
    }

    /// A network nobody has said anything of.
    pub(super) fn blank_network(&self, name: &str, driver: NetworkDriver) -> Result<NetworkRecord, EngineError> {
        Ok(NetworkRecord {
            name: name.to_owned(),
            id: NetworkId(to_hex(&random_bytes::<32>()?)),
            created: self.clock.now(),
            driver,
            enable_ipv6: false,
            ipam_options: None,
            ipam: Vec::new(),
            ranges_chosen: false,
            internal: false,
            attachable: false,
            options: BTreeMap::new(),
            labels: BTreeMap::new(),
        })
    }

    /// The ranges of the networks there are.
    pub(super) fn taken_ranges(&self) -> Result<Vec<Subnet>, EngineError> {
        let networks = self.written_networks()?;
        Ok(networks.iter().flat_map(|network| &network.ipam).map(|config| config.subnet).collect())
    }

    /// Writes a network down, for good.
    pub(super) fn write_network(&self, _lock: &NetworkLock, record: &NetworkRecord) -> Result<(), EngineError> {
        let path = self.paths.network(record.id.as_str());
        state_file::write_json(&path, record)?;
        sync_parent(&path)
    }
}

/// The first pool that is free, its first address the gateway's.
pub(super) fn first_free(taken: &[Subnet]) -> Result<IpamConfig, EngineError> {
    let none_left = || {
        EngineError::InvalidRequest(
            "could not find an available, non-overlapping IPv4 address pool among the defaults to assign to the network"
                .to_owned(),
        )
    };
    let subnet = free_pool(taken).ok_or_else(none_left)?;
    let gateway = subnet.hosts().next().ok_or_else(none_left)?;
    Ok(IpamConfig { subnet, ip_range: None, gateway, auxiliary: BTreeMap::new(), gateway_implied: false })
}

fn default_bridge_options() -> BTreeMap<String, String> {
    [
        ("com.docker.network.bridge.default_bridge", "true"),
        ("com.docker.network.bridge.enable_icc", "true"),
        ("com.docker.network.bridge.enable_ip_masquerade", "true"),
        ("com.docker.network.bridge.host_binding_ipv4", "0.0.0.0"),
        ("com.docker.network.bridge.name", "docker0"),
        ("com.docker.network.driver.mtu", "1500"),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .collect()
}
