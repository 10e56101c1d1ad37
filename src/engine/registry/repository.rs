//! One repository of one registry: who we are there, its manifests, its blobs.

use std::sync::{Mutex, PoisonError};

use ureq::Body;
use ureq::http::{Method, Response, StatusCode, header};

use super::RegistryError;
use super::challenge::Challenge;
use super::document::{failure, read_limited};
use super::endpoint::Endpoint;
use super::options::Credentials;
use super::retry::Retry;
use super::token;
use super::transport::{Ask, Transport, resolve, text};
use crate::engine::oci::{Digest, media_type};

/// Docker's own limit for a manifest.
const MANIFEST_BYTES_MAX: u64 = 4 << 20;
/// Nor is a config longer.
pub(super) const CONFIG_BYTES_MAX: u64 = 16 << 20;

/// A list of tags has no more pages.
const TAG_PAGES_MAX: usize = 1000;

/// What may be done there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    Pull,
    PullPush,
}

impl Access {
    fn word(self) -> &'static str {
        match self {
            Self::Pull => "pull",
            Self::PullPush => "pull,push",
        }
    }
}

/// A repository at one address.
#[derive(Debug)]
pub(super) struct Repository<'a> {
    pub transport: &'a Transport<'a>,
    base: String,
    path: String,
    scope: String,
    credentials: Option<Credentials>,
    authorization: Mutex<Option<String>>,
}

/// A manifest or an index as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Document {
    pub media_type: String,
    pub digest: Digest,
    pub content: Vec<u8>,
}

impl<'a> Repository<'a> {
    /// Finds the registry at one of its addresses: the first that answers.
    ///
    /// # Errors
    /// The last one's when none does.
    pub(super) fn connect(
        transport: &'a Transport<'a>,
        endpoints: &[Endpoint],
        path: &str,
        access: Access,
        credentials: Option<Credentials>,
    ) -> Result<Self, RegistryError> {
        let mut last = None;
        for endpoint in endpoints {
            let repository = Self {
                transport,
                base: endpoint.base.clone(),
                path: path.to_owned(),
                scope: if path.is_empty() { String::new() } else { format!("repository:{path}:{}", access.word()) },
                credentials: credentials.clone(),
                authorization: Mutex::default(),
            };
            match repository.ping() {
                Ok(()) => return Ok(repository),
                Err(RegistryError::Canceled) => return Err(RegistryError::Canceled),
                Err(error) => last = Some(error),
            }
        }
        Err(last.unwrap_or_else(|| RegistryError::NotFound("no registry to ask".to_owned())))
    }

    /// An address inside the repository.
    pub(super) fn url(&self, rest: &str) -> String {
        format!("{}/v2/{}/{rest}", self.base, self.path)
    }

    /// Whether a registry answers here; it may say at once how it wants to know us.
    fn ping(&self) -> Result<(), RegistryError> {
        let ask = Ask::new(Method::GET, format!("{}/v2/", self.base));
        let response = self.transport.send(&ask, None)?;
        match response.status() {
            StatusCode::UNAUTHORIZED => self.learn(&ask, &response, None),
            StatusCode::OK | StatusCode::NOT_FOUND => Ok(()),
            _ => Err(failure(&ask, response)),
        }
    }

    /// Asks for a page under `/v2/` that wants to know us: whether our name and secret are good.
    ///
    /// # Errors
    /// [`RegistryError::LoginRefused`], or [`RegistryError::Unauthorized`] by who gives tokens, when they are not.
    pub(super) fn prove(&self) -> Result<(), RegistryError> {
        let ask = Ask::new(Method::GET, format!("{}/v2/", self.base));
        let status = self.respond(&ask)?.status();
        if status == StatusCode::OK {
            return Ok(());
        }
        Err(RegistryError::LoginRefused { url: ask.url, status: status.to_string() })
    }

    /// Asks as who we are; once more when the registry wants another proof than the last.
    ///
    /// # Errors
    /// What the registry refuses with.
    pub(super) fn request(&self, ask: &Ask<'_>) -> Result<Response<Body>, RegistryError> {
        let response = self.respond(ask)?;
        if response.status().is_success() { Ok(response) } else { Err(failure(ask, response)) }
    }

    /// The same, whatever the answer is.
    fn respond(&self, ask: &Ask<'_>) -> Result<Response<Body>, RegistryError> {
        let known = self.authorization();
        let response = self.transport.send(ask, known.as_deref())?;
        if response.status() != StatusCode::UNAUTHORIZED {
            return Ok(response);
        }
        self.learn(ask, &response, known.as_deref())?;
        let new = self.authorization();
        match challenge_of(&response) {
            Some(Challenge::Basic) if new.is_none() => {
                Err(RegistryError::NoCredentials { verb: ask.verb(), url: ask.url.clone() })
            }
            _ if new.is_none() || new == known => Ok(response),
            _ => self.transport.send(ask, new.as_deref()),
        }
    }

    fn authorization(&self) -> Option<String> {
        self.authorization.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Gets the proof a 401 asks for, unless another thread has a newer one than `known` already.
    fn learn(&self, ask: &Ask<'_>, response: &Response<Body>, known: Option<&str>) -> Result<(), RegistryError> {
        let mut authorization = self.authorization.lock().unwrap_or_else(PoisonError::into_inner);
        if authorization.is_some() && authorization.as_deref() != known {
            return Ok(());
        }
        if let Some(challenge) = challenge_of(response) {
            *authorization =
                token::authorization(self.transport, &ask.url, &challenge, &self.scope, self.credentials.as_ref())?;
        }
        Ok(())
    }

    /// The digest of what a tag means now, where the registry says it: asked without counting against a limit.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] when there is no such tag.
    pub(super) fn manifest_digest(&self, reference: &str) -> Result<Option<Digest>, RegistryError> {
        let ask = self.ask_manifest(Method::HEAD, reference);
        let response = Retry::run(&self.transport.interrupt, || self.request(&ask))?;
        Ok(response.headers().get("docker-content-digest").and_then(|value| value.to_str().ok()?.parse().ok()))
    }

    /// A manifest or an index by its tag or its digest, verified when it is by digest.
    ///
    /// # Errors
    /// [`RegistryError::WrongManifest`] when it is not what its digest says.
    pub(super) fn manifest(&self, reference: &str) -> Result<Document, RegistryError> {
        let ask = self.ask_manifest(Method::GET, reference);
        let response = Retry::run(&self.transport.interrupt, || self.request(&ask))?;
        let announced = text(response.headers(), &header::CONTENT_TYPE)
            .map(|value| value.split(';').next().unwrap_or_default().trim().to_owned());
        let content = read_limited(response, &ask.url, MANIFEST_BYTES_MAX)?;
        let digest = Digest::of(&content);
        if let Ok(expected) = reference.parse::<Digest>()
            && expected != digest
        {
            return Err(RegistryError::WrongManifest(expected));
        }
        Ok(Document { media_type: announced.unwrap_or_default(), digest, content })
    }

    /// A short blob, verified.
    ///
    /// # Errors
    /// [`RegistryError::WrongBlob`] when it is not what its digest says.
    pub(super) fn blob(&self, digest: &Digest, limit: u64) -> Result<Vec<u8>, RegistryError> {
        let ask = Ask::new(Method::GET, self.url(&format!("blobs/{digest}")));
        let content = Retry::run(&self.transport.interrupt, || {
            self.request(&ask).and_then(|response| read_limited(response, &ask.url, limit))
        })?;
        if Digest::of(&content) == *digest { Ok(content) } else { Err(RegistryError::WrongBlob(digest.clone())) }
    }

    /// The tags, as many pages as there are.
    ///
    /// # Errors
    /// The registry's; one that never ends its list is cut off.
    pub(super) fn tags(&self) -> Result<Vec<String>, RegistryError> {
        #[derive(serde::Deserialize)]
        struct Page {
            #[serde(default)]
            tags: Option<Vec<String>>,
        }
        let mut tags = Vec::new();
        let mut url = self.url("tags/list");
        for _ in 0..TAG_PAGES_MAX {
            let ask = Ask::new(Method::GET, url.as_str());
            let response = Retry::run(&self.transport.interrupt, || self.request(&ask))?;
            let next = text(response.headers(), &header::LINK).and_then(next_page);
            let content = read_limited(response, &url, MANIFEST_BYTES_MAX)?;
            let page: Page = serde_json::from_slice(&content)
                .map_err(|error| RegistryError::BadAnswer { url: url.clone(), reason: error.to_string() })?;
            tags.extend(page.tags.unwrap_or_default());
            match next {
                Some(next) => url = resolve(&url, &next),
                None => return Ok(tags),
            }
        }
        Err(RegistryError::BadAnswer { url, reason: format!("more than {TAG_PAGES_MAX} pages of tags") })
    }

    fn ask_manifest(&self, method: Method, reference: &str) -> Ask<'static> {
        let accepted = media_type::MANIFESTS.join(", ");
        Ask::new(method, self.url(&format!("manifests/{reference}"))).header(header::ACCEPT, accepted)
    }
}

/// What an answer asks for before it will be another one.
fn challenge_of(response: &Response<Body>) -> Option<Challenge> {
    text(response.headers(), &header::WWW_AUTHENTICATE).and_then(Challenge::parse)
}

/// The address in `<…>; rel="next"`.
fn next_page(link: &str) -> Option<String> {
    let (address, rest) = link.trim().strip_prefix('<')?.split_once('>')?;
    rest.contains("next").then(|| address.to_owned())
}
