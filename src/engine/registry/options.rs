//! What the engine is told of registries: where they are, whom they trust, who we are there.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

/// How registries are reached. The default is Docker's: `docker.io` over HTTPS, loopback registries over either.
#[derive(Debug, Clone, Default)]
pub struct RegistryOptions {
    /// Base addresses (`https://mirror.example`) asked before Docker Hub, for its images only.
    pub mirrors: Vec<String>,
    /// Hosts with their port (`registry.lan:5000`) that may speak plain HTTP or have a certificate nobody knows.
    /// Loopback ones always may.
    pub insecure: Vec<String>,
    /// Docker's `certs.d`: `HOST[:PORT]/*.crt` are authorities trusted for that host beside the usual ones.
    pub certificates: Option<PathBuf>,
    /// The authorities of this machine, PEM; those inside this program when there is none.
    pub authorities: Option<PathBuf>,
    /// Proxies.
    pub proxy: ProxyOptions,
    /// Archives of images (`docker save`) asked before everything else: those of course packs.
    pub archives: Vec<PathBuf>,
    /// Who wins when an image is both embedded and in a registry.
    pub order: ImageOrder,
    /// Who we are at a registry.
    pub credentials: CredentialSource,
}

/// Proxies, as `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` say them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProxyOptions {
    /// For `http://`.
    pub http: Option<String>,
    /// For `https://`.
    pub https: Option<String>,
    /// Who is asked directly.
    pub none: Option<String>,
}

/// Who wins when an image is both embedded and in a registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ImageOrder {
    /// What is embedded is taken first: nothing is asked of a network.
    #[default]
    EmbeddedFirst,
    /// The registry is asked, and what is embedded is not known.
    RegistryOnly,
    /// No registry is asked: nothing of this program goes to a network.
    EmbeddedOnly,
}

impl RegistryOptions {
    /// No network at all: what is embedded, and nothing else.
    pub fn offline() -> Self {
        Self { order: ImageOrder::EmbeddedOnly, ..Self::default() }
    }
}

/// A name and a secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// `<token>` when the secret is an identity token.
    pub username: String,
    /// Password, access token or identity token.
    pub secret: String,
}

impl Credentials {
    /// The name that says the secret is an identity token (Docker's convention for credential helpers).
    pub const TOKEN_USER: &str = "<token>";
}

/// The secret is nobody's business.
impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("username", &self.username).finish_non_exhaustive()
    }
}

/// Finds the credentials for a registry's domain (`docker.io`, `localhost:5000`), when they are asked for.
#[derive(Clone)]
pub struct CredentialSource(Arc<FindCredentials>);

type FindCredentials = dyn Fn(&str) -> Option<Credentials> + Send + Sync;

impl CredentialSource {
    /// A source that asks this function.
    pub fn new(find: impl Fn(&str) -> Option<Credentials> + Send + Sync + 'static) -> Self {
        Self(Arc::new(find))
    }

    /// The credentials for a domain.
    pub fn find(&self, domain: &str) -> Option<Credentials> {
        (self.0)(domain)
    }
}

impl Default for CredentialSource {
    fn default() -> Self {
        Self::new(|_| None)
    }
}

impl fmt::Debug for CredentialSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CredentialSource")
    }
}
