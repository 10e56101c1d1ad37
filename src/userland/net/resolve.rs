//! From names to addresses: `/etc/hosts`, then the name servers of `/etc/resolv.conf`. No library of the system is asked,
//! for there is none in the image.

use std::io;
use std::net::{IpAddr, SocketAddr};

use super::dns::{self, Failure, Kind, Record};

/// The addresses of a name, IPv4 first; an address is its own.
///
/// # Errors
/// `bad address` when there is none.
pub(super) fn addresses(name: &str) -> io::Result<Vec<IpAddr>> {
    if let Ok(address) = name.trim_matches(['[', ']']).parse() {
        return Ok(vec![address]);
    }
    let hosts = std::fs::read_to_string("/etc/hosts").unwrap_or_default();
    let mut found = in_hosts(&hosts, name);
    if found.is_empty() {
        let configuration = Configuration::read();
        for candidate in configuration.candidates(name) {
            for kind in [Kind::V4, Kind::V6] {
                found.extend(configuration.ask(&candidate, kind).unwrap_or_default().into_iter().filter_map(
                    |(_, record)| match record {
                        Record::Address(address) => Some(address),
                        _ => None,
                    },
                ));
            }
            if !found.is_empty() {
                break;
            }
        }
    }
    found.sort_by_key(IpAddr::is_ipv6);
    if found.is_empty() { Err(io::Error::other(format!("bad address '{name}'"))) } else { Ok(found) }
}

fn in_hosts(text: &str, name: &str) -> Vec<IpAddr> {
    let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default());
    lines
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            let address = words.next()?.parse().ok()?;
            words.any(|word| word.eq_ignore_ascii_case(name)).then_some(address)
        })
        .collect()
}

/// `/etc/resolv.conf`.
pub(super) struct Configuration {
    pub(super) servers: Vec<IpAddr>,
    search: Vec<String>,
    dots: usize,
}

impl Configuration {
    pub(super) fn read() -> Self {
        Self::parse(&std::fs::read_to_string("/etc/resolv.conf").unwrap_or_default())
    }

    fn parse(text: &str) -> Self {
        let mut read = Self { servers: Vec::new(), search: Vec::new(), dots: 1 };
        for line in text.lines() {
            let mut words = line.split_whitespace();
            match words.next() {
                Some("nameserver") => read.servers.extend(words.next().and_then(|word| word.parse::<IpAddr>().ok())),
                Some("search" | "domain") => read.search = words.map(str::to_owned).collect(),
                Some("options") => {
                    let dots = words.find_map(|word| word.strip_prefix("ndots:")?.parse().ok());
                    read.dots = dots.unwrap_or(read.dots);
                }
                _ => {}
            }
        }
        if read.servers.is_empty() {
            read.servers.push(IpAddr::from([127, 0, 0, 1]));
        }
        read
    }

    /// A name as it is asked: short ones with the domains of `search` first.
    fn candidates(&self, name: &str) -> Vec<String> {
        if name.ends_with('.') {
            return vec![name.to_owned()];
        }
        let mut all: Vec<String> = self.search.iter().map(|domain| format!("{name}.{domain}")).collect();
        let whole = if name.matches('.').count() >= self.dots { 0 } else { all.len() };
        all.insert(whole, name.to_owned());
        all
    }

    /// Asks each server until one answers.
    pub(super) fn ask(&self, name: &str, kind: Kind) -> Result<Vec<(String, Record)>, Failure> {
        let mut last = Failure::NoSuchName;
        for server in &self.servers {
            match dns::ask(SocketAddr::new(*server, 53), name, kind) {
                Err(Failure::Io(error)) => last = Failure::Io(error),
                other => return other,
            }
        }
        Err(last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_and_search_domains() {
        let hosts = "127.0.0.1\tlocalhost\n172.18.0.2 web Web2 # a\n::1 localhost\n";
        assert_eq!(in_hosts(hosts, "WEB2"), [IpAddr::from([172, 18, 0, 2])]);
        assert_eq!(in_hosts(hosts, "localhost").len(), 2);
        assert!(in_hosts(hosts, "a").is_empty());
        let read = Configuration::parse("nameserver 127.0.0.11\nsearch a.test b.test\noptions ndots:0\n");
        assert_eq!(read.candidates("web"), ["web", "web.a.test", "web.b.test"]);
        assert_eq!(read.servers, [IpAddr::from([127, 0, 0, 11])]);
    }
}
