//! Pulling from a registry: which image a name means there, and its documents. The layers come in [`super::download`].

use super::RegistryError;
use super::download::RemoteImage;
use super::endpoint::{endpoints, mirrors};
use super::kind::Kind;
use super::repository::{Access, CONFIG_BYTES_MAX, Document, Repository};
use super::transport::Transport;
use crate::engine::oci::{Descriptor, Digest, Index, Manifest, Platform, Reference, media_type};
use crate::engine::store::{PullEvent, PullOptions, Pulled};
use crate::engine::{Engine, EngineError};

/// More layers than Docker ever makes an image of.
const LAYERS_MAX: usize = 1024;

impl Engine {
    /// Brings an image of a registry into the store under this reference; mirrors are asked first.
    pub(crate) fn pull_from_registry(
        &self,
        reference: &Reference,
        options: &PullOptions,
        events: &mut dyn FnMut(PullEvent),
    ) -> Result<Pulled, EngineError> {
        let transport = Transport::new(&self.registry, options.interrupt.clone());
        let domain = reference.domain();
        for mirror in mirrors(&self.registry, domain) {
            let connected = Repository::connect(&transport, &[mirror], reference.path(), Access::Pull, None);
            // A mirror that fails, or has not got it, is passed over: the registry itself decides.
            if let Ok(repository) = connected
                && let Ok(remote) = self.choose(&repository, reference, options)
            {
                return self.receive_remote(&repository, reference, remote, events);
            }
        }
        let credentials = self.registry.credentials.find(domain);
        let found = endpoints(&self.registry, domain);
        let repository = Repository::connect(&transport, &found, reference.path(), Access::Pull, credentials)?;
        let remote =
            self.choose(&repository, reference, options).map_err(|error| in_words_of_a_pull(reference, error))?;
        self.receive_remote(&repository, reference, remote, events)
    }

    /// The tags of a repository, as its registry lists them.
    ///
    /// # Errors
    /// The registry's.
    pub fn remote_tags(&self, reference: &Reference, options: &PullOptions) -> Result<Vec<String>, EngineError> {
        let transport = Transport::new(&self.registry, options.interrupt.clone());
        let credentials = self.registry.credentials.find(reference.domain());
        let found = endpoints(&self.registry, reference.domain());
        let repository = Repository::connect(&transport, &found, reference.path(), Access::Pull, credentials)?;
        repository.tags().map_err(|error| match error {
            RegistryError::NotFound(message) | RegistryError::NameUnknown(message) => {
                EngineError::RepositoryUnknown { name: reference.familiar_name(), message }
            }
            other => in_words_of_a_pull(reference, other),
        })
    }

    /// What the reference means there, for this platform: nothing more than a `HEAD` when that is here already.
    fn choose(
        &self,
        repository: &Repository<'_>,
        reference: &Reference,
        options: &PullOptions,
    ) -> Result<Remote, RegistryError> {
        let platform = options.platform.clone().unwrap_or_else(Platform::host);
        let name = match (reference.digest(), reference.tag()) {
            (Some(digest), _) => digest.to_string(),
            (None, tag) => tag.unwrap_or_default().to_owned(),
        };
        let announced = match reference.digest() {
            Some(digest) => Some(digest.clone()),
            None => repository.manifest_digest(&name)?,
        };
        if let Some(digest) = &announced
            && let Ok(known) = self.resolve_image(&reference.digested(digest).to_string())
            && is_for(&platform, &known.config.os, &known.config.architecture)
            && self.layer_directories(&known).is_ok()
            && (reference.digest().is_some() || known.tags.contains(&reference.canonical()))
        {
            return Ok(Remote::Here(Box::new(known), digest.clone()));
        }
        let top = repository.manifest(announced.as_ref().map_or(name.as_str(), Digest::as_str))?;
        let digest = top.digest.clone();
        let chosen = match Kind::of(&top)? {
            Kind::Index => {
                let chosen = repository.manifest(for_platform(&top, &platform)?.digest.as_str())?;
                match Kind::of(&chosen)? {
                    Kind::Manifest => chosen,
                    Kind::Index => return Err(unusable(repository, "an index inside an index")),
                }
            }
            Kind::Manifest => top.clone(),
        };
        let manifest = read_manifest(repository, &chosen)?;
        let config = repository.blob(&manifest.config.digest, CONFIG_BYTES_MAX)?;
        let top = (top.digest != chosen.digest).then_some(top.content);
        Ok(Remote::There(RemoteImage { digest, top, manifest_json: chosen.content, manifest, config_json: config }))
    }

    fn receive_remote(
        &self,
        repository: &Repository<'_>,
        reference: &Reference,
        remote: Remote,
        events: &mut dyn FnMut(PullEvent),
    ) -> Result<Pulled, EngineError> {
        let tag = reference.digest().map_or_else(|| reference.tag().unwrap_or_default().to_owned(), Digest::to_string);
        events(PullEvent::Started { tag, repository: reference.path().to_owned() });
        match remote {
            Remote::Here(image, digest) => Ok(Pulled { image: *image, digest, downloaded: false, embedded: false }),
            Remote::There(remote) => self.receive_downloaded(repository, reference, &remote, events),
        }
    }
}

/// What a reference means in a registry.
enum Remote {
    /// An image that is here, under this digest.
    Here(Box<crate::engine::store::ImageRecord>, Digest),
    /// One that is not, or not whole.
    There(RemoteImage),
}

fn for_platform(document: &Document, platform: &Platform) -> Result<Descriptor, RegistryError> {
    let index: Index = serde_json::from_slice(&document.content)
        .map_err(|error| RegistryError::BadAnswer { url: document.digest.to_string(), reason: error.to_string() })?;
    let fits = |entry: &&crate::engine::oci::IndexEntry| {
        entry.platform.as_ref().is_some_and(|its| is_for(platform, &its.os, &its.architecture))
    };
    let found = index.manifests.iter().find(fits).map(|entry| entry.descriptor.clone());
    found.ok_or_else(|| RegistryError::NoPlatform(platform.clone()))
}

fn is_for(platform: &Platform, os: &str, architecture: &str) -> bool {
    platform.os == os && platform.architecture == architecture
}

fn read_manifest(repository: &Repository<'_>, document: &Document) -> Result<Manifest, RegistryError> {
    let manifest: Manifest =
        serde_json::from_slice(&document.content).map_err(|error| unusable(repository, &error.to_string()))?;
    if manifest.layers.len() > LAYERS_MAX {
        return Err(unusable(repository, "more than a thousand layers"));
    }
    match manifest.config.media_type.as_str() {
        media_type::CONFIG | media_type::DOCKER_CONFIG => Ok(manifest),
        other => Err(RegistryError::MediaType(other.to_owned())),
    }
}

fn unusable(repository: &Repository<'_>, reason: &str) -> RegistryError {
    RegistryError::BadAnswer { url: repository.url("manifests/"), reason: reason.to_owned() }
}

/// What Docker makes of a refusal.
fn in_words_of_a_pull(reference: &Reference, error: RegistryError) -> EngineError {
    match error {
        RegistryError::NotFound(_) | RegistryError::NameUnknown(_) => {
            // Where a digest is asked for, the daemon is not told the tag.
            let asked = reference.digest().map_or_else(|| reference.clone(), |digest| reference.digested(digest));
            EngineError::ManifestUnknown(asked.familiar())
        }
        RegistryError::Unauthorized { .. } | RegistryError::Denied(_) => {
            EngineError::PullDenied(reference.familiar_name())
        }
        other => other.into(),
    }
}
