//! `docker manifest inspect`: the documents behind a name, without bringing the image in. Source: docker/cli
//! `internal/registryclient`, whose order of questions this is.

use super::RegistryError;
use super::endpoint::endpoints;
use super::kind::Kind;
use super::options::{ImageOrder, RegistryOptions};
use super::repository::{Access, CONFIG_BYTES_MAX, Document, Repository};
use super::retry::Interrupt;
use super::transport::Transport;
use crate::engine::oci::{Descriptor, Digest, Index, IndexEntry, IndexPlatform, Manifest, Reference, media_type};
use crate::engine::{Engine, EngineError, embedded};

/// An index names no more images.
const IMAGES_MAX: usize = 256;

/// What a name means in a registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Described {
    /// One image.
    Image(Box<DescribedImage>),
    /// One image per platform, in the order of the index.
    Index(Vec<DescribedImage>),
}

/// An image's manifest and what it runs on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DescribedImage {
    /// Under which name it was found: by its digest when an index names it.
    pub reference: Reference,
    /// Kind, digest and size of the manifest.
    pub descriptor: Descriptor,
    /// As its config says, or the index that names it.
    pub platform: IndexPlatform,
    /// The manifest, byte for byte: valid JSON.
    pub manifest_json: Vec<u8>,
}

/// Whether a registry that has no certificate may answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trust {
    /// Only one that proves who it is.
    Proven,
    /// Any (`--insecure`).
    Anyone,
}

impl Engine {
    /// What a name means: in a course pack, inside this program, or else in its registry.
    ///
    /// # Errors
    /// [`RegistryError::NotFound`] when nobody has it, or its registry speaks plain HTTP and may not;
    /// [`RegistryError::Unreachable`] when its registry does not answer.
    pub fn describe_image(
        &self,
        reference: &Reference,
        trust: Trust,
        interrupt: Interrupt,
    ) -> Result<Described, EngineError> {
        if let Some(described) = self.describe_at_hand(reference)? {
            return Ok(described);
        }
        if self.registry.order == ImageOrder::EmbeddedOnly {
            return Err(RegistryError::NotFound(reference.to_string()).into());
        }
        let domain = reference.domain();
        let options = told_to_trust(&self.registry, domain, trust);
        let transport = Transport::new(&options, interrupt);
        for endpoint in endpoints(&options, domain) {
            if trust == Trust::Proven && endpoint.base.starts_with("http:") {
                continue;
            }
            let credentials = options.credentials.find(domain);
            let connected = Repository::connect(&transport, &[endpoint], reference.path(), Access::Pull, credentials);
            match connected.and_then(|repository| describe(&repository, reference)) {
                // The next address may be the one that speaks its language.
                Err(error) if error.is_plain_answer() => {}
                found => return Ok(found?),
            }
        }
        Err(RegistryError::NotFound(reference.to_string()).into())
    }

    fn describe_at_hand(&self, reference: &Reference) -> Result<Option<Described>, EngineError> {
        if self.registry.order == ImageOrder::RegistryOnly {
            return Ok(None);
        }
        let offer = match self.offer_from_archives(reference)? {
            Some(offer) => offer,
            None => match embedded::offer(self, reference) {
                Ok(offer) => offer,
                Err(EngineError::PullDenied(_) | EngineError::ManifestUnknown(_)) => return Ok(None),
                Err(error) => return Err(error),
            },
        };
        let document = Document {
            media_type: offer.manifest.media_type.clone(),
            digest: Digest::of(&offer.manifest_json),
            content: offer.manifest_json,
        };
        let platform = serde_json::from_slice(&offer.config_json).unwrap_or_default();
        Ok(Some(Described::Image(Box::new(image(reference.clone(), document, platform)))))
    }
}

fn told_to_trust(options: &RegistryOptions, domain: &str, trust: Trust) -> RegistryOptions {
    let mut options = options.clone();
    if trust == Trust::Anyone {
        options.insecure.push(domain.to_owned());
    }
    options
}

fn describe(repository: &Repository<'_>, reference: &Reference) -> Result<Described, RegistryError> {
    let name = match (reference.digest(), reference.tag()) {
        (Some(digest), _) => digest.to_string(),
        (None, tag) => tag.unwrap_or_default().to_owned(),
    };
    let top = repository.manifest(&name)?;
    if Kind::of(&top)? == Kind::Manifest {
        let manifest: Manifest = read(&top)?;
        let config = repository.blob(&manifest.config.digest, CONFIG_BYTES_MAX)?;
        let platform =
            serde_json::from_slice(&config).map_err(|error| unusable(&manifest.config.digest, &error.to_string()))?;
        return Ok(Described::Image(Box::new(image(reference.clone(), top, platform))));
    }
    let index: Index = read(&top)?;
    if index.manifests.len() > IMAGES_MAX {
        return Err(unusable(&top.digest, "an index of too many images"));
    }
    let one = |entry: IndexEntry| {
        let document = repository.manifest(entry.descriptor.digest.as_str())?;
        if Kind::of(&document)? == Kind::Index {
            return Err(unusable(&document.digest, "an index inside an index"));
        }
        read::<Manifest>(&document)?;
        let reference = reference.pinned(&document.digest);
        Ok(image(reference, document, entry.platform.unwrap_or_default()))
    };
    index.manifests.into_iter().map(one).collect::<Result<_, _>>().map(Described::Index)
}

fn read<T: serde::de::DeserializeOwned>(document: &Document) -> Result<T, RegistryError> {
    serde_json::from_slice(&document.content).map_err(|error| unusable(&document.digest, &error.to_string()))
}

/// A manifest that has been read; one that does not say what it is follows OCI.
fn image(reference: Reference, document: Document, platform: IndexPlatform) -> DescribedImage {
    let media_type = match document.media_type.as_str() {
        docker @ media_type::DOCKER_MANIFEST => docker,
        _ => media_type::MANIFEST,
    };
    let descriptor =
        Descriptor { media_type: media_type.to_owned(), digest: document.digest, size: document.content.len() as u64 };
    DescribedImage { reference, descriptor, platform, manifest_json: document.content }
}

fn unusable(digest: &Digest, reason: &str) -> RegistryError {
    RegistryError::BadAnswer { url: digest.to_string(), reason: reason.to_owned() }
}
