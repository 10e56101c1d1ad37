//! `-p` and `--expose` as Docker's client reads them: `[address:][host]:container[/protocol]`, numbers or ranges.
//! Source: go-connections `nat`, docker/cli `opts/port.go`.

use std::collections::BTreeMap;
use std::net::IpAddr;

use crate::docker::failure::Failure;
use crate::docker::value::number::uint_ten;
use crate::engine::container::PortBinding;

/// What `-p` asks, by the container's port.
pub(super) type Bindings = BTreeMap<String, Option<Vec<PortBinding>>>;

/// Reads one `-p` into the bindings.
pub(super) fn publish(typed: &str, bindings: &mut Bindings) -> Result<(), Failure> {
    let short = long_form(typed)?;
    let typed = short.as_deref().unwrap_or(typed);
    let (address, host, container) = split(typed);
    let (container, protocol) = port_and_protocol(container);
    let protocol = protocol.to_lowercase();
    let address = address.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(address);
    if !address.is_empty() && address.parse::<IpAddr>().is_err() {
        return Err(Failure::client(format!("invalid IP address: {address}")));
    }
    if container.is_empty() {
        return Err(Failure::client(format!("no port specified: {typed}<empty>")));
    }
    let inside = range(container).ok_or_else(|| Failure::client(format!("invalid containerPort: {container}")))?;
    let outside = if host.is_empty() {
        None
    } else {
        Some(range(host).ok_or_else(|| Failure::client(format!("invalid hostPort: {host}")))?)
    };
    let length = |(first, last): (u16, u16)| last - first;
    if let Some(outside) = outside
        && length(outside) != length(inside)
        && length(inside) != 0
    {
        return Err(Failure::client(format!(
            "invalid ranges specified for container and host Ports: {container} and {host}"
        )));
    }
    if !matches!(protocol.as_str(), "tcp" | "udp" | "sctp") {
        return Err(Failure::client(format!("invalid proto: {protocol}")));
    }
    if protocol == "sctp" {
        return Err(Failure::client("sctp ports cannot be published by this engine"));
    }
    for offset in 0..=length(inside) {
        let host_port = match outside {
            None => String::new(),
            // One port of the container, several of the host: any of them.
            Some((first, last)) if length(inside) == 0 && first != last => format!("{first}-{last}"),
            Some((first, _)) => (first + offset).to_string(),
        };
        let binding = PortBinding { host_ip: address.to_owned(), host_port };
        let port = format!("{}/{protocol}", inside.0 + offset);
        bindings.entry(port).or_default().get_or_insert_default().push(binding);
    }
    Ok(())
}

/// Reads one `--expose`: each port of it.
pub(super) fn expose(typed: &str) -> Result<Vec<String>, Failure> {
    if typed.contains(':') {
        return Err(Failure::client(format!("invalid port format for --expose: {typed}")));
    }
    let (ports, protocol) = port_and_protocol(typed);
    let invalid = |why: String| Failure::client(format!("invalid range format for --expose: {typed}, error: {why}"));
    if typed.is_empty() {
        return Err(invalid("empty string specified for ports".to_owned()));
    }
    let number = |text: &str| uint_ten(text, 16).map_err(invalid);
    let (first, last) = match ports.split_once('-') {
        Some((first, last)) => (number(first)?, number(last)?),
        None => number(ports).map(|only| (only, only))?,
    };
    if last < first {
        return Err(invalid(format!("invalid range specified for port: {ports}")));
    }
    Ok((first..=last).map(|port| format!("{port}/{}", protocol.to_lowercase())).collect())
}

/// `target=80,published=8080,protocol=tcp` in the short form; `None` when it is short already. Docker's client passes
/// over every other name.
fn long_form(typed: &str) -> Result<Option<String>, Failure> {
    if !typed.contains('=') {
        return Ok(None);
    }
    let (mut target, mut published, mut protocol) = ("", "", "tcp");
    for field in typed.split(',') {
        match field.split_once('=') {
            Some(("target", value)) => target = value,
            Some(("published", value)) => published = value,
            Some(("protocol", value)) => protocol = value,
            Some((name, _)) if !name.is_empty() => {}
            _ => {
                return Err(Failure::client(format!(
                    "invalid publish opts format (should be name=value but got '{field}')"
                )));
            }
        }
    }
    Ok(Some(format!("{published}:{target}/{protocol}")))
}

/// A port or a range, and its protocol; what follows a second slash does not count.
fn port_and_protocol(typed: &str) -> (&str, &str) {
    let mut parts = typed.split('/');
    let port = parts.next().unwrap_or_default();
    (port, parts.next().filter(|protocol| !protocol.is_empty()).unwrap_or("tcp"))
}

/// Address, host's port, container's port; the address may be IPv6, with colons of its own.
fn split(typed: &str) -> (&str, &str, &str) {
    let mut parts = typed.rsplitn(3, ':');
    let container = parts.next().unwrap_or_default();
    let host = parts.next().unwrap_or_default();
    (parts.next().unwrap_or_default(), host, container)
}

fn range(text: &str) -> Option<(u16, u16)> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (first.parse().ok()?, last.parse().ok()?);
    (first <= last).then_some((first, last))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(typed: &str) -> Vec<(String, String, String)> {
        let mut bindings = Bindings::new();
        publish(typed, &mut bindings).unwrap();
        let flat =
            bindings.into_iter().flat_map(|(port, to)| to.unwrap().into_iter().map(move |to| (port.clone(), to)));
        flat.map(|(port, to)| (port, to.host_ip, to.host_port)).collect()
    }

    fn one(port: &str, address: &str, host: &str) -> Vec<(String, String, String)> {
        vec![(port.into(), address.into(), host.into())]
    }

    #[test]
    fn every_form_is_read() {
        assert_eq!(read("80"), one("80/tcp", "", ""));
        assert_eq!(read("8080:80"), one("80/tcp", "", "8080"));
        assert_eq!(read("127.0.0.1:8080:80/udp"), one("80/udp", "127.0.0.1", "8080"));
        assert_eq!(read("127.0.0.1::80"), one("80/tcp", "127.0.0.1", ""));
        assert_eq!(read("[::1]:8080:80"), one("80/tcp", "::1", "8080"));
        assert_eq!(read("8000-8010:80"), one("80/tcp", "", "8000-8010"));
        assert_eq!(read("8000-8002:80-82").len(), 3);
        assert_eq!(read("target=80,published=8080"), one("80/tcp", "", "8080"));
        assert_eq!(read("target=80,mode=none,nosuch=1"), one("80/tcp", "", ""));
        assert_eq!(read("8080:80/udp/tcp"), one("80/udp", "", "8080"));
    }

    #[test]
    fn what_cannot_be_is_refused() {
        for typed in [
            "foo:80",
            "80:foo",
            ":",
            "80:",
            "70000",
            "99999:80",
            "8080-8070:80",
            "1.2.3:80:80",
            "80/xx",
            "8000-8002:80-81",
        ] {
            assert!(publish(typed, &mut Bindings::new()).is_err(), "{typed}");
        }
    }

    #[test]
    fn exposed_ranges_are_ports_each() {
        assert_eq!(expose("80-82/udp").unwrap(), ["80/udp", "81/udp", "82/udp"]);
        assert!(expose("80-70").is_err() && expose("foo").is_err() && expose("80:90").is_err());
    }
}
