//! `--link` on the network everybody is in: another container under a name of one's own, in `/etc/hosts` and in variables of
//! the environment. On other networks a link is a name for the resolver, and no business of this file.
//! Source: moby `daemon/links`, Docker 28 (which still sets the variables).

use super::published::parse_port;
use crate::engine::container::{ContainerName, ContainerRecord, HostConfig, NetworkMode};
use crate::engine::launch::Protocol;
use crate::engine::{Engine, EngineError};

/// Variables of the linked container that are not passed on.
const KEPT_BACK: &[&str] = &["HOME", "PATH"];

/// A linked container that runs.
#[derive(Debug)]
pub(in crate::engine) struct Link {
    alias: String,
    /// `/own/alias`.
    path: String,
    address: String,
    hostname: String,
    name: String,
    environment: Vec<String>,
    /// By number.
    ports: Vec<(u16, Protocol)>,
}

impl Engine {
    /// Finds the containers of links that are asked for; each becomes `/container:alias`.
    ///
    /// # Errors
    /// [`EngineError::InvalidRequest`] in Docker's words.
    pub(in crate::engine) fn settle_links(&self, host: &mut HostConfig) -> Result<(), EngineError> {
        if host.networking.links.is_empty() {
            return Ok(());
        }
        if host.network_mode == NetworkMode::Host {
            let reason = "conflicting options: host type networking can't be used with links. This would result in undefined behavior";
            return Err(EngineError::InvalidRequest(reason.to_owned()));
        }
        for link in &mut host.networking.links {
            let (container, alias) = link.split_once(':').unwrap_or((link, link));
            let found = self.resolve_container(container).map_err(|error| {
                EngineError::InvalidRequest(format!("could not get container for {container}: {error}"))
            })?;
            *link = format!("/{}:{alias}", found.name);
        }
        Ok(())
    }

    /// The links of a container about to be started.
    ///
    /// # Errors
    /// [`EngineError::Conflict`] in Docker's words when one of them does not run.
    pub(in crate::engine) fn links(&self, record: &ContainerRecord) -> Result<Vec<Link>, EngineError> {
        if record.host_config.network_mode != NetworkMode::Bridge {
            return Ok(Vec::new());
        }
        record.host_config.networking.links.iter().map(|link| self.link(link)).collect()
    }

    fn link(&self, link: &str) -> Result<Link, EngineError> {
        let (container, path) = link.split_once(':').unwrap_or((link, link));
        let target = self.resolve_container(container.trim_start_matches('/'))?;
        if !target.state.is_running() {
            return Err(EngineError::Conflict(format!(
                "Cannot link to a non running container: {container} AS {path}"
            )));
        }
        let bridge = target.attachments.networks.iter().find(|known| known.network == NetworkMode::Bridge.name());
        let address = bridge.and_then(|bridge| bridge.address(true)).ok_or_else(|| {
            EngineError::Conflict(format!(
                "Cannot link to /{}, as it does not belong to the default network",
                target.name
            ))
        })?;
        let mut ports: Vec<(u16, Protocol)> =
            target.config.exposed_ports.keys().filter_map(|port| parse_port(port).ok()).collect();
        ports.sort_unstable();
        Ok(Link {
            alias: path.rsplit('/').next().unwrap_or(path).to_owned(),
            path: path.to_owned(),
            address: address.address.to_string(),
            hostname: target.config.hostname.clone(),
            name: target.name.to_string(),
            environment: target.config.env.clone(),
            ports,
        })
    }
}

/// Completes settled links once the container has a name: `/container:/own/alias`.
pub(in crate::engine) fn name_links(host: &mut HostConfig, own: &ContainerName) {
    for link in &mut host.networking.links {
        if let Some((container, alias)) = link.split_once(':') {
            *link = format!("{container}:/{own}/{alias}");
        }
    }
}

impl Link {
    /// Its line of `/etc/hosts`.
    pub(in crate::engine) fn line(&self) -> String {
        let name = if self.alias == self.name { String::new() } else { format!(" {}", self.name) };
        format!("{}\t{} {}{name}", self.address, self.alias, self.hostname)
    }

    /// Its variables: where its ports are, what it is called, its own environment.
    pub(in crate::engine) fn environment(&self) -> Vec<String> {
        let prefix = self.alias.to_uppercase().replace('-', "_");
        let place = |(number, protocol): &(u16, Protocol)| format!("{}://{}:{number}", protocol.word(), self.address);
        let named =
            |(number, protocol): &(u16, Protocol)| format!("{prefix}_PORT_{number}_{}", protocol.word().to_uppercase());
        let mut variables: Vec<String> =
            self.ports.first().map(|port| format!("{prefix}_PORT={}", place(port))).into_iter().collect();
        for (first, last) in runs(&self.ports) {
            let name = named(first);
            variables.extend([
                format!("{name}_START={}", place(first)),
                format!("{name}_ADDR={}", self.address),
                format!("{name}_PROTO={}", first.1.word()),
                format!("{name}_PORT_START={}", first.0),
                format!("{name}_END={}", place(last)),
                format!("{name}_PORT_END={}", last.0),
            ]);
        }
        for port in &self.ports {
            let name = named(port);
            variables.extend([
                format!("{name}={}", place(port)),
                format!("{name}_ADDR={}", self.address),
                format!("{name}_PORT={}", port.0),
                format!("{name}_PROTO={}", port.1.word()),
            ]);
        }
        variables.push(format!("{prefix}_NAME={}", self.path));
        let own = self.environment.iter().filter_map(|variable| variable.split_once('='));
        let own = own.filter(|(name, _)| !KEPT_BACK.contains(name));
        variables.extend(own.map(|(name, value)| format!("{prefix}_ENV_{name}={value}")));
        variables
    }
}

type Port = (u16, Protocol);

/// Rows of three ports and more that follow one another, of whatever protocol: the first and the last of each.
fn runs(ports: &[Port]) -> Vec<(&Port, &Port)> {
    let mut found = Vec::new();
    let mut rest = ports;
    while let [first, ..] = rest {
        let next = |pair: &&[Port]| pair[1].0 <= pair[0].0.saturating_add(1);
        let length = 1 + rest.windows(2).take_while(next).count();
        if length > 2 {
            found.push((first, &rest[length - 1]));
        }
        rest = &rest[length..];
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_told_as_docker_tells_it() {
        let mut link = Link {
            alias: "data-x".into(),
            path: "/web/data-x".into(),
            address: "172.17.0.2".into(),
            hostname: "abc".into(),
            name: "db".into(),
            environment: vec!["POSTGRES=1".into(), "PATH=/bin".into()],
            ports: vec![(7, Protocol::Udp), (80, Protocol::Tcp)],
        };
        assert_eq!(link.line(), "172.17.0.2\tdata-x abc db");
        let expected = "DATA_X_PORT=udp://172.17.0.2:7 DATA_X_PORT_7_UDP=udp://172.17.0.2:7 DATA_X_PORT_7_UDP_ADDR=172.17.0.2 \
            DATA_X_PORT_7_UDP_PORT=7 DATA_X_PORT_7_UDP_PROTO=udp DATA_X_PORT_80_TCP=tcp://172.17.0.2:80 \
            DATA_X_PORT_80_TCP_ADDR=172.17.0.2 DATA_X_PORT_80_TCP_PORT=80 DATA_X_PORT_80_TCP_PROTO=tcp \
            DATA_X_NAME=/web/data-x DATA_X_ENV_POSTGRES=1";
        assert_eq!(link.environment().join(" "), expected);
        link.alias = "db".into();
        assert_eq!(link.line(), "172.17.0.2\tdb abc");
        assert!(runs(&link.ports).is_empty());
        let row = [(1, Protocol::Tcp), (80, Protocol::Tcp), (81, Protocol::Tcp), (82, Protocol::Tcp)];
        assert_eq!(runs(&row), [(&row[1], &row[3])]);
    }
}
