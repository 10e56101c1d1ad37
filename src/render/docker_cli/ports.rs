//! The column `PORTS` of `docker ps`. Source: docker/cli `cli/command/formatter`, `DisplayablePorts`.

use crate::engine::container::ContainerRecord;

/// One port: the host's side when it is published.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Port {
    inside: u16,
    address: String,
    outside: u16,
    protocol: String,
}

/// A run of ports that differ by one: `0.0.0.0:8000-8002->8000-8002/tcp`.
struct Run {
    address: String,
    protocol: String,
    first: u16,
    last: u16,
}

/// The text; empty when the container does not run.
pub fn column(record: &ContainerRecord) -> String {
    if record.attachments.live.is_none() {
        return String::new();
    }
    let mut ports: Vec<Port> = record
        .attachments
        .ports()
        .iter()
        .map(|port| Port {
            inside: port.container,
            address: port.host.ip().to_string(),
            outside: port.host.port(),
            protocol: port.protocol.word().to_owned(),
        })
        .collect();
    for exposed in record.config.exposed_ports.keys() {
        let (number, protocol) = exposed.split_once('/').unwrap_or((exposed, "tcp"));
        let Ok(inside) = number.parse() else { continue };
        if !ports.iter().any(|port| port.inside == inside && port.protocol == protocol) {
            ports.push(Port { inside, address: String::new(), outside: 0, protocol: protocol.to_owned() });
        }
    }
    ports.sort();
    lay_out(&ports)
}

fn lay_out(ports: &[Port]) -> String {
    let mut finished: Vec<String> = Vec::new();
    let mut runs: Vec<Run> = Vec::new();
    let mut mapped: Vec<String> = Vec::new();
    for port in ports {
        if !port.address.is_empty() && port.outside != port.inside {
            let outside = joined(&port.address, &port.outside.to_string());
            mapped.push(format!("{outside}->{}/{}", port.inside, port.protocol));
            continue;
        }
        let same = |run: &&mut Run| run.address == port.address && run.protocol == port.protocol;
        match runs.iter_mut().find(same) {
            Some(run) if port.inside == run.last.saturating_add(1) => run.last = port.inside,
            Some(run) => {
                finished.push(run.text());
                (run.first, run.last) = (port.inside, port.inside);
            }
            None => runs.push(Run {
                address: port.address.clone(),
                protocol: port.protocol.clone(),
                first: port.inside,
                last: port.inside,
            }),
        }
    }
    finished.extend(runs.iter().map(Run::text));
    finished.extend(mapped);
    finished.join(", ")
}

impl Run {
    fn text(&self) -> String {
        let ports =
            if self.first == self.last { self.first.to_string() } else { format!("{}-{}", self.first, self.last) };
        if self.address.is_empty() {
            return format!("{ports}/{}", self.protocol);
        }
        format!("{}->{ports}/{}", joined(&self.address, &ports), self.protocol)
    }
}

fn joined(address: &str, port: &str) -> String {
    if address.contains(':') { format!("[{address}]:{port}") } else { format!("{address}:{port}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn port(inside: u16, address: &str, outside: u16) -> Port {
        Port { inside, address: address.into(), outside, protocol: "tcp".into() }
    }

    #[test]
    fn neighbours_are_one_run() {
        let ports = [port(80, "", 0), port(81, "", 0), port(443, "", 0)];
        assert_eq!(lay_out(&ports), "80-81/tcp, 443/tcp");
        let ports = [port(80, "0.0.0.0", 8080), port(80, "::", 8080)];
        assert_eq!(lay_out(&ports), "0.0.0.0:8080->80/tcp, [::]:8080->80/tcp");
        let ports = [port(80, "::1", 80), port(81, "::1", 81)];
        assert_eq!(lay_out(&ports), "[::1]:80-81->80-81/tcp");
    }
}
