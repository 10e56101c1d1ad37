//! One request to a host: its agent (certificates, proxy, timeouts), redirects, failures in Go's words.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::net::ToSocketAddrs;
use std::path::Path;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use ureq::http::{self, HeaderMap, HeaderName, Method, Request, Response, header};
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};
use ureq::{Agent, Body, Proxy, SendBody, Timeout};

use super::RegistryError;
use super::endpoint::{host_of, is_insecure, is_loopback};
use super::error::PLAIN_ANSWER;
use super::options::RegistryOptions;
use super::retry::{self, Interrupt};

const RESOLVE_TIMEOUT: Duration = Duration::from_secs(10);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(15);
/// Until the first line of an answer.
const ANSWER_TIMEOUT: Duration = Duration::from_mins(1);
/// Between two pieces of an answer, or of what we send.
const STALL_TIMEOUT: Duration = Duration::from_secs(30);
/// Progress is told every so many bytes.
pub(super) const PROGRESS_STEP: u64 = 512 << 10;
const MAX_REDIRECTS: usize = 10;
const USER_AGENT: &str = concat!("moussaillon/", env!("CARGO_PKG_VERSION"));

/// A request, without its host's agent.
pub(super) struct Ask<'a> {
    pub method: Method,
    pub url: String,
    pub headers: Vec<(HeaderName, String)>,
    pub body: AskBody<'a>,
}

/// What is sent with it.
#[derive(Clone, Copy)]
pub(super) enum AskBody<'a> {
    Empty,
    Bytes(&'a [u8]),
    /// From where it stands to its end; who wants to know how many bytes have gone.
    File(&'a File, &'a dyn Fn(u64)),
}

/// A file on its way out.
struct Outgoing<'a> {
    file: &'a File,
    sent: &'a dyn Fn(u64),
    done: u64,
    told: u64,
}

impl Read for Outgoing<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(buffer)?;
        self.done += count as u64;
        if self.done - self.told >= PROGRESS_STEP || (count == 0 && self.done > self.told) {
            self.told = self.done;
            (self.sent)(self.done);
        }
        Ok(count)
    }
}

impl<'a> Ask<'a> {
    pub(super) fn new(method: Method, url: impl Into<String>) -> Self {
        Self { method, url: url.into(), headers: Vec::new(), body: AskBody::Empty }
    }

    #[must_use]
    pub(super) fn header(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    #[must_use]
    pub(super) fn body(mut self, body: AskBody<'a>) -> Self {
        self.body = body;
        self
    }

    /// `Get`, as Go writes methods in its errors.
    pub(super) fn verb(&self) -> String {
        let name = self.method.as_str();
        format!("{}{}", &name[..1], name[1..].to_ascii_lowercase())
    }
}

/// Carries requests.
#[derive(Debug)]
pub(super) struct Transport<'a> {
    pub options: &'a RegistryOptions,
    pub interrupt: Interrupt,
    agents: Mutex<BTreeMap<String, Agent>>,
}

impl<'a> Transport<'a> {
    pub(super) fn new(options: &'a RegistryOptions, interrupt: Interrupt) -> Self {
        Self { options, interrupt, agents: Mutex::default() }
    }

    /// Asks once; redirects of GET and HEAD are followed. `authorization` goes to the first host only.
    pub(super) fn send(&self, ask: &Ask<'_>, authorization: Option<&str>) -> Result<Response<Body>, RegistryError> {
        let mut url = ask.url.clone();
        let mut authorization = authorization;
        for _ in 0..=MAX_REDIRECTS {
            retry::check(&self.interrupt)?;
            let response = self.send_once(ask, &url, authorization)?;
            let follows = response.status().is_redirection() && matches!(ask.method, Method::GET | Method::HEAD);
            let Some(location) = response.headers().get(header::LOCATION).filter(|_| follows) else {
                return Ok(response);
            };
            let next = resolve(&url, location.to_str().unwrap_or_default());
            self.check_redirect(&url, &next)?;
            if host_of(&next) != host_of(&url) {
                authorization = None;
            }
            url = next;
        }
        Err(RegistryError::BadAnswer {
            url: ask.url.clone(),
            reason: format!("stopped after {MAX_REDIRECTS} redirects"),
        })
    }

    /// Neither another protocol nor, from a safe place, one that others can listen to.
    fn check_redirect(&self, from: &str, to: &str) -> Result<(), RegistryError> {
        let refused = |reason| Err(RegistryError::UnsafeTarget { from: from.to_owned(), to: to.to_owned(), reason });
        match to.split_once("://") {
            Some(("https", _)) => Ok(()),
            Some(("http", _)) if from.starts_with("http://") || is_insecure(self.options, host_of(to)) => Ok(()),
            Some(("http", _)) => refused("from HTTPS to plain HTTP"),
            _ => refused("neither HTTP nor HTTPS"),
        }
    }

    fn send_once(
        &self,
        ask: &Ask<'_>,
        url: &str,
        authorization: Option<&str>,
    ) -> Result<Response<Body>, RegistryError> {
        let failed = |error: ureq::Error| RegistryError::Unreachable {
            verb: ask.verb(),
            url: url.to_owned(),
            reason: go_reason(&error, url),
        };
        let mut request = Request::builder().method(ask.method.clone()).uri(url);
        for (name, value) in &ask.headers {
            request = request.header(name, value);
        }
        if let Some(authorization) = authorization {
            request = request.header(header::AUTHORIZATION, authorization);
        }
        let agent = self.agent(url)?;
        let built = |error: http::Error| failed(ureq::Error::Http(error));
        match ask.body {
            AskBody::Empty => agent.run(request.body(()).map_err(built)?),
            AskBody::Bytes(bytes) => agent.run(request.body(bytes).map_err(built)?),
            AskBody::File(file, sent) => {
                let mut outgoing = Outgoing { file, sent, done: 0, told: 0 };
                agent.run(request.body(SendBody::from_reader(&mut outgoing)).map_err(built)?)
            }
        }
        .map_err(failed)
    }

    fn agent(&self, url: &str) -> Result<Agent, RegistryError> {
        let key = format!("{}://{}", url.split("://").next().unwrap_or_default(), host_of(url));
        let mut agents = self.agents.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(agent) = agents.get(&key) {
            return Ok(agent.clone());
        }
        let agent = self.make_agent(url)?;
        agents.insert(key, agent.clone());
        Ok(agent)
    }

    fn make_agent(&self, url: &str) -> Result<Agent, RegistryError> {
        let host = host_of(url);
        let mut tls = TlsConfig::builder().disable_verification(is_insecure(self.options, host));
        if url.starts_with("https:")
            && let Some(certificates) = self.certificates(host)?
        {
            tls = tls.root_certs(RootCerts::new_with_certs(&certificates));
        }
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(USER_AGENT)
            .tls_config(tls.build())
            .proxy(self.proxy(url)?)
            .timeout_resolve(Some(RESOLVE_TIMEOUT))
            .timeout_connect(Some(CONNECT_TIMEOUT))
            .timeout_recv_response(Some(ANSWER_TIMEOUT))
            .timeout_per_read(Some(STALL_TIMEOUT))
            .timeout_per_write(Some(STALL_TIMEOUT))
            .build();
        Ok(config.new_agent())
    }

    /// The authorities for a host: this machine's and those of `certs.d`. `None`: those inside this program.
    fn certificates(&self, host: &str) -> Result<Option<Vec<Certificate<'static>>>, RegistryError> {
        let mut found = Vec::new();
        if let Some(file) = &self.options.authorities {
            read_certificates(file, &mut found)?;
        }
        if let Some(directory) = &self.options.certificates {
            for entry in fs::read_dir(directory.join(host)).into_iter().flatten().flatten() {
                if entry.path().extension().is_some_and(|extension| extension == "crt") {
                    read_certificates(&entry.path(), &mut found)?;
                }
            }
        }
        Ok(Some(found).filter(|found| !found.is_empty()))
    }

    fn proxy(&self, url: &str) -> Result<Option<Proxy>, RegistryError> {
        let options = &self.options.proxy;
        let address = if url.starts_with("https:") { &options.https } else { &options.http };
        let Some(address) = address else { return Ok(None) };
        let bad = |error: ureq::Error| RegistryError::BadAnswer { url: address.clone(), reason: error.to_string() };
        if is_loopback(host_of(url)) {
            return Ok(None);
        }
        let proxy = Proxy::new(address).map_err(bad)?;
        let none =
            options.none.iter().flat_map(|none| none.split(',')).map(str::trim).filter(|entry| !entry.is_empty());
        let mut builder = Proxy::builder(proxy.protocol()).host(proxy.host()).port(proxy.port());
        if let (Some(user), Some(password)) = (proxy.username(), proxy.password()) {
            builder = builder.username(user).password(password);
        }
        for entry in none {
            builder = builder.no_proxy(entry);
        }
        builder.build().map(Some).map_err(bad)
    }
}

fn read_certificates(file: &Path, found: &mut Vec<Certificate<'static>>) -> Result<(), RegistryError> {
    let bad = |reason: String| RegistryError::BadAnswer { url: file.display().to_string(), reason };
    let pem = fs::read(file).map_err(|error| bad(error.to_string()))?;
    for item in parse_pem(&pem) {
        if let PemItem::Certificate(certificate) = item.map_err(|error| bad(error.to_string()))? {
            found.push(certificate);
        }
    }
    Ok(())
}

/// An address seen from another one: absolute, `//host/path`, `/path` or `?query` (RFC 3986 § 5.2, without dot segments).
pub(super) fn resolve(base: &str, location: &str) -> String {
    let scheme = base.split("://").next().unwrap_or("https");
    if location.contains("://") {
        location.to_owned()
    } else if location.starts_with("//") {
        format!("{scheme}:{location}")
    } else if location.starts_with('/') {
        format!("{scheme}://{}{location}", host_of(base))
    } else {
        let path = base.split(['?', '#']).next().unwrap_or(base);
        let directory = path.rsplit_once('/').map_or(path, |(directory, _)| directory);
        format!("{directory}/{location}")
    }
}

/// A header as text.
pub(super) fn text<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    headers.get(name)?.to_str().ok()
}

fn go_reason(error: &ureq::Error, url: &str) -> String {
    let host = host_of(url);
    let name = super::endpoint::without_port(host);
    let port = match host[name.len()..].strip_prefix(':').map(|port| (port, port.parse::<u16>())) {
        Some((_, Ok(port))) => port,
        Some((port, Err(_))) => return format!("dial tcp: address {port}: invalid port"),
        None if url.starts_with("https:") => 443,
        None => 80,
    };
    // Go names who was called, not whom we asked for.
    let mut called = (name.trim_matches(['[', ']']), port).to_socket_addrs().into_iter().flatten();
    let address = called.next().map_or_else(|| format!("{name}:{port}"), |address| address.to_string());
    match error {
        ureq::Error::HostNotFound => format!("dial tcp: lookup {name}: no such host"),
        ureq::Error::Timeout(Timeout::Resolve) => format!("dial tcp: lookup {name}: i/o timeout"),
        ureq::Error::Timeout(Timeout::Connect) => format!("dial tcp {address}: i/o timeout"),
        ureq::Error::Timeout(_) => "net/http: timeout awaiting response headers".to_owned(),
        ureq::Error::ConnectionFailed => format!("dial tcp {address}: connect: connection refused"),
        ureq::Error::Io(error) => io_reason(error, &address, name),
        ureq::Error::Rustls(error) => tls_reason(&error.to_string()),
        other => other.to_string(),
    }
}

/// A conversation that could not be made safe, by rustls's words. The two that learners meet are said as Go says them.
fn tls_reason(error: &str) -> String {
    if error.contains("InvalidContentType") {
        PLAIN_ANSWER.to_owned()
    } else if error.contains("UnknownIssuer") {
        "tls: failed to verify certificate: x509: certificate signed by unknown authority".to_owned()
    } else {
        format!("tls: {error}")
    }
}

fn io_reason(error: &io::Error, address: &str, name: &str) -> String {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => format!("dial tcp {address}: connect: connection refused"),
        io::ErrorKind::NetworkUnreachable => format!("dial tcp {address}: connect: network is unreachable"),
        io::ErrorKind::HostUnreachable => format!("dial tcp {address}: connect: no route to host"),
        io::ErrorKind::ConnectionReset => "read: connection reset by peer".to_owned(),
        io::ErrorKind::BrokenPipe => "write: broken pipe".to_owned(),
        io::ErrorKind::UnexpectedEof => "EOF".to_owned(),
        io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => "net/http: timeout awaiting response headers".to_owned(),
        io::ErrorKind::InvalidData => tls_reason(&error.to_string()),
        // Names are looked up by the C library, whose errors have no number of the system's.
        _ if error.raw_os_error().is_none() && error.to_string().contains("lookup address") => {
            format!("dial tcp: lookup {name}: no such host")
        }
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locations_are_seen_from_where_they_were_sent() {
        let base = "https://a.b:1/v2/x/blobs/uploads/?y=1";
        for (location, expected) in [
            ("https://c/d", "https://c/d"),
            ("//c/d", "https://c/d"),
            ("/v2/z?q", "https://a.b:1/v2/z?q"),
            ("id?q", "https://a.b:1/v2/x/blobs/uploads/id?q"),
        ] {
            assert_eq!(resolve(base, location), expected);
        }
    }

    #[test]
    fn a_safe_place_never_sends_us_to_an_unsafe_one() {
        let options = RegistryOptions::default();
        let transport = Transport::new(&options, None);
        assert!(transport.check_redirect("https://a/x", "https://b/y").is_ok());
        assert!(transport.check_redirect("http://a/x", "http://b/y").is_ok());
        assert!(transport.check_redirect("https://a/x", "http://b/y").is_err());
        assert!(transport.check_redirect("https://a/x", "file:///etc/passwd").is_err());
    }
}
