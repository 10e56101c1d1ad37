//! `docker system df`: what takes room, each layer counted once.

use std::collections::{BTreeMap, BTreeSet};

use super::build::CacheRecord;
use super::container::ContainerRecord;
use super::oci::ChainId;
use super::store::ImageRecord;
use super::volume::VolumeUsage;
use super::{Engine, EngineError};

/// All that takes room.
#[derive(Debug)]
pub struct DiskUsage {
    /// Newest first; those that only others are made of are left out.
    pub images: Vec<ImageUsage>,
    /// Bytes of all layers of all images, each once.
    pub layers: u64,
    /// Newest first, with the bytes of their writable layers.
    pub containers: Vec<(ContainerRecord, u64)>,
    /// By name.
    pub volumes: Vec<VolumeUsage>,
    /// Last used first.
    pub cache: Vec<CacheRecord>,
}

/// What an image weighs.
#[derive(Debug)]
pub struct ImageUsage {
    /// Which one.
    pub image: ImageRecord,
    /// Bytes of the layers other images have too.
    pub shared: u64,
    /// Containers made from it, running or not.
    pub containers: usize,
}

impl Engine {
    /// Weighs everything.
    ///
    /// # Errors
    /// [`EngineError::Io`], [`EngineError::Layer`] while we count.
    pub fn disk_usage(&self) -> Result<DiskUsage, EngineError> {
        let all = self.images()?;
        let containers = self.containers()?;
        let parents: BTreeSet<_> = all.iter().filter_map(|image| image.parent.as_ref()).collect();
        let is_shown =
            |image: &&ImageRecord| !image.tags.is_empty() || !image.digests.is_empty() || !parents.contains(&image.id);
        let mut sizes: BTreeMap<ChainId, u64> = BTreeMap::new();
        let mut holders: BTreeMap<ChainId, usize> = BTreeMap::new();
        for image in &all {
            for (chain, size) in layers(image) {
                sizes.insert(chain, size);
            }
        }
        for image in all.iter().filter(is_shown) {
            for (chain, _) in layers(image) {
                *holders.entry(chain).or_default() += 1;
            }
        }
        let images = all.iter().filter(is_shown).map(|image| ImageUsage {
            shared: layers(image)
                .filter(|(chain, _)| holders.get(chain).is_some_and(|count| *count > 1))
                .map(|(_, size)| size)
                .sum(),
            containers: containers.iter().filter(|container| container.image == image.id).count(),
            image: image.clone(),
        });
        Ok(DiskUsage {
            images: images.collect(),
            layers: sizes.values().sum(),
            volumes: self.volume_usages()?,
            cache: self.build_cache_records()?,
            containers: containers
                .into_iter()
                .map(|container| {
                    let size = self.container_size(&container.id)?;
                    Ok((container, size))
                })
                // Gone while we count.
                .filter(|counted| !matches!(counted, Err(EngineError::NoSuchContainer(_))))
                .collect::<Result<_, EngineError>>()?,
        })
    }
}

/// The layers of an image, each with its size.
fn layers(image: &ImageRecord) -> impl Iterator<Item = (ChainId, u64)> {
    ChainId::stack(&image.config.rootfs.diff_ids).into_iter().zip(image.layer_sizes.clone())
}

#[cfg(test)]
mod tests {
    use crate::engine::container::CommitRequest;
    use crate::engine::fixture::TestEngine;

    #[test]
    fn a_layer_two_images_have_is_counted_once() {
        let engine = TestEngine::new();
        engine.pull("alpine");
        let container = engine.create("alpine");
        std::fs::write(engine.paths().container(&container).join("upper/file"), "12345").unwrap();
        let reference = Some("mine".parse().unwrap());
        engine.commit_container(&container, &CommitRequest { reference, ..CommitRequest::default() }).unwrap();
        let usage = engine.disk_usage().unwrap();
        let [mine, alpine] = usage.images.as_slice() else { panic!("{:?}", usage.images) };
        assert_eq!((alpine.shared, alpine.containers), (alpine.image.size, 1));
        assert_eq!((mine.image.size - mine.shared, mine.containers), (5, 0));
        assert_eq!(usage.layers, alpine.image.size + 5);
        assert_eq!(usage.containers[0].1, 5);
    }
}
