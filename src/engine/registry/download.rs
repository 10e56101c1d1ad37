//! The layers of an image from a registry: several at once, each unpacked while it comes, verified before it is believed.

use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::sync::{Mutex, PoisonError};
use std::thread;

use super::RegistryError;
use super::blob_stream::BlobStream;
use super::repository::Repository;
use crate::engine::layer::Decompressed;
use crate::engine::oci::{ChainId, Descriptor, DiffId, Digest, ImageConfig, ImageId, Manifest, Reference};
use crate::engine::store::{Hashing, LayerContent, LayerLock, PullEvent, Pulled, Stage, StagedLayer, StoreLock};
use crate::engine::{Engine, EngineError};

/// Docker's own number.
const DOWNLOADS_AT_ONCE: usize = 3;
/// Progress is told every so many bytes.
const PROGRESS_STEP: u64 = 512 << 10;
const BUFFER_BYTES: usize = 128 << 10;

/// An image of a registry, its documents verified.
pub(super) struct RemoteImage {
    /// What the reference means: the manifest's digest, or the index's.
    pub digest: Digest,
    /// The index, when the manifest came from one.
    pub top: Option<Vec<u8>>,
    pub manifest_json: Vec<u8>,
    pub manifest: Manifest,
    pub config_json: Vec<u8>,
}

/// A layer that is not here: its place in the stack, and what comes of it.
struct Wanted<'a> {
    index: usize,
    chain: &'a ChainId,
    descriptor: &'a Descriptor,
    diff: &'a DiffId,
}

type Outcome = Result<Option<StagedLayer>, EngineError>;

impl Engine {
    /// Downloads what is missing of an image, and gives it its names.
    pub(super) fn receive_downloaded(
        &self,
        repository: &Repository<'_>,
        reference: &Reference,
        remote: &RemoteImage,
        events: &mut dyn FnMut(PullEvent),
    ) -> Result<Pulled, EngineError> {
        let id = ImageId::new(Digest::of(&remote.config_json));
        let damaged = |reason: &str| EngineError::DamagedImage(id.clone(), reason.to_owned());
        let config: ImageConfig =
            serde_json::from_slice(&remote.config_json).map_err(|error| damaged(&error.to_string()))?;
        let diffs = &config.rootfs.diff_ids;
        if diffs.len() != remote.manifest.layers.len() {
            return Err(damaged("its manifest and its config have different layers"));
        }
        // Of an image that is here only a name is missing: nothing is said of its layers.
        let here = self.image(&id).is_ok_and(|known| known.is_some_and(|known| self.layer_directories(&known).is_ok()));
        let staged = if here { Vec::new() } else { self.download_layers(repository, &remote.manifest, diffs, events)? };

        let lock = StoreLock::acquire(&self.paths)?;
        for (index, layer) in &staged {
            self.place_layer(&diffs[..*index], layer)?;
        }
        self.write_blob(remote.top.as_ref().unwrap_or(&remote.manifest_json))?;
        let mut names = vec![reference.canonical(), reference.digested(&remote.digest)];
        names.dedup();
        let image = self.register_image(&lock, &remote.config_json, None, &names)?;
        Ok(Pulled { image, digest: remote.digest.clone(), downloaded: true, embedded: false })
    }

    /// Stages the layers that are not here; each with its index.
    fn download_layers(
        &self,
        repository: &Repository<'_>,
        manifest: &Manifest,
        diffs: &[DiffId],
        events: &mut dyn FnMut(PullEvent),
    ) -> Result<Vec<(usize, StagedLayer)>, EngineError> {
        let chains = ChainId::stack(diffs);
        let mut wanted = Vec::new();
        for (index, ((chain, descriptor), diff)) in chains.iter().zip(&manifest.layers).zip(diffs).enumerate() {
            let layer = layer_name(descriptor);
            if self.has_layer(chain) {
                events(PullEvent::AlreadyExists { layer });
            } else {
                events(PullEvent::LayerStarted { layer });
                wanted.push(Wanted { index, chain, descriptor, diff });
            }
        }
        let mut outcomes = self.download_side_by_side(repository, &wanted, events);
        let mut staged = Vec::new();
        // The first failure is the cause of the others.
        if let Some(failed) =
            outcomes.iter().position(|outcome| matches!(outcome, Some(Err(error)) if !is_canceled(error)))
            && let Some(Err(error)) = outcomes.swap_remove(failed)
        {
            return Err(error);
        }
        for (wanted, outcome) in wanted.iter().zip(outcomes) {
            match outcome {
                Some(Ok(layer)) => staged.extend(layer.map(|layer| (wanted.index, layer))),
                Some(Err(error)) => return Err(error),
                None => return Err(RegistryError::Canceled.into()),
            }
        }
        StagedLayer::sync_all(staged.iter().map(|(_, layer)| layer))?;
        for wanted in &wanted {
            events(PullEvent::LayerComplete { layer: layer_name(wanted.descriptor) });
        }
        Ok(staged)
    }

    fn download_side_by_side(
        &self,
        repository: &Repository<'_>,
        wanted: &[Wanted<'_>],
        events: &mut dyn FnMut(PullEvent),
    ) -> Vec<Option<Outcome>> {
        let next = Mutex::new(wanted.iter().enumerate());
        let outcomes: Mutex<Vec<Option<Outcome>>> = Mutex::new(wanted.iter().map(|_| None).collect());
        let stopped = AtomicBool::new(false);
        let (told, heard) = mpsc::channel();
        thread::scope(|scope| {
            for _ in 0..DOWNLOADS_AT_ONCE.min(wanted.len()) {
                let told = told.clone();
                let (next, outcomes, stopped) = (&next, &outcomes, &stopped);
                scope.spawn(move || {
                    let take = || next.lock().unwrap_or_else(PoisonError::into_inner).next();
                    while let Some((at, layer)) = take() {
                        let outcome = self.download_layer(repository, layer, stopped, &told);
                        stopped.fetch_or(outcome.is_err(), Ordering::SeqCst);
                        outcomes.lock().unwrap_or_else(PoisonError::into_inner)[at] = Some(outcome);
                    }
                });
            }
            drop(told);
            for event in heard {
                events(event);
            }
        });
        outcomes.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// One layer from the first byte to its stage; `None` when another process brought it meanwhile.
    fn download_layer(
        &self,
        repository: &Repository<'_>,
        wanted: &Wanted<'_>,
        stopped: &AtomicBool,
        told: &mpsc::Sender<PullEvent>,
    ) -> Outcome {
        let tell = |event| drop(told.send(event));
        if stopped.load(Ordering::SeqCst) {
            return Err(RegistryError::Canceled.into());
        }
        let _lock = LayerLock::acquire(&self.paths, wanted.chain)?;
        if self.has_layer(wanted.chain) {
            return Ok(None);
        }
        let Descriptor { digest, size, .. } = wanted.descriptor;
        let layer = layer_name(wanted.descriptor);
        let stage = Stage::new(&self.paths)?;
        let path = stage.path().join("archive");
        let archive = File::create_new(&path).map_err(|error| EngineError::io(&path, error))?;
        let mut incoming = Incoming {
            stream: Hashing::new(BlobStream::new(repository, wanted.descriptor)),
            archive,
            stopped,
            done: 0,
            told: 0,
            tell: &mut |done| tell(PullEvent::Downloading { layer: layer.clone(), done, total: *size }),
        };
        let unpacked = Decompressed::new(BufReader::with_capacity(BUFFER_BYTES, &mut incoming))
            .map_err(|error| EngineError::io(&path, error))
            .and_then(|mut content| self.stage_layer(LayerContent::Archive(&mut content)));
        // Whatever follows the end of the archive belongs to the blob.
        let drained = unpacked.as_ref().map_or(Ok(0), |_| io::copy(&mut incoming, &mut io::sink()));
        let (stream, (received, length)) = incoming.finish();
        if let Some(failure) = stream {
            return Err(failure.into());
        }
        if stopped.load(Ordering::SeqCst) {
            return Err(RegistryError::Canceled.into());
        }
        if let Err(error) = drained {
            return Err(EngineError::io(&path, error));
        }
        // A blob that is not the one promised explains why it cannot be unpacked.
        if unpacked.is_ok() || length == *size {
            tell(PullEvent::Verifying { layer: layer.clone() });
            if received != *digest {
                return Err(RegistryError::WrongBlob(digest.clone()).into());
            }
        }
        let mut staged = unpacked?;
        if length != *size {
            return Err(RegistryError::WrongSize { digest: digest.clone(), expected: *size, received: length }.into());
        }
        if staged.record.diff_id != *wanted.diff {
            return Err(RegistryError::WrongBlob(wanted.diff.digest().clone()).into());
        }
        tell(PullEvent::Downloaded { layer: layer.clone() });
        staged.keep_archive(&path, wanted.descriptor.clone())?;
        tell(PullEvent::Extracting { layer, done: *size, total: *size });
        Ok(Some(staged))
    }
}

/// A blob on its way: hashed, kept and counted as it is read.
struct Incoming<'a> {
    stream: Hashing<BlobStream<'a>>,
    archive: File,
    stopped: &'a AtomicBool,
    done: u64,
    told: u64,
    tell: &'a mut dyn FnMut(u64),
}

impl Incoming<'_> {
    fn finish(self) -> (Option<RegistryError>, (Digest, u64)) {
        let (stream, digest, length) = self.stream.into_parts();
        (stream.failure, (digest, length))
    }
}

impl Read for Incoming<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.stopped.load(Ordering::Relaxed) {
            return Err(io::Error::other(RegistryError::Canceled));
        }
        let count = self.stream.read(buffer)?;
        self.archive.write_all(&buffer[..count])?;
        self.done += count as u64;
        if self.done - self.told >= PROGRESS_STEP || (count == 0 && self.done > self.told) {
            self.told = self.done;
            (self.tell)(self.done);
        }
        Ok(count)
    }
}

/// A layer while it comes.
fn layer_name(descriptor: &Descriptor) -> String {
    descriptor.digest.hex().to_owned()
}

fn is_canceled(error: &EngineError) -> bool {
    matches!(error, EngineError::Registry(RegistryError::Canceled))
}
