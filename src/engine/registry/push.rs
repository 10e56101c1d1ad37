//! Pushing an image: its layers, its config, then the manifest that names them.

use std::fs::File;
use std::io;
use std::sync::mpsc;
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::RegistryError;
use super::endpoint::endpoints;
use super::repository::{Access, Repository};
use super::transport::{PROGRESS_STEP, Transport};
use super::upload::Uploaded;
use crate::engine::layer::{OverlayXattrs, pack};
use crate::engine::oci::{ChainId, Descriptor, DiffId, Digest, Manifest, Reference, media_type};
use crate::engine::store::{Hashing, ImageRecord, LayerArchive, PullOptions, Stage, json};
use crate::engine::{Engine, EngineError};

/// Docker's own number.
const UPLOADS_AT_ONCE: usize = 5;

/// What happens while an image is pushed. Layer names are the first 12 digits of the layer's diff id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PushEvent {
    /// `Preparing`
    Preparing {
        /// Which.
        layer: String,
    },
    /// Still `Preparing`: bytes of it packed.
    Packing {
        /// Which.
        layer: String,
        /// Bytes so far.
        done: u64,
        /// Bytes in all.
        total: u64,
    },
    /// Bytes to send.
    Pushing {
        /// Which.
        layer: String,
        /// Bytes so far.
        done: u64,
        /// Bytes in all.
        total: u64,
    },
    /// `Layer already exists`
    AlreadyExists {
        /// Which.
        layer: String,
    },
    /// `Mounted from a/b`
    Mounted {
        /// Which.
        layer: String,
        /// Another repository of the registry.
        from: String,
    },
    /// `Pushed`
    Pushed {
        /// Which.
        layer: String,
    },
}

/// What a registry has now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pushed {
    /// The tag.
    pub tag: String,
    /// Of the manifest.
    pub digest: Digest,
    /// Of the manifest, in bytes.
    pub size: u64,
}

/// A layer on its way.
struct Outgoing<'a> {
    chain: &'a ChainId,
    diff: &'a DiffId,
    layer: String,
}

impl Engine {
    /// Sends an image to the registry its name says.
    ///
    /// # Errors
    /// [`EngineError::NoSuchImage`], and the registry's.
    pub fn push_image(
        &self,
        reference: &Reference,
        options: &PullOptions,
        events: &mut dyn FnMut(PushEvent),
    ) -> Result<Pushed, EngineError> {
        self.push_known(reference, options, events).map_err(|error| match error {
            // A push does not say what it asked when it lacked a name and a password.
            EngineError::Registry(RegistryError::NoCredentials { .. }) => {
                EngineError::Forbidden("no basic auth credentials".to_owned())
            }
            other => other,
        })
    }

    fn push_known(
        &self,
        reference: &Reference,
        options: &PullOptions,
        events: &mut dyn FnMut(PushEvent),
    ) -> Result<Pushed, EngineError> {
        let image = self.resolve_image(&reference.to_string())?;
        let transport = Transport::new(&self.registry, options.interrupt.clone());
        let found = endpoints(&self.registry, reference.domain());
        let credentials = self.registry.credentials.find(reference.domain());
        let repository = Repository::connect(&transport, &found, reference.path(), Access::PullPush, credentials)?;
        let diffs = &image.config.rootfs.diff_ids;
        let chains = ChainId::stack(diffs);
        let outgoing: Vec<Outgoing<'_>> = chains
            .iter()
            .zip(diffs)
            .map(|(chain, diff)| Outgoing { chain, diff, layer: diff.digest().hex()[..12].to_owned() })
            .collect();
        for layer in outgoing.iter().rev() {
            events(PushEvent::Preparing { layer: layer.layer.clone() });
        }
        let neighbours = neighbours(reference, &image);
        let layers = self.upload_layers(&repository, &outgoing, &neighbours, events)?;

        let config_json = self
            .read_blob(image.id.digest())?
            .ok_or_else(|| EngineError::DamagedImage(image.id.clone(), "its config is missing".to_owned()))?;
        let manifest_json = self.manifest_to_push(&image, layers, config_json.len());
        let manifest: Manifest = serde_json::from_slice(&manifest_json)
            .map_err(|error| EngineError::DamagedImage(image.id.clone(), error.to_string()))?;
        let stage = Stage::new(&self.paths)?;
        repository.upload(&manifest.config, &[], &mut || file_of(&stage, "config", &config_json), &|_| {})?;
        let tag = reference.tag().unwrap_or_default();
        repository.put_manifest(tag, &manifest.media_type, &manifest_json)?;
        let digest = Digest::of(&manifest_json);
        self.remember_pushed(reference, &image, &manifest_json, &digest)?;
        Ok(Pushed { tag: tag.to_owned(), digest, size: manifest_json.len() as u64 })
    }

    /// The layers' descriptors, lowest first, once the registry has them all.
    fn upload_layers(
        &self,
        repository: &Repository<'_>,
        outgoing: &[Outgoing<'_>],
        neighbours: &[String],
        events: &mut dyn FnMut(PushEvent),
    ) -> Result<Vec<Descriptor>, EngineError> {
        let next = Mutex::new(outgoing.iter().enumerate().rev());
        let done: Mutex<Vec<Option<Result<Descriptor, EngineError>>>> =
            Mutex::new(outgoing.iter().map(|_| None).collect());
        let (told, heard) = mpsc::channel();
        thread::scope(|scope| {
            for _ in 0..UPLOADS_AT_ONCE.min(outgoing.len()) {
                let told = told.clone();
                let (next, done) = (&next, &done);
                scope.spawn(move || {
                    let take = || next.lock().unwrap_or_else(PoisonError::into_inner).next();
                    while let Some((at, layer)) = take() {
                        let outcome = self.upload_layer(repository, layer, neighbours, &told);
                        let failed = outcome.is_err();
                        done.lock().unwrap_or_else(PoisonError::into_inner)[at] = Some(outcome);
                        if failed {
                            // What is not begun stays undone: the image cannot be whole any more.
                            while take().is_some() {}
                        }
                    }
                });
            }
            drop(told);
            for event in heard {
                events(event);
            }
        });
        let done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
        let failed = done.iter().position(|outcome| matches!(outcome, Some(Err(_))));
        let mut descriptors = Vec::new();
        for (at, outcome) in done.into_iter().enumerate() {
            match outcome {
                Some(Ok(descriptor)) => descriptors.push(descriptor),
                Some(Err(error)) if Some(at) == failed => return Err(error),
                _ => {}
            }
        }
        Ok(descriptors)
    }

    fn upload_layer(
        &self,
        repository: &Repository<'_>,
        outgoing: &Outgoing<'_>,
        neighbours: &[String],
        told: &mpsc::Sender<PushEvent>,
    ) -> Result<Descriptor, EngineError> {
        let stage = Stage::new(&self.paths)?;
        let layer = outgoing.layer.clone();
        // What goes is compressed; Docker counts what was read.
        let total = self.layer_record(outgoing.chain)?.size;
        let packing = |done: u64| {
            let _ = told.send(PushEvent::Packing { layer: layer.clone(), done: done.min(total), total });
        };
        let (descriptor, file) = self.compressed_layer(&stage, outgoing, &packing)?;
        let tell = |sent: u64| {
            let done = u128::from(total) * u128::from(sent) / u128::from(descriptor.size.max(1));
            let done = u64::try_from(done).unwrap_or(total).min(total);
            let _ = told.send(PushEvent::Pushing { layer: layer.clone(), done, total });
        };
        let mut content = || {
            file.try_clone().map_err(|error| RegistryError::BadAnswer { url: layer.clone(), reason: error.to_string() })
        };
        let event = match repository.upload(&descriptor, neighbours, &mut content, &tell)? {
            Uploaded::Known => PushEvent::AlreadyExists { layer },
            Uploaded::Mounted(from) => PushEvent::Mounted { layer, from },
            Uploaded::Sent => PushEvent::Pushed { layer },
        };
        let _ = told.send(event);
        Ok(descriptor)
    }

    /// A layer as it goes over the network: as it came, or else packed and compressed.
    fn compressed_layer(
        &self,
        stage: &Stage,
        outgoing: &Outgoing<'_>,
        packing: &dyn Fn(u64),
    ) -> Result<(Descriptor, File), EngineError> {
        let directory = match self.layer_archive(outgoing.chain)? {
            LayerArchive::Kept(descriptor, file) if descriptor.media_type != media_type::LAYER_TAR => {
                return Ok((descriptor, file));
            }
            LayerArchive::Kept(_, mut file) => return compress(stage, &mut file),
            LayerArchive::ToPack(directory) => directory,
        };
        let path = stage.path().join("layer.tar.gz");
        let failed = |error: io::Error| EngineError::io(&path, error);
        let file = File::options().read(true).write(true).create_new(true).open(&path).map_err(failed)?;
        let mut encoder = flate2::GzBuilder::new().write(Hashing::new(file), flate2::Compression::default());
        let mut tar = Hashing::new(Counting { to: &mut encoder, done: 0, told: 0, tell: packing });
        pack(&directory, OverlayXattrs::of(self.tier), &mut tar)?;
        let diff = tar.finish().0;
        if diff != *outgoing.diff.digest() {
            return Err(EngineError::DamagedState {
                path: directory,
                reason: format!("its content is not that of layer {} any more", outgoing.diff),
            });
        }
        let (file, digest, size) = encoder.finish().map_err(failed)?.into_parts();
        Ok((Descriptor { media_type: media_type::DOCKER_LAYER.to_owned(), digest, size }, file))
    }

    /// The manifest the image came with, when its layers are still those; else one of ours, in Docker's format.
    fn manifest_to_push(&self, image: &ImageRecord, layers: Vec<Descriptor>, config_size: usize) -> Vec<u8> {
        for name in &image.digests {
            let Some(digest) = name.digest() else { continue };
            let Ok(Some(known)) = self.read_blob(digest) else { continue };
            let Ok(manifest) = serde_json::from_slice::<Manifest>(&known) else { continue };
            let same = |(its, ours): (&Descriptor, &Descriptor)| its.digest == ours.digest;
            if manifest.config.digest == *image.id.digest()
                && manifest.layers.len() == layers.len()
                && manifest.layers.iter().zip(&layers).all(same)
                && !manifest.media_type.is_empty()
            {
                return known;
            }
        }
        let config = Descriptor {
            media_type: media_type::DOCKER_CONFIG.to_owned(),
            digest: image.id.digest().clone(),
            size: config_size as u64,
        };
        let layers = layers.into_iter().map(|layer| Descriptor { media_type: docker_type(&layer.media_type), ..layer });
        let manifest = Manifest {
            schema_version: 2,
            media_type: media_type::DOCKER_MANIFEST.to_owned(),
            config,
            layers: layers.collect(),
        };
        json::manifest(&manifest)
    }

    fn remember_pushed(
        &self,
        reference: &Reference,
        image: &ImageRecord,
        manifest_json: &[u8],
        digest: &Digest,
    ) -> Result<(), EngineError> {
        let name = reference.digested(digest);
        if image.digests.contains(&name) {
            return Ok(());
        }
        self.write_blob(manifest_json)?;
        let lock = crate::engine::store::StoreLock::acquire(&self.paths)?;
        self.name_image(&lock, &image.id, &[name])
    }
}

/// Docker's manifest names its layers in Docker's words.
fn docker_type(media: &str) -> String {
    match media {
        media_type::LAYER_GZIP => media_type::DOCKER_LAYER.to_owned(),
        other => other.to_owned(),
    }
}

/// Tells how much has been written.
struct Counting<'a, W> {
    to: W,
    done: u64,
    told: u64,
    tell: &'a dyn Fn(u64),
}

impl<W: io::Write> io::Write for Counting<'_, W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.to.write(bytes)?;
        self.done += count as u64;
        if self.done - self.told >= PROGRESS_STEP {
            self.told = self.done;
            (self.tell)(self.done);
        }
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

fn compress(stage: &Stage, archive: &mut File) -> Result<(Descriptor, File), EngineError> {
    let path = stage.path().join("layer.tar.gz");
    let failed = |error: io::Error| EngineError::io(&path, error);
    let file = File::options().read(true).write(true).create_new(true).open(&path).map_err(failed)?;
    let mut encoder = flate2::GzBuilder::new().write(Hashing::new(file), flate2::Compression::default());
    io::copy(archive, &mut encoder).map_err(failed)?;
    let (file, digest, size) = encoder.finish().map_err(failed)?.into_parts();
    Ok((Descriptor { media_type: media_type::DOCKER_LAYER.to_owned(), digest, size }, file))
}

fn file_of(stage: &Stage, name: &str, content: &[u8]) -> Result<File, RegistryError> {
    let path = stage.path().join(name);
    std::fs::write(&path, content)
        .and_then(|()| File::open(&path))
        .map_err(|error| RegistryError::BadAnswer { url: path.display().to_string(), reason: error.to_string() })
}

/// Other repositories of the same registry which have had this image's layers: those its names say.
fn neighbours(reference: &Reference, image: &ImageRecord) -> Vec<String> {
    let mut paths: Vec<String> = image
        .tags
        .iter()
        .chain(&image.digests)
        .filter(|name| name.domain() == reference.domain() && name.path() != reference.path())
        .map(|name| name.path().to_owned())
        .collect();
    paths.sort();
    paths.dedup();
    paths
}
