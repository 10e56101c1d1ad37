//! `docker pull`: where an image comes from (what is embedded, then a registry), and what is told of it on the way.

use std::os::fd::OwnedFd;
use std::sync::Arc;

use super::ImageRecord;
use crate::engine::embedded;
use crate::engine::oci::{Digest, Platform, Reference};
use crate::engine::registry::ImageOrder;
use crate::engine::{Engine, EngineError};

/// What happens while an image is pulled, in order. Layers are named by the digits of their blob's digest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PullEvent {
    /// `latest: Pulling from library/alpine`
    Started {
        /// The tag, or the whole reference when it is by digest.
        tag: String,
        /// Inside its registry: `library/alpine`.
        repository: String,
    },
    /// The layer is here already.
    AlreadyExists {
        /// Which.
        layer: String,
    },
    /// `Pulling fs layer`
    LayerStarted {
        /// Which.
        layer: String,
    },
    /// Bytes of the blob received so far.
    Downloading {
        /// Which.
        layer: String,
        /// Bytes so far.
        done: u64,
        /// Bytes in all.
        total: u64,
    },
    /// `Verifying Checksum`
    Verifying {
        /// Which.
        layer: String,
    },
    /// `Download complete`
    Downloaded {
        /// Which.
        layer: String,
    },
    /// Bytes of the blob unpacked so far.
    Extracting {
        /// Which.
        layer: String,
        /// Bytes so far.
        done: u64,
        /// Bytes in all.
        total: u64,
    },
    /// `Pull complete`
    LayerComplete {
        /// Which.
        layer: String,
    },
}

/// How a pull ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pulled {
    /// The image.
    pub image: ImageRecord,
    /// The manifest's digest.
    pub digest: Digest,
    /// False when it was up to date.
    pub downloaded: bool,
    /// True for the stand-ins that live inside this program: the course says so once.
    pub embedded: bool,
}

/// How an image is pulled.
#[derive(Debug, Clone, Default)]
pub struct PullOptions {
    /// For which machine; this one when `None`.
    pub platform: Option<Platform>,
    /// Becomes readable when the user has had enough.
    pub interrupt: Option<Arc<OwnedFd>>,
}

impl Engine {
    /// Brings an image for this machine into the store under this reference.
    ///
    /// # Errors
    /// [`EngineError::PullDenied`] when no such repository is known, [`EngineError::ManifestUnknown`] for its tag,
    /// [`EngineError::Registry`] when a registry fails.
    pub fn pull_image(&self, reference: &Reference, events: &mut dyn FnMut(PullEvent)) -> Result<Pulled, EngineError> {
        self.pull_image_with(reference, &PullOptions::default(), events)
    }

    /// The same, with options.
    ///
    /// # Errors
    /// As [`Engine::pull_image`], and [`RegistryError::Canceled`](crate::engine::registry::RegistryError::Canceled).
    pub fn pull_image_with(
        &self,
        reference: &Reference,
        options: &PullOptions,
        events: &mut dyn FnMut(PullEvent),
    ) -> Result<Pulled, EngineError> {
        let order = self.registry.order;
        let for_here = options.platform.as_ref().is_none_or(|platform| *platform == Platform::host());
        let embedded = if order == ImageOrder::RegistryOnly || !for_here {
            Err(EngineError::PullDenied(reference.familiar_name()))
        } else {
            match self.offer_from_archives(reference)? {
                Some(offer) => Ok(offer),
                None => embedded::offer(self, reference),
            }
        };
        match embedded {
            Ok(offer) => self.receive_image(reference, &offer, events),
            Err(EngineError::PullDenied(_) | EngineError::ManifestUnknown(_)) if order != ImageOrder::EmbeddedOnly => {
                self.pull_from_registry(reference, options, events)
            }
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::fixture::{PROGRAM, TestEngine};

    fn pull(engine: &Engine, name: &str) -> Result<(Pulled, Vec<PullEvent>), EngineError> {
        let mut events = Vec::new();
        let pulled = engine.pull_image(&name.parse().unwrap(), &mut |event| events.push(event))?;
        Ok((pulled, events))
    }

    #[test]
    fn a_pulled_image_is_there_under_its_name_and_its_digest() {
        let engine = TestEngine::new();
        let (pulled, events) = pull(&engine, "alpine").unwrap();
        assert!(pulled.downloaded && pulled.embedded);
        let words: Vec<_> = events
            .iter()
            .filter_map(|event| match event {
                PullEvent::Started { tag, repository } => Some(format!("{tag}: {repository}")),
                PullEvent::LayerStarted { .. } => Some("Pulling fs layer".to_owned()),
                PullEvent::Verifying { .. } => Some("Verifying Checksum".to_owned()),
                PullEvent::Downloaded { .. } => Some("Download complete".to_owned()),
                PullEvent::LayerComplete { .. } => Some("Pull complete".to_owned()),
                _ => None,
            })
            .collect();
        let expected =
            ["latest: library/alpine", "Pulling fs layer", "Verifying Checksum", "Download complete", "Pull complete"];
        assert_eq!(words, expected);

        let image = engine.resolve_image("alpine").unwrap();
        assert_eq!(image, pulled.image);
        assert_eq!(image.tags, ["alpine".parse().unwrap()]);
        assert_eq!(engine.resolve_image(&image.digests[0].familiar()).unwrap().id, image.id);
        assert_eq!(engine.resolve_image(&image.id.hex()[..5]).unwrap().id, image.id);
        assert_eq!(engine.images().unwrap().as_slice(), std::slice::from_ref(&image));

        let layers = engine.layer_directories(&image).unwrap();
        assert_eq!(std::fs::read(layers[0].join("bin/moussaillon-applet")).unwrap(), PROGRAM);
        assert_eq!(
            std::fs::read_link(layers[0].join("usr/bin/env")).unwrap().to_str(),
            Some("/bin/moussaillon-applet")
        );
        let short = engine.paths().layers().join(&engine.layer_short_names(&image.id).unwrap()[0]);
        assert_eq!(std::fs::canonicalize(short).unwrap(), std::fs::canonicalize(&layers[0]).unwrap());
        assert_eq!(std::fs::read_dir(engine.paths().staging()).unwrap().count(), 0);
    }

    #[test]
    fn a_second_pull_is_up_to_date_and_another_tag_of_it_needs_no_layer() {
        let engine = TestEngine::new();
        let (first, _) = pull(&engine, "alpine").unwrap();
        let (again, events) = pull(&engine, "alpine").unwrap();
        assert!(!again.downloaded);
        assert_eq!(again.digest, first.digest);
        assert_eq!(events.len(), 1);
        let (other, events) = pull(&engine, "alpine:3").unwrap();
        assert!(other.downloaded);
        assert_eq!(events.len(), 1, "{events:?}");
        assert_eq!(engine.resolve_image("alpine").unwrap().tags.len(), 2);
        let by_digest = format!("alpine@{}", first.digest);
        assert!(!pull(&engine, &by_digest).unwrap().0.downloaded);
    }

    #[test]
    fn what_is_not_embedded_is_refused_as_docker_refuses_it() {
        let engine = TestEngine::new();
        for (name, words) in [
            (
                "nosuchimage",
                "pull access denied for nosuchimage, repository does not exist or may require 'docker login': denied: requested access to the resource is denied",
            ),
            ("alpine:0", "manifest for alpine:0 not found: manifest unknown: manifest unknown"),
        ] {
            assert_eq!(pull(&engine, name).unwrap_err().to_string(), words);
        }
        assert_eq!(engine.resolve_image("nosuch").unwrap_err().to_string(), "No such image: nosuch:latest");
    }

    #[test]
    fn an_embedded_layer_can_be_packed_again_into_the_same_bytes() {
        use crate::engine::layer::{OverlayXattrs, pack};
        use crate::engine::store::Hashing;
        let engine = TestEngine::new();
        for name in ["alpine", "hello-world"] {
            let (pulled, _) = pull(&engine, name).unwrap();
            let mut packed = Hashing::new(std::io::sink());
            pack(&engine.layer_directories(&pulled.image).unwrap()[0], OverlayXattrs::User, &mut packed).unwrap();
            assert_eq!(packed.finish().0, *pulled.image.config.rootfs.diff_ids[0].digest(), "{name}");
        }
    }

    #[test]
    fn a_damaged_image_can_be_pulled_again_or_removed_and_hides_no_other() {
        let engine = TestEngine::new();
        engine.pull("hello-world");
        let image = engine.pull("alpine").image;
        let layer = &engine.layer_directories(&image).unwrap()[0];
        std::fs::remove_dir_all(layer.parent().unwrap()).unwrap();
        std::fs::write(engine.paths().blob(image.id.digest()), "not a config").unwrap();
        assert_eq!(engine.images().unwrap().len(), 1);
        assert!(matches!(engine.resolve_image("alpine"), Err(EngineError::DamagedImage(..))));

        assert!(engine.pull("alpine").downloaded);
        assert_eq!(
            engine.resolve_image("alpine").unwrap(),
            ImageRecord { last_tagged: engine.image(&image.id).unwrap().unwrap().last_tagged, ..image.clone() }
        );
        assert!(layer.join("bin/moussaillon-applet").exists());

        std::fs::remove_file(engine.paths().blob(image.id.digest())).unwrap();
        engine.remove_image("alpine", super::super::RemoveImageRequest::default()).unwrap();
        assert_eq!(engine.images().unwrap().len(), 1);
        assert_eq!(engine.resolve_image("alpine").unwrap_err().to_string(), "No such image: alpine:latest");
    }
}
