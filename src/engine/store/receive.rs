//! The door: every image that was not made here comes in this way, in Docker's order, and nothing of it is believed
//! before its digest has been computed.

use std::io::{self, Read};

use super::hashing::Hashing;
use super::layers::{LayerContent, StagedLayer};
use super::lock::StoreLock;
use super::offer::{LayerBlob, OfferedImage};
use super::{PullEvent, Pulled};
use crate::engine::layer::{Decompressed, LayerError};
use crate::engine::oci::{ChainId, Descriptor, DiffId, Digest, ImageConfig, ImageId, Reference};
use crate::engine::{Engine, EngineError};

/// Progress is told every so many bytes.
const PROGRESS_STEP: u64 = 1 << 20;

impl Engine {
    /// Brings an offered image in, and gives it its name.
    pub(crate) fn receive_image(
        &self,
        reference: &Reference,
        offer: &OfferedImage,
        events: &mut dyn FnMut(PullEvent),
    ) -> Result<Pulled, EngineError> {
        let tag = reference.tag().map_or_else(|| reference.to_string(), str::to_owned);
        events(PullEvent::Started { tag, repository: reference.path().to_owned() });

        let digest = Digest::of(&offer.manifest_json);
        let id = ImageId::new(Digest::of(&offer.config_json));
        let damaged = |reason: &str| EngineError::DamagedImage(id.clone(), reason.to_owned());
        if *id.digest() != offer.manifest.config.digest {
            return Err(damaged("its config is not what its manifest says"));
        }
        let config: ImageConfig =
            serde_json::from_slice(&offer.config_json).map_err(|error| damaged(&error.to_string()))?;
        let diffs = &config.rootfs.diff_ids;
        if diffs.len() != offer.manifest.layers.len() || diffs.len() != offer.layers.len() {
            return Err(damaged("its manifest and its config have different layers"));
        }

        let mut names = vec![reference.canonical(), reference.digested(&digest)];
        names.dedup();
        // One that is damaged is brought in again.
        let known = self.image(&id).ok().flatten().filter(|known| self.layer_directories(known).is_ok());
        if let Some(known) = &known
            && names.iter().all(|name| known.tags.contains(name) || known.digests.contains(name))
        {
            return Ok(Pulled { image: known.clone(), digest, downloaded: false, embedded: offer.embedded });
        }

        // Of an image that is here only a name is missing: nothing is said of its layers.
        let staged = if known.is_some() { Vec::new() } else { self.receive_layers(offer, diffs, events)? };
        let lock = StoreLock::acquire(&self.paths)?;
        for (index, layer) in &staged {
            self.place_layer(&diffs[..*index], layer)?;
        }
        self.write_blob(&offer.manifest_json)?;
        let image = self.register_image(&lock, &offer.config_json, None, &names)?;
        Ok(Pulled { image, digest, downloaded: true, embedded: offer.embedded })
    }

    /// Verifies and stages the layers that are not here; each with its index.
    fn receive_layers(
        &self,
        offer: &OfferedImage,
        diffs: &[DiffId],
        events: &mut dyn FnMut(PullEvent),
    ) -> Result<Vec<(usize, StagedLayer)>, EngineError> {
        let mut wanted = Vec::new();
        for (index, (chain, descriptor)) in ChainId::stack(diffs).iter().zip(&offer.manifest.layers).enumerate() {
            let layer = layer_name(descriptor);
            if self.has_layer(chain) {
                events(PullEvent::AlreadyExists { layer });
            } else {
                events(PullEvent::LayerStarted { layer });
                wanted.push(index);
            }
        }
        for &index in &wanted {
            verify(&offer.manifest.layers[index], offer.layers[index].as_ref(), events)?;
        }
        let mut staged = Vec::new();
        for index in wanted {
            let descriptor = &offer.manifest.layers[index];
            let layer = self.stage_blob(descriptor, offer.layers[index].as_ref(), events)?;
            if layer.record.diff_id != diffs[index] {
                return Err(mismatch(descriptor, "its content is not what the image's config says"));
            }
            staged.push((index, layer));
            events(PullEvent::LayerComplete { layer: layer_name(descriptor) });
        }
        StagedLayer::sync_all(staged.iter().map(|(_, layer)| layer))?;
        Ok(staged)
    }

    fn stage_blob(
        &self,
        descriptor: &Descriptor,
        blob: &dyn LayerBlob,
        events: &mut dyn FnMut(PullEvent),
    ) -> Result<StagedLayer, EngineError> {
        let layer = layer_name(descriptor);
        let total = descriptor.size;
        let mut told = |done| events(PullEvent::Extracting { layer: layer.clone(), done, total });
        let blob = Progress::new(blob.open().map_err(LayerError::Archive)?, &mut told);
        let mut content = Decompressed::new(blob).map_err(LayerError::Archive)?;
        self.stage_layer(LayerContent::Archive(&mut content))
    }
}

/// Reads a blob to its end: it must be as long as its descriptor says, and have its digest.
fn verify(descriptor: &Descriptor, blob: &dyn LayerBlob, events: &mut dyn FnMut(PullEvent)) -> Result<(), EngineError> {
    let layer = layer_name(descriptor);
    let total = descriptor.size;
    let mut told = |done| events(PullEvent::Downloading { layer: layer.clone(), done, total });
    let blob = Progress::new(blob.open().map_err(LayerError::Archive)?, &mut told);
    // One byte more than promised is enough to know.
    let mut blob = Hashing::new(blob.take(total.saturating_add(1)));
    io::copy(&mut blob, &mut io::sink()).map_err(LayerError::Archive)?;
    let (digest, length) = blob.finish();
    events(PullEvent::Verifying { layer: layer.clone() });
    if length != total {
        return Err(mismatch(descriptor, "it is not as long as its manifest says"));
    }
    if digest != descriptor.digest {
        return Err(mismatch(descriptor, "its content is not what its digest says"));
    }
    events(PullEvent::Downloaded { layer });
    Ok(())
}

fn mismatch(descriptor: &Descriptor, reason: &'static str) -> EngineError {
    LayerError::refused(descriptor.digest.as_str().as_bytes(), reason).into()
}

/// A layer while it comes.
fn layer_name(descriptor: &Descriptor) -> String {
    descriptor.digest.hex().to_owned()
}

/// Tells how far a reader has come: once in a while, and at the end.
struct Progress<'a, R> {
    reader: R,
    done: u64,
    told: u64,
    tell: &'a mut dyn FnMut(u64),
}

impl<'a, R> Progress<'a, R> {
    fn new(reader: R, tell: &'a mut dyn FnMut(u64)) -> Self {
        Self { reader, done: 0, told: 0, tell }
    }
}

impl<R: Read> Read for Progress<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.reader.read(buffer)?;
        self.done += count as u64;
        if self.done - self.told >= PROGRESS_STEP || (count == 0 && self.done > self.told) {
            self.told = self.done;
            (self.tell)(self.done);
        }
        Ok(count)
    }
}
