//! Where a registry is to be had, and how careful to be with it.

use std::net::IpAddr;

use super::options::RegistryOptions;

/// Docker Hub's name in references, and where it really is.
const HUB: &str = "docker.io";
const HUB_HOST: &str = "registry-1.docker.io";

/// One address of a registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Endpoint {
    /// `https://registry-1.docker.io`, without a final slash.
    pub base: String,
    /// Whether a certificate nobody knows is taken.
    pub insecure: bool,
}

/// The addresses of a domain's registry, in the order they are tried. An insecure one is tried over HTTPS first, as Docker
/// does.
pub(super) fn endpoints(options: &RegistryOptions, domain: &str) -> Vec<Endpoint> {
    if domain == HUB {
        return vec![Endpoint { base: format!("https://{HUB_HOST}"), insecure: false }];
    }
    let insecure = is_insecure(options, domain);
    let secure = Endpoint { base: format!("https://{domain}"), insecure };
    if insecure { vec![secure, Endpoint { base: format!("http://{domain}"), insecure }] } else { vec![secure] }
}

/// The mirrors of a domain: Docker Hub's only.
pub(super) fn mirrors(options: &RegistryOptions, domain: &str) -> Vec<Endpoint> {
    let mirrors = options.mirrors.iter().filter(|_| domain == HUB);
    mirrors
        .map(|base| {
            let base = base.trim_end_matches('/');
            Endpoint { base: base.to_owned(), insecure: is_insecure(options, host_of(base)) }
        })
        .collect()
}

/// Whether a host may be spoken to in the clear.
pub(super) fn is_insecure(options: &RegistryOptions, host: &str) -> bool {
    options.insecure.iter().any(|known| known == host) || is_loopback(host)
}

/// `127.0.0.0/8`, `::1`, `localhost`, with or without a port.
pub(super) fn is_loopback(host: &str) -> bool {
    let name = without_port(host);
    name == "localhost" || name.trim_matches(['[', ']']).parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// The host of an address, with its port.
pub(super) fn host_of(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?', '#']).next().unwrap_or(rest)
}

/// The host without its port.
pub(super) fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) && !name.ends_with(':') => name,
        _ => host,
    }
}

/// Whether two hosts belong together: the same name whatever the port, or two names under one domain of two labels
/// (`registry-1.docker.io`, `auth.docker.io`).
pub(super) fn are_related(one: &str, other: &str) -> bool {
    let (one, other) = (without_port(one), without_port(other));
    let family = |name: &str| {
        let labels: Vec<&str> = name.rsplit('.').take(2).collect();
        (labels.len() == 2 && name.parse::<IpAddr>().is_err()).then(|| labels.join("."))
    };
    one == other || (family(one).is_some() && family(one) == family(other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loopback_may_speak_in_the_clear_and_others_when_named() {
        let options = RegistryOptions { insecure: vec!["lan:5000".to_owned()], ..RegistryOptions::default() };
        let bases = |domain: &str| -> Vec<String> {
            endpoints(&options, domain).into_iter().map(|endpoint| endpoint.base).collect()
        };
        assert_eq!(bases("docker.io"), ["https://registry-1.docker.io"]);
        assert_eq!(bases("ghcr.io"), ["https://ghcr.io"]);
        for domain in ["localhost:5000", "127.0.0.1:5000", "127.3.2.1", "lan:5000"] {
            assert_eq!(bases(domain), [format!("https://{domain}"), format!("http://{domain}")]);
        }
        assert_eq!(bases("lan"), ["https://lan"]);
    }

    #[test]
    fn hosts_of_one_house_are_related() {
        assert!(are_related("registry-1.docker.io", "auth.docker.io"));
        assert!(are_related("127.0.0.1:5000", "127.0.0.1:5001"));
        assert!(are_related("registry.gitlab.com", "gitlab.com"));
        assert!(!are_related("registry.example.org", "evil.example.com"));
        assert!(!are_related("127.0.0.1", "10.0.0.1"));
        assert!(!are_related("localhost:1", "127.0.0.1:1"));
    }

    #[test]
    fn hosts_are_cut_out_of_addresses() {
        for (url, host) in [("https://a.b:1/c?d", "a.b:1"), ("http://[::1]:5/x", "[::1]:5"), ("a/b", "a")] {
            assert_eq!(host_of(url), host);
        }
        assert_eq!(without_port("[::1]:5000"), "[::1]");
        assert_eq!(without_port("a:5000"), "a");
    }
}
